// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/process_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

/// Which processes an ExecSync has started. An engine kills only the command itself when it ends an exec
/// early, and then waits for whoever else holds its output; the rest of the tree has to be found from
/// outside.
namespace hooklet::cri {

/// A process of the container, as far as it matters here.
struct ContainerProcess {
    ProcessEntry entry;
    std::vector<std::string> argv;
    /// Holds a pipe that the engine's shim made for an exec, not for the container itself.
    bool holds_exec_pipe = false;
};

/// One exec that is under way in the container.
struct ActiveExec {
    std::uint64_t started_ticks = 0;  ///< No process of it is older.
    std::vector<std::string> command;
};

/// The processes that belong to `wanted`: commands that the shim started since, holders of exec pipes, the
/// rest of their sessions and all their descendants. A command that looks like one of `others` is theirs.
/// With several execs under way whose commands have all replaced their argv, theirs may be taken too. What
/// left the session, gave up its output and lost its parent is not found.
std::vector<ProcessEntry> exec_tree(const std::vector<ContainerProcess>& processes, pid_t init, pid_t shim,
                                    const ActiveExec& wanted, const std::vector<ActiveExec>& others);

/// Sends SIGKILL to the tree until nothing of it is left. `init` is the container's init process.
void kill_exec_tree(pid_t init, const ActiveExec& wanted, const std::vector<ActiveExec>& others);

}  // namespace hooklet::cri
