// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::api {
struct Container;
struct Pod;
}  // namespace hooklet::api

namespace hooklet::sim {

/// How a hook is recognised in the history.
struct HookFacts {
    enum class Via {
        exec,     ///< By its command, in the container.
        network,  ///< By where its request or connection went.
        sleep     ///< Leaves no trace in the world.
    };
    Via via = Via::exec;
    std::string marker{};  ///< exec: words joined by spaces. network: `:port/target`, `:port` for TCP.
    std::string host{};    ///< network: where it goes, if not to the Pod itself.
    Duration cap{};        ///< The longest it may take.
};

/// A container's part in its Pod.
enum class Role { init, sidecar, ordinary, ephemeral };

struct ContainerFacts {
    std::string name;
    std::optional<HookFacts> post_start{};
    std::optional<HookFacts> pre_stop{};
    Role role = Role::ordinary;
};

/// A request to end the Pod.
struct StopFacts {
    MonotonicTime at{};
    Duration grace{};
};

/// The agent says that it begins to end a container, for a reason of its own or because it was asked to.
struct KillFacts {
    std::string container;
    MonotonicTime at{};
    bool with_pod = true;  ///< Everything that runs in the sandbox ends, not this container alone.
};

/// What a test knows about a Pod and what it asked for; the invariants are checked against this.
struct PodFacts {
    std::string uid;
    std::string name;
    Duration grace = std::chrono::seconds{30};  ///< of the spec
    /// Init containers and sidecars in spec order, then the ordinary ones, then the ephemeral ones.
    std::vector<ContainerFacts> containers{};
    std::vector<StopFacts> stops{};
    std::vector<KillFacts> kills{};

    /// Writes down that the Pod's end is asked for; `grace` unset: the spec's. At least 1 s counts.
    void stop(MonotonicTime at, std::optional<Duration> wanted = std::nullopt) {
        stops.push_back({at, std::max<Duration>(wanted.value_or(grace), std::chrono::seconds{1})});
    }
    /// When the grace period is over, as far as was known at `at`; nullopt when no end was asked for.
    [[nodiscard]] std::optional<MonotonicTime> end_by(MonotonicTime at = MonotonicTime::max()) const {
        std::optional<MonotonicTime> soonest;
        for (const StopFacts& s : stops) {
            if (s.at <= at) soonest = std::min(soonest.value_or(MonotonicTime::max()), s.at + s.grace);
        }
        return soonest;
    }
};

/// The facts of one more container of `pod`.
ContainerFacts facts_of(const api::Pod& pod, const api::Container& container, Role role,
                        const std::string& host_ip = {});

/// The facts of a Pod that has been defaulted and validated. `host_ip` is the node's address, where hooks of
/// Pods on its network go.
PodFacts facts_of(const api::Pod& pod, const std::string& host_ip = {});

}  // namespace hooklet::sim
