// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/stop_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

MonotonicTime at(Duration offset) {
    return MonotonicTime{} + 100s + offset;
}

StopMachine machine(Duration grace, bool has_pre_stop) {
    return {at(0s), grace, has_pre_stop};
}

TEST(StopMachine, WithoutPreStopTermComesAtOnceAndKillAtTheEndOfGrace) {
    StopMachine stop = machine(5s, false);
    EXPECT_THAT(stop.begin(at(0s)), ElementsAre(StopAction(SendTerm{5s})));
    EXPECT_EQ(stop.wake_at(), at(5s));
    EXPECT_THAT(stop.time_passed(at(4999ms)), IsEmpty());
    EXPECT_THAT(stop.time_passed(at(5s)), ElementsAre(StopAction(SendKill{})));
    EXPECT_EQ(stop.wake_at(), std::nullopt);
    EXPECT_THAT(stop.exited(), IsEmpty());
    EXPECT_TRUE(stop.done());
}

TEST(StopMachine, TermGetsWhatPreStopLeftToTheMillisecond) {
    StopMachine stop = machine(12s, true);
    EXPECT_THAT(stop.begin(at(0s)), ElementsAre(StopAction(RunPreStop{at(12s)})));
    EXPECT_EQ(stop.wake_at(), at(12s));
    EXPECT_THAT(stop.pre_stop_ended(at(8250ms)), ElementsAre(StopAction(SendTerm{3750ms})));
    EXPECT_EQ(stop.wake_at(), at(12s));
}

TEST(StopMachine, PreStopThatUsesAllGraceIsExpiredAndTermGetsTwoSeconds) {
    StopMachine stop = machine(12s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.time_passed(at(12s)),
                ElementsAre(StopAction(ExpirePreStop{}), StopAction(SendTerm{2s})));
    EXPECT_THAT(stop.pre_stop_ended(at(12s)), IsEmpty()) << "its late end changes nothing";
    EXPECT_THAT(stop.time_passed(at(14s)), ElementsAre(StopAction(SendKill{})));
}

TEST(StopMachine, PreStopThatEndsJustBeforeTheEndLeavesTwoSeconds) {
    StopMachine stop = machine(12s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.pre_stop_ended(at(11s)), ElementsAre(StopAction(SendTerm{2s})));
}

TEST(StopMachine, ExitEndsPreStop) {
    StopMachine stop = machine(30s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.exited(), ElementsAre(StopAction(AbandonPreStop{})));
    EXPECT_TRUE(stop.done());
    EXPECT_THAT(stop.pre_stop_ended(at(1s)), IsEmpty()) << "no stop signal to a container that has ended";
    EXPECT_THAT(stop.time_passed(at(40s)), IsEmpty());
}

TEST(StopMachine, ZeroGraceSkipsPreStop) {
    StopMachine stop = machine(0s, true);
    EXPECT_THAT(stop.begin(at(0s)), ElementsAre(StopAction(SendTerm{2s})));
}

TEST(StopMachine, NegativeGraceIsZero) {
    StopMachine stop = machine(-3s, true);
    EXPECT_THAT(stop.begin(at(0s)), ElementsAre(StopAction(SendTerm{2s})));
}

TEST(StopMachine, ShorteningDuringPreStopMovesItsEnd) {
    StopMachine stop = machine(60s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(8s), at(3s)), IsEmpty());
    EXPECT_EQ(stop.wake_at(), at(8s));
    EXPECT_THAT(stop.time_passed(at(8s)), ElementsAre(StopAction(ExpirePreStop{}), StopAction(SendTerm{2s})));
}

TEST(StopMachine, ShorteningBelowWhatHasPassedActsAtOnce) {
    StopMachine stop = machine(60s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(3s), at(3s)),
                ElementsAre(StopAction(ExpirePreStop{}), StopAction(SendTerm{2s})));
}

