// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/machine_shutdown.hpp"

#include <memory>
#include <string>

namespace hooklet {

/// systemd-logind's delay inhibitors (org.freedesktop.login1), over D-Bus.
class LogindShutdown final : public MachineShutdown {
  public:
    /// `executor` is the loop's. `bus`: D-Bus address; empty: the system's bus.
    explicit LogindShutdown(Executor executor, std::string bus = {});
    ~LogindShutdown() override;
    Task<Status> watch(Listener listener, CancelToken cancel) override;
    void let_go() override;

  private:
    class Session;
    Executor executor_;
    std::string bus_;
    std::shared_ptr<Session> session_;  // while it watches
};

}  // namespace hooklet
