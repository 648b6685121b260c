// SPDX-License-Identifier: Apache-2.0
#include "base/turns.hpp"

#include "base/gate.hpp"

#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

void settle(asio::io_context& loop) {
    loop.restart();
    loop.poll();
}

Task<void> come(Turns& turns, std::string name, CancelToken cancel, std::string& said) {
    const bool entered = co_await turns.enter(std::move(cancel));
    said += name + (entered ? "+" : "-");
}

TEST(Turns, AreTakenInOrderAndGivenUp) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    Turns turns(1);
    CancelSource second;
    std::string said;
    gate.spawn(come(turns, "a", {}, said));
    gate.spawn(come(turns, "b", second.token(), said));
    gate.spawn(come(turns, "c", {}, said));
    settle(loop);
    EXPECT_EQ(said, "a+");
    second.cancel();
    settle(loop);
    EXPECT_EQ(said, "a+b-");
    turns.leave();
    settle(loop);
    EXPECT_EQ(said, "a+b-c+");
    turns.leave();
    gate.spawn(come(turns, "d", {}, said));
    settle(loop);
    EXPECT_EQ(said, "a+b-c+d+");
}

TEST(Turns, WithoutALimitNobodyWaits) {
    asio::io_context loop;
    Gate gate(loop.get_executor());
    Turns turns(0);
    std::string said;
    gate.spawn(come(turns, "a", {}, said));
    gate.spawn(come(turns, "b", {}, said));
    settle(loop);
    EXPECT_EQ(said, "a+b+");
}

}  // namespace
}  // namespace hooklet
