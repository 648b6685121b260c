// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/task.hpp"
#include "ports/call.hpp"
#include "status/pod_status.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// A Pod as what surrounds it sees it.
struct PodOnNode {
    api::Pod pod;         ///< As added; the status as reported last, with startTime.
    std::string cgroup;   ///< Its cgroup, below the hierarchies' roots.
    bool ending = false;  ///< Its end was asked for, or its phase is final.
};

/// What the node can see of its Pods and ask of them. The Pods' manager implements it. All calls come from
/// the loop.
class PodControl {
  public:
    virtual ~PodControl() = default;
    /// Every Pod of which something is left on the machine, oldest first.
    [[nodiscard]] virtual std::vector<PodOnNode> pods() const = 0;
    /// Ends the Pod within `grace` (preStop included) from now, sooner if its end was asked for before, and
    /// makes its status Failed with this reason whatever its containers' exit codes. Returns when no
    /// container of it runs any more; the status and the event are on record before the first one is stopped.
    /// When `call` ends before, the Pod's end goes on. Unknown Pods are success.
    virtual Task<Status> stop_pod(std::string uid, PodEnd why, Duration grace, Call call) = 0;
};

}  // namespace hooklet
