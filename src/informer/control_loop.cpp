// SPDX-License-Identifier: Apache-2.0
#include "informer/control_loop.hpp"

#include "base/back_off.hpp"

namespace hooklet {

namespace {

constexpr Duration first_delay = std::chrono::milliseconds{100};
constexpr Duration longest_delay = std::chrono::seconds{30};

}  // namespace

Task<void> ControlLoop::stop() {
    stopping_.cancel();
    poke();
    co_await gate_.close();
    timer_ = {};
}

Task<void> ControlLoop::run() {
    const CancelToken stopped = stopping_.token();
    while (true) {
        co_await signal_.wait();
        if (stopped.cancelled()) co_return;
        const Status done = co_await work_(stopped);
        if (stopped.cancelled()) co_return;
        if (done) {
            failures_ = 0;
            continue;
        }
        if (failed_ && done.error().code != Code::conflict) failed_(done.error());
        poke_at(clock_->now() + retry_delay(failures_++, first_delay, longest_delay));
    }
}

}  // namespace hooklet
