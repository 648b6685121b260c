// SPDX-License-Identifier: Apache-2.0
#include "base/gate.hpp"
#include "base/promise.hpp"
#include "base/signal.hpp"
#include "support/run_task.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

Task<> take_into(Promise<std::string> promise, std::string* out) {
    *out = co_await promise.get();
}

Task<> count_waits(Signal* signal, int times, int* seen) {
    for (int i = 0; i < times; ++i) {
        co_await signal->wait();
        ++*seen;
    }
}

Task<> spawn_later(Gate* gate, Promise<std::string> first, Promise<std::string> second, std::string* out) {
    co_await first.get();
    gate->spawn(take_into(second, out));
}

Task<> close_gate(Gate* gate, bool* closed) {
    co_await gate->close();
    *closed = true;
}

void run_ready(asio::io_context& loop) {
    loop.restart();
    loop.poll();
}

TEST(Promise, GivesAValueThatWasSetBefore) {
    asio::io_context loop;
    const Promise<std::unique_ptr<int>> promise;
    EXPECT_TRUE(promise.set(std::make_unique<int>(7)));
    EXPECT_EQ(*run(loop, promise.get()), 7);
}

TEST(Promise, TheFirstValueWins) {
    asio::io_context loop;
    const Promise<int> promise;
    EXPECT_FALSE(promise.is_set());
    EXPECT_TRUE(promise.set(1));
    EXPECT_FALSE(promise.set(2));
    EXPECT_TRUE(promise.is_set());
    EXPECT_EQ(run(loop, promise.get()), 1);
}

TEST(Promise, ResumesFromTheLoopNotFromTheSetter) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    const Promise<std::string> promise;
    std::string got;
    gate.spawn(take_into(promise, &got));
    run_ready(loop);
    promise.set("value");
    promise.set("other");
    EXPECT_EQ(got, "");
    run_ready(loop);
    EXPECT_EQ(got, "value");
}

TEST(Promise, ATaskMayOutliveThePromise) {
    asio::io_context loop;
    auto promise = std::make_unique<Promise<int>>();
    promise->set(3);
    Task<int> task = promise->get();
    promise.reset();
    EXPECT_EQ(run(loop, std::move(task)), 3);
}

TEST(Signal, ANotificationBeforeTheWaitCountsOnce) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    Signal signal;
    int seen = 0;
    signal.notify();
    signal.notify();
    gate.spawn(count_waits(&signal, 2, &seen));
    run_ready(loop);
    EXPECT_EQ(seen, 1);
    signal.notify();
    run_ready(loop);
    EXPECT_EQ(seen, 2);
}

TEST(Signal, ANotificationBetweenTwoWaitsIsNotLost) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    Signal signal;
    int seen = 0;
    gate.spawn(count_waits(&signal, 2, &seen));
    run_ready(loop);
    signal.notify();
    // The waiter is on its way but has not run yet.
    signal.notify();
    run_ready(loop);
    EXPECT_EQ(seen, 2);
}

TEST(Gate, CloseReturnsAtOnceWhenNothingRuns) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    run(loop, gate.close());
    EXPECT_EQ(gate.running(), 0U);
}

TEST(Gate, CloseAwaitsWhatTasksStartMeanwhile) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    Gate outer(loop.get_executor());
    const Promise<std::string> first;
    const Promise<std::string> second;
    std::string got;
    bool closed = false;
    gate.spawn(spawn_later(&gate, first, second, &got));
    outer.spawn(close_gate(&gate, &closed));
    run_ready(loop);
    EXPECT_FALSE(closed);
    first.set("");
    run_ready(loop);
    EXPECT_EQ(gate.running(), 1U);
    EXPECT_FALSE(closed);
    second.set("done");
    run_ready(loop);
    EXPECT_EQ(got, "done");
    EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace hooklet
