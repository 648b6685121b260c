// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/containerd/remains.hpp"
#include "base/task.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace hooklet::containerd {

/// What sweeping needs of an engine that runs, and of the machine.
struct SweepTools {
    Executor executor;
    Clock* clock = nullptr;
    cri::ContainerRuntime* runtime = nullptr;
    Layout layout;
    std::string search_path;
    std::function<void(const std::string&)> log;
    CancelToken stop;
};

/// Removes the rules that CNI plugins have left of these networks, each `NAME` or `NAME\" id: \"SANDBOX`.
Task<void> forget_networks(SweepTools tools, std::vector<std::string> names);

/// Takes away what an engine that was killed has left, once the next one says what it knows.
class Sweeper {
  public:
    /// `left` was noted before that one was started.
    Sweeper(SweepTools tools, Remains left) : tools_(std::move(tools)), left_(std::move(left)) {}

    /// Returns whether all that is left is of sandboxes that live.
    Task<bool> sweep();
    /// Until it is: when somebody has removed the sandboxes that the engine knows and that have ended, it
    /// leaves what it could not take down any more. For ten minutes.
    Task<void> sweep_later();

  private:
    /// What an engine has.
    struct Known {
        std::set<std::string> ids;    ///< Of sandboxes and containers.
        std::set<std::string> ready;  ///< Of the sandboxes among them that are.
    };
    Task<Result<Known>> ask(Call call);
    Task<bool> remove_unknown(Known known);

    SweepTools tools_;
    Remains left_;
    std::set<std::string> rules_;  ///< The sandboxes for which there are rules.
};

}  // namespace hooklet::containerd
