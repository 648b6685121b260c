// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "support/sim_behavior.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::sim {

/// An image of the simulated registry, or one that is already on the machine.
struct SimImage {
    std::string name{};  ///< As Pods write it, e.g. `nginx` or `nginx:1.25`.
    bool present = true;
    Duration pull_takes = std::chrono::seconds{2};
    int failing_pulls = 0;  ///< So many pulls fail, then they succeed.
    std::string pull_error = "failed to do request: dial tcp: connection refused";
    std::uint64_t size_bytes = 4'000'000;
    std::optional<std::int64_t> uid{};
    std::optional<cri::AuthConfig> login{};  ///< What its registry asks for.
    std::string username{};
    std::string stop_signal{};  ///< STOPSIGNAL of the image's config
    /// What the entrypoint does, one for each start; the last one is used for all later starts.
    std::vector<ContainerBehavior> entrypoint{1};
};

/// The engine's image store and the registry behind it.
class SimImages {
  public:
    void add(SimImage image);
    /// The image by name or id, whether present or not; nullptr when there is no such image anywhere.
    [[nodiscard]] SimImage* find(const std::string& reference);
    /// Only if it is present.
    [[nodiscard]] SimImage* find_present(const std::string& reference);
    /// The pull's outcome when its time is over; makes the image present. Returns the image's id.
    Result<std::string> finish_pull(const std::string& reference,
                                    const std::optional<cri::AuthConfig>& login = {});
    void remove(const std::string& reference);

    [[nodiscard]] std::vector<cri::Image> list() const;
    [[nodiscard]] static cri::Image describe(const SimImage& image);
    [[nodiscard]] static std::string id_of(const SimImage& image);
    /// `nginx` → `docker.io/library/nginx:latest`
    [[nodiscard]] static std::string canonical(const std::string& name);

  private:
    std::map<std::string, SimImage> images_;  // by canonical name
};

}  // namespace hooklet::sim
