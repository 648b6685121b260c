// SPDX-License-Identifier: Apache-2.0
#include "informer/control_loop.hpp"

#include "support/sim_loop.hpp"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

struct ControlLoopTest : testing::Test {
    ~ControlLoopTest() override { sim.run(work.stop()); }
    static Task<Status> run_once(ControlLoopTest* test) {
        test->began.push_back(std::chrono::duration_cast<milliseconds>(test->sim.clock().elapsed()).count());
        static_cast<void>(
            co_await sleep_until(&test->sim.clock(), test->sim.clock().call_within(test->takes)));
        co_return test->result;
    }

    sim::SimLoop sim;
    Duration takes = milliseconds{10};
    Status result;
    std::vector<std::int64_t> began;  // milliseconds
    ControlLoop work{&sim.clock(), sim.executor(), [this](const CancelToken&) { return run_once(this); }};
};

TEST_F(ControlLoopTest, ManyPokesAreOneRunAfterTheOneUnderWay) {
    work.start();
    sim.run_for(milliseconds{5});
    EXPECT_THAT(began, ElementsAre());
    work.poke();
    sim.run_for(milliseconds{5});
    work.poke();
    work.poke();
    sim.run_for(milliseconds{100});
    EXPECT_THAT(began, ElementsAre(5, 15));
}

TEST_F(ControlLoopTest, WorkThatFailedComesAgainEverLater) {
    result = fail(Code::unavailable, "away");
    std::vector<std::string> told;
    work.on_error([&told](const Error& error) { told.push_back(error.message); });
    work.start();
    work.poke();
    sim.run_for(milliseconds{800});
    EXPECT_THAT(began, ElementsAre(0, 110, 320, 730));
    EXPECT_THAT(told, ElementsAre("away", "away", "away", "away"));
    result = {};
    sim.run_for(std::chrono::minutes{1});
    EXPECT_THAT(began, ElementsAre(0, 110, 320, 730, 1540));
}

TEST_F(ControlLoopTest, AConflictIsNotWorthTelling) {
    result = fail(Code::conflict, "changed");
    work.on_error([](const Error&) { ADD_FAILURE(); });
    work.start();
    work.poke();
    sim.run_for(milliseconds{50});
    EXPECT_THAT(began, ElementsAre(0));
}

TEST_F(ControlLoopTest, PokesAtATime) {
    work.start();
    work.poke_at(sim.clock().now() + milliseconds{300});
    sim.run_for(milliseconds{500});
    EXPECT_THAT(began, ElementsAre(300));
}

}  // namespace
}  // namespace hooklet
