// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/machine_shutdown.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hooklet {

/// Holds up the machine's shutdown until all Pods have ended. Where that cannot be had, it says so once and
/// asks again from time to time.
class ShutdownGuard {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        MachineShutdown* machine = nullptr;
        /// Ends all Pods; returns when they have ended, or when cancelled.
        std::function<Task<void>(CancelToken)> end_pods;
        /// The machine does not go down after all; end_pods has been cancelled, if it has not returned.
        std::function<void()> called_off;
        std::function<void(const std::string&)> tell;
    };
    /// `needed`: the time that all Pods together may take.
    ShutdownGuard(Ports ports, Duration needed)
        : ports_(std::move(ports)), needed_(needed), gate_(ports_.executor) {}

    void start() { gate_.spawn(guard()); }
    Task<void> stop();

  private:
    Task<void> guard();
    void held(Duration longest);
    void shutdown(bool begins);
    Task<void> end_pods(CancelToken cancel);
    void tell_once(const std::string& line);

    Ports ports_;
    Duration needed_;
    std::string told_;
    std::optional<CancelSource> ending_;  ///< The machine goes down.
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
