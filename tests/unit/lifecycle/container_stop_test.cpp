// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/container_stop.hpp"

#include "unit/lifecycle/lifecycle_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

/// A stop of the container, whose end is passed on as its owner does.
class ContainerStopTest : public LifecycleTest {
  protected:
    void make(Duration grace, std::optional<HookRequest> pre_stop = std::nullopt) {
        world->engine.on_exit([this](const SimContainer&) { stop->container_exited(); });
        StopRequest request{container_id, grace, std::move(pre_stop), "Stopping container app"};
        request.stop_signal = own_signal;
        stop.emplace(
            ContainerStop::Ports{world->loop.executor(), &world->loop.clock(), &world->runtime, &*runner},
            std::move(request), Recorder(&*journal, pod, "app"), [this] { ++ended; });
        begun = world->loop.clock().now();
    }
    HookRequest pre_stop(std::vector<std::string> command, Duration cap = 30s) {
        HookRequest request = hook(exec(std::move(command)), cap);
        request.hook = HookType::pre_stop;
        return request;
    }
    void run(CancelToken cancel = {}) { world->loop.run(stop->run(std::move(cancel))); }
    void after(Duration wait, std::function<void()> what) {
        timers.push_back(world->loop.clock().after(wait, std::move(what)));
    }
    /// When something happened in the world, since the stop began.
    [[nodiscard]] Duration since(Kind kind) const { return world->history.of(kind).at(0).at - begun; }

    std::optional<ContainerStop> stop;
    std::string own_signal;
    MonotonicTime begun;
    int ended = 0;
    std::vector<Timer> timers;
};

TEST_F(ContainerStopTest, T26_SendsTheSignalThatThePodNames) {
    start_app({"sim", "stop=2s"});
    own_signal = "SIGUSR1";
    make(30s);
    run();
    EXPECT_EQ(world->history.of(Kind::term).at(0).detail, "SIGUSR1");
    EXPECT_THAT(world->history.of(Kind::term), testing::SizeIs(1));
    EXPECT_THAT(world->history.of(Kind::kill), IsEmpty());
}

TEST_F(ContainerStopTest, T26_KillsWhatIgnoresTheSignalThatThePodNames) {
    start_app({"sim", "ignore-stop"});
    own_signal = "SIGUSR1";
    make(5s);
    run();
    EXPECT_THAT(since(Kind::kill), AllOf(Ge(5s), Le(5s + 20ms)));
}

TEST_F(ContainerStopTest, T26_TheEnginesSignalIsBetterThanNone) {
    start_app({"sim", "stop=2s"});
    own_signal = "SIGUSR1";
    make(30s);
    world->faults.force("signal_container", Fault::error);
    run();
    EXPECT_EQ(world->history.of(Kind::term).at(0).detail, "SIGTERM");
}

TEST_F(ContainerStopTest, TermIsEnoughForAGoodContainer) {
    start_app({"sim", "stop=2s"});
    make(30s);
    run();
    EXPECT_THAT(since(Kind::term), Le(20ms));
    EXPECT_THAT(since(Kind::exited), AllOf(Ge(2s), Le(2020ms)));
    EXPECT_EQ(world->history.count(Kind::kill), 0U);
    ASSERT_THAT(event_reasons(), ElementsAre("Killing"));
    EXPECT_EQ(events.front().message, "Stopping container app");
}

TEST_F(ContainerStopTest, KillComesAtTheEndOfTheGracePeriod) {
    start_app({"sim", "ignore-stop"});
    make(5s);
    run();
    EXPECT_THAT(since(Kind::kill), AllOf(Ge(5s), Le(5020ms)));
    EXPECT_EQ(world->history.of(Kind::kill).front().detail, "stop now");
}

TEST_F(ContainerStopTest, PreStopComesBeforeTermAndCostsItsTime) {
    start_app({"sim", "ignore-stop"});
    make(12s, pre_stop({"sim", "takes=8s"}));
    run();
    EXPECT_THAT(since(Kind::term), AllOf(Ge(8s), Le(8100ms)));
    EXPECT_THAT(since(Kind::kill), AllOf(Ge(12s), Le(12020ms)));
}

TEST_F(ContainerStopTest, AFailedPreStopIsToldAndTermFollowsAtOnce) {
    start_app();
    make(30s, pre_stop({"false"}));
    run();
    EXPECT_THAT(event_reasons(), ElementsAre("Killing", "FailedPreStopHook"));
    EXPECT_EQ(events.back().message, "PreStopHook failed: exit code 1");
    EXPECT_THAT(since(Kind::term), Le(100ms));
}

TEST_F(ContainerStopTest, PreStopEndsAtItsOwnCap) {
    start_app();
    make(30s, pre_stop({"sleep", "infinity"}, 4s));
    run();
    EXPECT_THAT(event_reasons(), ElementsAre("Killing", "PreStopHookTimedOut"));
    EXPECT_THAT(since(Kind::term), AllOf(Ge(4s), Le(4100ms)));
}

