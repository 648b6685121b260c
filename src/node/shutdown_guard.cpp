// SPDX-License-Identifier: Apache-2.0
#include "node/shutdown_guard.hpp"

#include "base/back_off.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet {

namespace {
constexpr Duration first_watch_retry = std::chrono::seconds{1};
constexpr Duration slowest_watch_retry = std::chrono::minutes{5};
}  // namespace

Task<void> ShutdownGuard::guard() {
    const CancelToken cancel = stopping_.token();
    for (unsigned failures = 0; !cancel.cancelled(); ++failures) {
        MachineShutdown::Listener listener;
        listener.holding = [this, &failures](Duration longest) {
            failures = 0;
            held(longest);
        };
        listener.shutdown = [this](bool begins) { shutdown(begins); };
        const Status ended = co_await ports_.machine->watch(std::move(listener), cancel);
        if (cancel.cancelled()) co_return;
        if (!ended) tell_once("the machine's shutdown cannot be held up: " + ended.error().text());
        const Duration wait = retry_delay(failures, first_watch_retry, slowest_watch_retry);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(wait, cancel));
    }
}

void ShutdownGuard::held(Duration longest) {
    if (longest >= needed_) {
        told_.clear();
        return;
    }
    tell_once(fmt::format(
        "the machine's shutdown waits for Pods no longer than {} of {}: logind's InhibitDelayMaxSec",
        go_duration(longest), go_duration(needed_)));
}

void ShutdownGuard::shutdown(bool begins) {
    if (begins && !ending_) {
        ending_.emplace(stopping_.token());
        gate_.spawn(end_pods(ending_->token()));
    } else if (!begins && ending_) {
        ending_->cancel({Code::cancelled, "the machine does not go down"});
        ending_.reset();
        ports_.called_off();
    }
}

Task<void> ShutdownGuard::end_pods(CancelToken cancel) {
    co_await ports_.end_pods(cancel);
    if (!cancel.cancelled()) ports_.machine->let_go();
}

void ShutdownGuard::tell_once(const std::string& line) {
    if (std::exchange(told_, line) != line) ports_.tell(line);
}

Task<void> ShutdownGuard::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

}  // namespace hooklet
