// SPDX-License-Identifier: Apache-2.0
#include "node/shutdown_guard.hpp"

#include "support/sim_machine_shutdown.hpp"
#include "support/sim_world.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ShutdownGuardTest : public testing::Test {
  protected:
    ~ShutdownGuardTest() override { world.loop.run(guard.stop()); }
    void pass(Duration length) { ASSERT_TRUE(world.loop.run_for(length)); }
    Task<void> end_pods(CancelToken cancel) {
        said.emplace_back("end");
        (void)co_await sleep_until(&world.loop.clock(), world.loop.clock().call_within(20s, cancel));
        said.emplace_back(cancel.cancelled() ? "interrupted" : "ended");
    }

    sim::SimWorld world;
    sim::SimMachineShutdown machine;
    std::vector<std::string> said;
    std::vector<std::string> told;
    ShutdownGuard guard{{world.loop.executor(), &world.loop.clock(), &machine,
                         [this](CancelToken cancel) { return end_pods(std::move(cancel)); },
                         [this] { said.emplace_back("called off"); },
                         [this](const std::string& line) { told.push_back(line); }},
                        30s};
};

TEST_F(ShutdownGuardTest, M5_HoldsTheShutdownUpUntilPodsHaveEnded) {
    guard.start();
    pass(1s);
    EXPECT_TRUE(machine.held);
    machine.begin();
    pass(19s);
    EXPECT_TRUE(machine.held);
    pass(2s);
    EXPECT_FALSE(machine.held);
    EXPECT_THAT(said, ElementsAre("end", "ended"));
    machine.call_off();
    pass(1s);
    EXPECT_THAT(said, ElementsAre("end", "ended", "called off"));
    machine.begin();
    pass(21s);
    EXPECT_FALSE(machine.held);
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ShutdownGuardTest, AShutdownThatIsCalledOffEndsNoMorePods) {
    guard.start();
    pass(1s);
    machine.begin();
    pass(5s);
    machine.call_off();
    pass(1s);
    EXPECT_THAT(said, ElementsAre("end", "called off", "interrupted"));
    EXPECT_TRUE(machine.held);
}

TEST_F(ShutdownGuardTest, SaysOnceThatThereIsNobodyAndAsksAgain) {
    machine.there = false;
    guard.start();
    pass(1h);
    EXPECT_THAT(told, ElementsAre("the machine's shutdown cannot be held up: there is no logind"));
    EXPECT_LT(machine.watches, 25);
    machine.there = true;
    pass(6min);
    EXPECT_TRUE(machine.held);
    machine.lose();
    pass(2s);
    EXPECT_TRUE(machine.held);
}

TEST_F(ShutdownGuardTest, SaysWhenTheMachineDoesNotWaitLongEnough) {
    machine.longest = 5s;
    guard.start();
    pass(1s);
    EXPECT_THAT(told, ElementsAre("the machine's shutdown waits for Pods no longer than 5s of 30s: logind's "
                                  "InhibitDelayMaxSec"));
}

}  // namespace
}  // namespace hooklet
