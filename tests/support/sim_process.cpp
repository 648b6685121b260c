// SPDX-License-Identifier: Apache-2.0
#include "support/sim_process.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

SimProcess::SimProcess(SimClock* clock, SimRandom random, ContainerBehavior behavior, ExitListener on_exit)
    : clock_(clock), random_(random), behavior_(std::move(behavior)), on_exit_(std::move(on_exit)) {
    if (!behavior_.runs_for) return;
    const Exit exit{behavior_.oom ? 137 : behavior_.exit_code, behavior_.oom};
    own_end_ = clock_->after(*behavior_.runs_for, [this, exit] { end(exit); });
}

void SimProcess::stop_signal() {
    if (ended_ || behavior_.ignores_stop_signal) return;
    stop_end_ = clock_->after(behavior_.stops_after, [this] { end({behavior_.stop_exit_code, false}); });
}

void SimProcess::kill() {
    if (ended_) return;
    kill_end_ = clock_->after(random_.between(1ms, 5ms), [this] { end({137, false}); });
}

void SimProcess::end(Exit exit) {
    if (std::exchange(ended_, true)) return;
    while (!execs_.empty()) kill_exec(execs_.begin()->first);
    // Last, and out of a local: the listener may destroy this object.
    const ExitListener tell = std::move(on_exit_);
    tell(exit);
}

void SimProcess::exec(std::uint64_t number, ExecBehavior behavior, Duration timeout, ExecListener on_end) {
    Exec& exec = execs_[number];
    exec.on_end = std::move(on_end);
    if (behavior.takes) {
        cri::ExecSyncResponse response{behavior.stdout_, behavior.stderr_, behavior.exit_code};
        exec.end =
            clock_->after(*behavior.takes, [this, number, r = std::move(response)] { end_exec(number, r); });
    }
    if (timeout > Duration::zero()) {
        exec.timeout = clock_->after(timeout, [this, number, timeout] {
            end_exec(number, fail(Code::deadline, fmt::format("failed to exec in container: timeout {} "
                                                              "exceeded: context deadline exceeded",
                                                              go_duration(timeout))));
        });
    }
    if (behavior.ends_app) {
        told_end_ = clock_->after(behavior.ends_app->after,
                                  [this, code = behavior.ends_app->exit_code] { end({code, false}); });
    }
}

void SimProcess::end_exec(std::uint64_t number, ExecResult result) {
    auto node = execs_.extract(number);
    if (!node.empty()) node.mapped().on_end(std::move(result));
}

}  // namespace hooklet::sim
