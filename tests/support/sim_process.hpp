// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "support/sim_behavior.hpp"
#include "support/sim_clock.hpp"
#include "support/sim_random.hpp"

#include <functional>
#include <map>
#include <string>

namespace hooklet::sim {

/// The processes of one running container: the entrypoint, and the commands that are run beside it, which die
/// with it.
class SimProcess {
  public:
    struct Exit {
        std::int32_t code = 0;
        bool oom = false;
    };
    using ExitListener = std::function<void(Exit)>;
    using ExecResult = Result<cri::ExecSyncResponse>;
    using ExecListener = std::function<void(ExecResult)>;

    /// The entrypoint runs from here on. The listener is told once, from the loop.
    SimProcess(SimClock* clock, SimRandom random, ContainerBehavior behavior, ExitListener on_exit);
    SimProcess(const SimProcess&) = delete;
    SimProcess& operator=(const SimProcess&) = delete;

    void stop_signal();
    /// SIGKILL: ends within a few milliseconds.
    void kill();

    /// Runs a command; the listener is told once, when it has ended. `timeout` of zero means none; a command
    /// over its timeout is killed and answered with Code::deadline, as containerd words it.
    void exec(std::uint64_t number, ExecBehavior behavior, Duration timeout, ExecListener on_end);
    /// Kills one command, if it still runs.
    void kill_exec(std::uint64_t number) { end_exec(number, cri::ExecSyncResponse{{}, {}, 137}); }
    [[nodiscard]] bool running(std::uint64_t number) const { return execs_.contains(number); }

  private:
    struct Exec {
        ExecListener on_end;
        Timer end;
        Timer timeout;
    };
    void end(Exit exit);
    void end_exec(std::uint64_t number, ExecResult result);

    SimClock* clock_;
    SimRandom random_;
    ContainerBehavior behavior_;
    ExitListener on_exit_;
    bool ended_ = false;
    Timer own_end_;
    Timer stop_end_;
    Timer kill_end_;
    Timer told_end_;
    std::map<std::uint64_t, Exec> execs_;
};

}  // namespace hooklet::sim
