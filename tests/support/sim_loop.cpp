// SPDX-License-Identifier: Apache-2.0
#include "support/sim_loop.hpp"

#include <boost/asio/post.hpp>

namespace hooklet::sim {

std::string_view name(RunEnd end) {
    switch (end) {
        case RunEnd::reached:
            return "reached";
        case RunEnd::limit:
            return "time limit";
        case RunEnd::deadlock:
            return "deadlock";
        case RunEnd::livelock:
            return "livelock";
    }
    return "unknown";
}

bool SimLoop::drain() {
    constexpr int too_many = 200'000;
    context_.restart();
    for (int i = 0; i < too_many; ++i) {
        if (context_.poll_one() == 0) return true;
    }
    return false;
}

RunEnd SimLoop::run_until(const std::function<bool()>& condition, Duration limit) {
    constexpr int too_many = 200'000;
    const MonotonicTime last = clock_.now() + limit;
    int at_once = 0;
    while (true) {
        if (!drain()) return RunEnd::livelock;
        if (condition()) return RunEnd::reached;
        const auto next = clock_.next();
        if (!next) return RunEnd::deadlock;
        if (*next > last) {
            clock_.advance_to(last);
            return RunEnd::limit;
        }
        at_once = *next == clock_.now() ? at_once + 1 : 0;
        if (at_once > too_many) return RunEnd::livelock;
        // From inside the loop, as the production clock does it.
        asio::post(context_, [this] { clock_.fire_next(); });
    }
}

bool SimLoop::run_for(Duration length) {
    const MonotonicTime last = clock_.now() + length;
    const RunEnd end = run_until([] { return false; }, length);
    if (end == RunEnd::livelock) return false;
    clock_.advance_to(last);
    return true;
}

bool SimLoop::run_until_idle(Duration limit) {
    return run_until([] { return false; }, limit) == RunEnd::deadlock;
}

}  // namespace hooklet::sim