// Vector T11: grace 60, after 5 s a second request with grace 5: SIGKILL at 10 s.
TEST(StopMachine, T11_ShorteningAfterTermMovesTheKill) {
    StopMachine stop = machine(60s, false);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(10s), at(5s)), IsEmpty());
    EXPECT_EQ(stop.wake_at(), at(10s));
    EXPECT_THAT(stop.time_passed(at(10s)), ElementsAre(StopAction(SendKill{})));
}

TEST(StopMachine, ShorteningKeepsTwoSecondsAfterTerm) {
    StopMachine stop = machine(60s, false);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(1s), at(500ms)), IsEmpty());
    EXPECT_EQ(stop.wake_at(), at(2s));
}

TEST(StopMachine, ShorteningLongAfterTermKillsAtOnce) {
    StopMachine stop = machine(60s, false);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(30s), at(30s)), ElementsAre(StopAction(SendKill{})));
}

TEST(StopMachine, GraceNeverGetsLonger) {
    StopMachine stop = machine(10s, false);
    stop.begin(at(0s));
    EXPECT_THAT(stop.shortened(at(50s), at(1s)), IsEmpty());
    EXPECT_EQ(stop.wake_at(), at(10s));
}

TEST(StopMachine, ExitAndEndOfPreStopInOneTurn) {
    StopMachine stop = machine(10s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.pre_stop_ended(at(1s)), ElementsAre(StopAction(SendTerm{9s})));
    EXPECT_THAT(stop.exited(), IsEmpty());
    EXPECT_TRUE(stop.done());
}

StopMachine ordered(Duration grace, bool has_pre_stop) {
    return {at(0s), grace, has_pre_stop, true};
}

TEST(StopMachine, T19_AnOrderedStopRunsPreStopAtOnceAndWaitsWithTerm) {
    StopMachine stop = ordered(30s, true);
    EXPECT_THAT(stop.begin(at(0s)), ElementsAre(StopAction(RunPreStop{at(30s)})));
    EXPECT_THAT(stop.pre_stop_ended(at(1s)), IsEmpty());
    EXPECT_TRUE(stop.awaits_turn());
    EXPECT_EQ(stop.wake_at(), at(30s));
    EXPECT_THAT(stop.turn_came(at(5s)), ElementsAre(StopAction(SendTerm{25s})));
    EXPECT_FALSE(stop.awaits_turn());
}

TEST(StopMachine, ATurnThatComesDuringPreStopLetsTermFollowIt) {
    StopMachine stop = ordered(30s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.turn_came(at(1s)), IsEmpty());
    EXPECT_THAT(stop.pre_stop_ended(at(4s)), ElementsAre(StopAction(SendTerm{26s})));
}

TEST(StopMachine, T21_ATurnThatNeverComesEndsWithTheGrace) {
    StopMachine stop = ordered(5s, false);
    EXPECT_THAT(stop.begin(at(0s)), IsEmpty());
    EXPECT_THAT(stop.time_passed(at(5s)), ElementsAre(StopAction(SendTerm{2s})));
    EXPECT_THAT(stop.turn_came(at(6s)), IsEmpty());
    EXPECT_THAT(stop.time_passed(at(7s)), ElementsAre(StopAction(SendKill{})));
}

TEST(StopMachine, T20_AnOrderedStopWithEndlessPreStopExpiresLikeAnyOther) {
    StopMachine stop = ordered(30s, true);
    stop.begin(at(0s));
    EXPECT_THAT(stop.time_passed(at(30s)),
                ElementsAre(StopAction(ExpirePreStop{}), StopAction(SendTerm{2s})));
}

TEST(StopMachine, AContainerThatEndsNeedsNoTurn) {
    StopMachine stop = ordered(30s, false);
    stop.begin(at(0s));
    EXPECT_THAT(stop.exited(), IsEmpty());
    EXPECT_TRUE(stop.done());
    EXPECT_THAT(stop.turn_came(at(1s)), IsEmpty());
}

}  // namespace
}  // namespace hooklet
