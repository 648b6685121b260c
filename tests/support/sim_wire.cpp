// SPDX-License-Identifier: Apache-2.0
#include "support/sim_wire.hpp"

namespace hooklet::sim {

Task<Status> pause(SimClock* clock, Duration length, Call call) {
    const MonotonicTime until = clock->now() + length;
    if (call.deadline >= until) {
        call.deadline = until;
        co_return co_await sleep_until(clock, call);
    }
    const Status waited = co_await sleep_until(clock, call);
    if (!waited) co_return waited;
    co_return fail(Code::deadline, "context deadline exceeded");
}

Task<Result<Passage>> SimWire::request(std::string site, Latency latency, Call call) {
    if (faults_->severed()) co_return std::unexpected(FaultInjector::severed_error());
    Passage passage{.fate = faults_->decide(site)};
    const Duration total = random_.between(latency.low, latency.high);
    const Duration there = random_.between(Duration::zero(), total);
    passage.way_back = total - there;
    const Status arrived = co_await pause(clock_, there + passage.fate.delay_before, std::move(call));
    if (!arrived) co_return std::unexpected(arrived.error());
    if (faults_->severed()) co_return std::unexpected(FaultInjector::severed_error());
    if (passage.fate.error) co_return std::unexpected(*passage.fate.error);
    co_return passage;
}

}  // namespace hooklet::sim