TEST_F(ContainerStopTest, T20_ACommandThatTakesTheWholeGracePeriodDiesWithItsContainer) {
    start_app({"sim", "ignore-stop"});
    make(3s, pre_stop({"sleep", "infinity"}));
    run();
    EXPECT_EQ(recorded().outcome, HookOutcome::timed_out);
    EXPECT_THAT(recorded().took, AllOf(Ge(3s), Le(3020ms)));
    const Observation end = world->history.of(Kind::exec_end).at(0);
    EXPECT_EQ(end.code, 137);
    EXPECT_THAT(end.at - begun, AllOf(Ge(5s), Le(5020ms)));
}

TEST_F(ContainerStopTest, ACommandOverACapOfItsOwnIsEndedWithIt) {
    start_app({"sim", "ignore-stop"});
    make(30s, pre_stop({"sleep", "infinity"}, 4s));
    run();
    EXPECT_THAT(since(Kind::exec_end), AllOf(Ge(4s), Le(4100ms)));
}

TEST_F(ContainerStopTest, RecordsSayWhatIsLeftOfTheGracePeriod) {
    start_app();
    make(12s, pre_stop({"sim", "takes=8s"}));
    run();
    const std::vector<LifecycleStep> steps = world->journal.contents().steps;
    ASSERT_THAT(steps, testing::SizeIs(2));
    EXPECT_EQ(steps[0].step, StepKind::pre_stop);
    EXPECT_EQ(steps[0].grace, Duration{12s});
    EXPECT_EQ(steps[1].step, StepKind::term);
    EXPECT_THAT(steps[1].grace, testing::Optional(AllOf(Ge(3900ms), Le(4s))));
}

TEST_F(ContainerStopTest, PreStopOverTheGracePeriodLeavesTwoSeconds) {
    start_app({"sim", "ignore-stop"});
    make(3s, pre_stop({"sleep", "infinity"}));
    run();
    EXPECT_EQ(recorded().outcome, HookOutcome::timed_out);
    EXPECT_THAT(since(Kind::term), AllOf(Ge(3s), Le(3020ms)));
    EXPECT_THAT(since(Kind::kill), AllOf(Ge(5s), Le(5020ms)));
}

TEST_F(ContainerStopTest, AContainerThatEndsDuringPreStopNeedsNoMore) {
    start_app({"sim", "run=3s"});
    make(30s, pre_stop({"sleep", "20"}));
    run();
    EXPECT_EQ(recorded().outcome, HookOutcome::cancelled);
    EXPECT_EQ(recorded().cause, "the container has ended");
    EXPECT_EQ(world->history.count(Kind::term), 0U);
    EXPECT_THAT(event_reasons(), ElementsAre("Killing"));
}

TEST_F(ContainerStopTest, AShortenedGraceCountsAtOnce) {
    start_app({"sim", "ignore-stop"});
    make(60s, pre_stop({"sleep", "infinity"}));
    after(5s, [this] { stop->shorten(1s); });
    run();
    EXPECT_THAT(since(Kind::term), AllOf(Ge(6s), Le(6020ms)));
    EXPECT_THAT(since(Kind::kill), AllOf(Ge(8s), Le(8020ms)));
}

TEST_F(ContainerStopTest, ACallThatFailsIsRepeated) {
    start_app();
    for (int i = 0; i < 3; ++i) world->faults.force("stop_container", Fault::error);
    make(30s);
    run();
    EXPECT_EQ(world->history.count(Kind::term), 1U);
    EXPECT_THAT(since(Kind::exited), Le(1s));
}

TEST_F(ContainerStopTest, ACallThatIsNeverAnsweredDoesNotDelayTheKill) {
    start_app({"sim", "ignore-stop"});
    world->faults.force("stop_container", Fault::hang);
    make(5s);
    run();
    EXPECT_THAT(since(Kind::exited), AllOf(Ge(5s), Le(5020ms)));
}

TEST_F(ContainerStopTest, TheEnginesWordThatItHasEndedIsPassedOn) {
    start_app({"sim", "run=1s"});
    world->loop.run_for(2s);
    make(30s);
    world->engine.on_exit(nullptr);
    // The owner looks and finds that it has ended.
    after(1s, [this] { stop->container_exited(); });
    run();
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(world->history.count(Kind::term), 0U);
}

TEST_F(ContainerStopTest, CancellingLeavesTheContainerAsItIs) {
    start_app({"sim", "ignore-stop"});
    make(30s, pre_stop({"sleep", "infinity"}));
    CancelSource source;
    after(2s, [&] { source.cancel({Code::cancelled, "the agent stops"}); });
    run(source.token());
    EXPECT_EQ(recorded().outcome, HookOutcome::cancelled);
    EXPECT_EQ(recorded().cause, "the agent stops");
    EXPECT_EQ(world->history.count(Kind::term), 0U);
    EXPECT_EQ(status(container_id).state, cri::ContainerState::running);
}

}  // namespace
}  // namespace hooklet::sim
