// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/back_off.hpp"
#include "events/recorder.hpp"
#include "ports/container_runtime.hpp"

#include <expected>
#include <map>
#include <string>

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

/// Makes images present by pull policy, with the events and the back-off of lifecycle spec 1.5.
class ImagePuller {
  public:
    ImagePuller(cri::ContainerRuntime* runtime, Clock* clock) : runtime_(runtime), clock_(clock) {}

    Task<std::expected<ReadyImage, ImageFailure>> ensure(api::Container container, Recorder recorder,
                                                         CancelToken cancel);

    /// The Pod's images that could not be pulled, by their names as written; to be given to the next agent's
    /// puller.
    using PodFailures = std::map<std::string, PullFailures>;
    [[nodiscard]] PodFailures failures(const std::string& pod_uid) const;
    void resume(const std::string& pod_uid, PodFailures failures);
    void forget(const std::string& pod_uid) { failures_.erase(pod_uid); }

  private:
    using Answer = std::expected<ReadyImage, ImageFailure>;
    Task<Result<std::optional<cri::Image>>> inspect(std::string image, CancelToken cancel);
    Task<Answer> pull(std::string image, std::string shown, Recorder recorder, CancelToken cancel);
    [[nodiscard]] Answer interrupted(const Error& why) const;
    Answer give_up(const Recorder& recorder, std::string reason, std::string message,
                   Duration retry_after) const;
    std::optional<ImageFailure> blocked(const std::string& shown, const Recorder& recorder);
    MonotonicTime count_failure(PullFailures& failures, const std::string& error);

    cri::ContainerRuntime* runtime_;
    Clock* clock_;
    std::map<std::string, PodFailures> failures_;  // by Pod uid
};

}  // namespace hooklet
