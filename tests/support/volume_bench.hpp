// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/memory_files.hpp"
#include "support/sim_clock.hpp"
#include "support/sim_random.hpp"
#include "volumes/volumes.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace hooklet::sim {

/// Volumes of Pods in the namespace `default` on files in memory, and what they refer to.
class VolumeBench {
  public:
    /// The paths, or the first failure.
    Result<std::map<std::string, std::string>> set_up(const api::Pod& pod) {
        const auto made = volumes.set_up({pod, objects(), node});
        if (!made) return std::unexpected(made.error());
        if (!made->failed.empty()) return std::unexpected(made->failed.front().second);
        return made->paths;
    }
    Status refresh(const api::Pod& pod) { return volumes.refresh({pod, objects(), node}); }

    [[nodiscard]] ObjectSnapshot objects() const {
        ObjectSnapshot snapshot;
        for (const auto& [name, object] : config_maps) {
            snapshot.add({ObjectKind::config_map, "default", name},
                         std::make_shared<const api::ConfigMap>(object));
        }
        for (const auto& [name, object] : secrets) {
            snapshot.add({ObjectKind::secret, "default", name}, std::make_shared<const api::Secret>(object));
        }
        for (const auto& [request, token] : tokens) snapshot.add(request, token);
        return snapshot;
    }

    /// The content of a file as a container sees it, through all links; what went wrong when it cannot.
    std::string read(const std::string& path) {
        const auto text = files.read_tail(path, 1 << 20);
        return text ? *text : text.error().text();
    }
    /// What is behind the links.
    [[nodiscard]] const MemoryFiles::Node& behind(const std::string& path) {
        return *files.node(files.real_path(path).value());
    }

    MemoryFiles files;
    SimClock clock;
    SimRandom random{1};
    Volumes volumes{{&files, &clock, &random}, "/pods"};
    NodeFacts node;
    std::map<std::string, api::ConfigMap> config_maps;
    std::map<std::string, api::Secret> secrets;
    std::map<ServiceAccountTokenRequest, Result<ServiceAccountToken>> tokens;
};

}  // namespace hooklet::sim
