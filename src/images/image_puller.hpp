// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/back_off.hpp"
#include "base/turns.hpp"
#include "events/recorder.hpp"
#include "ports/container_runtime.hpp"

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// An image that a container can be made from.
struct ReadyImage {
    std::string ref;  ///< For ContainerConfig.image.
    cri::Image image;
};

/// Why there is no image now: the container's waiting reason and message, and when to try again.
struct ImageFailure {
    std::string reason;
    std::string message;
    MonotonicTime retry_at;
};

/// What has become of one image that could not be pulled.
struct PullFailures {
    BackOff back_off;
    MonotonicTime last;
    std::string error;
};

/// How a Pod's images are pulled.
struct PullOptions {
    BackOffLimits limits{};
    std::vector<cri::AuthConfig> logins{};  ///< Tried one after the other; none: anonymously.
};

/// Makes images present by pull policy, with the events and the back-off of lifecycle spec 1.5.
class ImagePuller {
  public:
    /// `parallel`: how many images are pulled at a time; 0: all.
    ImagePuller(cri::ContainerRuntime* runtime, Clock* clock, std::size_t parallel = 0)
        : runtime_(runtime), clock_(clock), turns_(parallel) {}

    Task<std::expected<ReadyImage, ImageFailure>> ensure(api::Container container, Recorder recorder,
                                                         CancelToken cancel, PullOptions options = {});

    /// The Pod's images that could not be pulled, by their names as written; to be given to the next agent's
    /// puller.
    using PodFailures = std::map<std::string, PullFailures>;
    [[nodiscard]] PodFailures failures(const std::string& pod_uid) const;
    void resume(const std::string& pod_uid, PodFailures failures);
    void forget(const std::string& pod_uid) { failures_.erase(pod_uid); }

  private:
    using Answer = std::expected<ReadyImage, ImageFailure>;
    Task<Result<std::optional<cri::Image>>> inspect(std::string image, CancelToken cancel);
    struct Pulled {
        Result<std::string> ref;
        Duration took{};  ///< Without waiting for its turn.
    };
    Task<Answer> pull(std::string image, std::string shown, Recorder recorder, CancelToken cancel,
                      PullOptions options);
    Task<Pulled> pull_in_turn(std::string image, std::vector<cri::AuthConfig> logins, CancelToken cancel);
    [[nodiscard]] Answer interrupted(const Error& why) const;
    Answer give_up(const Recorder& recorder, std::string reason, std::string message,
                   Duration retry_after) const;
    std::optional<ImageFailure> blocked(const std::string& shown, const Recorder& recorder);
    MonotonicTime count_failure(const std::string& pod_uid, const std::string& shown,
                                const std::string& error, BackOffLimits limits);

    cri::ContainerRuntime* runtime_;
    Clock* clock_;
    Turns turns_;
    std::map<std::string, PodFailures> failures_;  // by Pod uid
};

}  // namespace hooklet
