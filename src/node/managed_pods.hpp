// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/pod_control.hpp"
#include "pods/pod_manager.hpp"

namespace hooklet {

/// The Pods of this agent, as the node's parts see them.
class ManagedPods final : public PodControl {
  public:
    /// `manager` outlives this.
    explicit ManagedPods(PodManager* manager) : manager_(manager) {}

    [[nodiscard]] std::vector<PodOnNode> pods() const override;
    Task<Status> stop_pod(std::string uid, PodEnd why, Duration grace, Call call) override;

  private:
    PodManager* manager_;
};

}  // namespace hooklet
