// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/process_table.hpp"

#include <cstdint>
#include <set>
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
    /// Those of its pipes that the engine's shim made for an exec, not for the container itself.
    std::set<std::string> exec_pipes;
};

/// One exec that is under way in the container.
struct ActiveExec {
    std::uint64_t started_ticks = 0;  ///< No process of it is older.
    std::vector<std::string> command;
    pid_t pid = 0;  ///< The command's, where the engine has told it; -1: it has ended.
};

/// What processes of an exec were known by; outlives its command.
struct ExecMarks {
    std::set<pid_t> sessions;
    std::set<std::string> pipes;
};

/// The processes that belong to `wanted`: its command, the holders of its pipes, the rest of their sessions
/// and all their descendants. A command is known by its argv; one that has replaced its argv, or ended, only
/// if the commands of all `others` are known. In doubt nobody is chosen: the engine ends the command by
/// itself, later. What left the session, gave up its output and lost its parent is not found. `marks` grows.
/// `adopts`: the container is in the shim's own PID namespace, whose orphans become the shim's children, so
/// that nothing can be told from whose child a process is.
std::vector<ProcessEntry> exec_tree(const std::vector<ContainerProcess>& processes, pid_t init, pid_t shim,
                                    const ActiveExec& wanted, const std::vector<ActiveExec>& others,
                                    ExecMarks& marks, bool adopts = false);

/// Sends SIGKILL to the tree until nothing of it is left. `init` is the container's init process.
void kill_exec_tree(pid_t init, const ActiveExec& wanted, const std::vector<ActiveExec>& others);

}  // namespace hooklet::cri
