// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/pod_control.hpp"
#include "pods/pod_manager.hpp"

#include <functional>

namespace hooklet {

/// The Pods of this agent, as the node's parts see them.
class ManagedPods final : public PodControl {
  public:
    /// Pods that have ended, of which the manager does not know, and which still count as there.
    using Ended = std::function<std::vector<api::Pod>()>;
    /// `manager` outlives this.
    explicit ManagedPods(PodManager* manager, Ended ended = nullptr)
        : manager_(manager), ended_(std::move(ended)) {}

    [[nodiscard]] std::vector<PodOnNode> pods() const override;
    Task<Status> stop_pod(std::string uid, PodEnd why, Duration grace, Call call) override;

  private:
    PodManager* manager_;
    Ended ended_;
};

}  // namespace hooklet
