// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "base/task.hpp"
#include "ports/call.hpp"
#include "ports/clock.hpp"

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hooklet {

/// How a child ended: `code` when it exited, else the signal that ended it.
struct ChildExit {
    int code = 0;
    int signal = 0;
    [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
    /// `exit code 3` or `signal 9`.
    [[nodiscard]] std::string text() const;
};

struct SpawnOptions {
    std::vector<std::string> argv;  ///< The program is looked up in PATH.
    int stdout_fd = -1;             ///< Given to the child as its output; -1: /dev/null.
    int stderr_fd = -1;
    /// The child gets SIGKILL when the calling thread ends.
    bool ends_with_parent = false;
};

/// A child process in a session of its own (a terminal's Ctrl-C does not reach it), with empty standard
/// input. Held by its pidfd; nothing else in the program may reap children that it did not start. Destroying
/// this does not end the child.
class Child {
  public:
    static Result<Child> spawn(const Executor& executor, SpawnOptions options);

    /// Whether this program started the process through spawn() and has not reaped it yet.
    static bool started_here(pid_t pid);

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// No effect when it has been reaped.
    void signal(int number) const;
    /// Also to those of its group that it has left behind.
    void signal_group(int number) const;
    /// Returns when it has ended, and reaps it. Fails with the token's reason or deadline before. After
    /// success it may not be called again.
    Task<Result<ChildExit>> wait(Clock* clock, Call call) const;

  private:
    struct State;
    Child(pid_t pid, std::shared_ptr<State> state) : pid_(pid), state_(std::move(state)) {}
    pid_t pid_ = -1;
    std::shared_ptr<State> state_;
};

struct CommandOutput {
    ChildExit exit;
    std::string out;  ///< At most 1 MiB is kept of each.
    std::string err;
};

/// Runs a command to its end. At the deadline, or when cancelled, it is killed with its process group.
/// Fails with not_found when there is no such program; a non-zero exit is a success here.
Task<Result<CommandOutput>> run_command(Executor executor, Clock* clock, std::vector<std::string> argv,
                                        Call call);

}  // namespace hooklet
