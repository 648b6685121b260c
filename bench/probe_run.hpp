// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"
#include "cli/session.hpp"
#include "ports/clock.hpp"
#include "ports/random.hpp"

#include <string>
#include <vector>

namespace hooklet::bench {

/// What one command a second in each of many containers costs, in seconds of processor time a second.
struct ProbeLoad {
    double raw = 0;      ///< ExecSync calls alone: this process, the engine and its shims.
    double hooklet = 0;  ///< The same commands as readiness probes.
    int raw_calls = 0;   ///< Those that were answered: fewer than asked for when the machine cannot keep up.
    int wanted = 0;
};

/// Containers of one session that are probed, and others of the same kind whose commands are called from
/// here.
class ProbeRun {
  public:
    /// `root`: a word that is in the command lines of the session's engine and shims.
    ProbeRun(cli::Session* session, Clock* clock, Random* random, Executor executor, std::string root)
        : session_(session), clock_(clock), random_(random), root_(std::move(root)), gate_(executor) {
        listen();
    }

    Task<Result<ProbeLoad>> measure(int containers);
    Task<void> stop() { co_await gate_.close(); }

  private:
    void listen();
    Task<Status> wait_for(const int* count, int wanted);
    Task<Status> start(int containers, bool probed);
    Task<Status> end();
    Task<double> load();
    Task<Status> call_all();
    Task<void> call_often(std::string container);
    [[nodiscard]] double used() const;

    cli::Session* session_;
    Clock* clock_;
    Random* random_;
    std::string root_;
    Gate gate_;
    Signal progress_;
    std::vector<std::string> pods_;
    int running_ = 0;
    int gone_ = 0;
    int calls_ = 0;
    bool calling_ = false;
};

}  // namespace hooklet::bench
