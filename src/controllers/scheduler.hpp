// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/fit.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hooklet {

/// Gives Pods to a node: those without one that ask for the default scheduler and have no scheduling gates,
/// by priority and then by age, each to the first node where it fits. A Pod that fits nowhere is told why, by
/// its condition PodScheduled and a Warning event, and looked at again whenever something changes. Nothing is
/// preempted here.
class Scheduler {
  public:
    Scheduler(Api* api, Clock* clock, Executor executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using PodPtr = std::shared_ptr<const api::Pod>;

    [[nodiscard]] bool synced() const;
    [[nodiscard]] std::vector<PodPtr> waiting() const;
    [[nodiscard]] std::vector<NodeLoad> loads() const;
    [[nodiscard]] NamespaceLabels namespace_labels() const;

    Task<Status> schedule_all(CancelToken cancel);
    Task<Status> schedule(PodPtr pod, CancelToken cancel);
    Task<Status> bind(PodPtr pod, std::string node, CancelToken cancel);
    Task<Status> tell(PodPtr pod, std::string message, CancelToken cancel);

    Api* api_;
    Clock* clock_;
    Informer<api::Pod> pods_;
    Informer<api::NodeObject> nodes_;
    Informer<api::Namespace> namespaces_;
    /// Pods that were bound, until the informer knows: the node of each, by uid.
    std::map<std::string, std::string> bound_;
    ControlLoop loop_;
};

}  // namespace hooklet
