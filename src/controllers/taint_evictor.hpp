// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hooklet {

/// Deletes the Pods of a node that has a NoExecute taint which they do not tolerate, or no longer do
/// (kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration). The time that they tolerate one
/// counts from when this saw it.
class TaintEvictor {
  public:
    TaintEvictor(Api* api, Clock* clock, const Executor& executor);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using PodPtr = std::shared_ptr<const api::Pod>;

    /// Whether a node has such a taint.
    [[nodiscard]] bool needed() const;
    /// When the Pod has to go; nullopt: it may stay.
    [[nodiscard]] std::optional<MonotonicTime> due(const api::Pod& pod);
    Task<Status> evict_all(CancelToken cancel);
    Task<Status> evict(PodPtr pod, CancelToken cancel);

    Api* api_;
    Clock* clock_;
    Informer<api::NodeObject> nodes_;
    Informer<api::Pod> pods_;  ///< From the first such taint on: there is seldom one.
    bool listening_ = false;
    std::map<std::string, MonotonicTime> seen_;  ///< Since when Pods have to do with one, by uid.
    ControlLoop loop_;
};

}  // namespace hooklet
