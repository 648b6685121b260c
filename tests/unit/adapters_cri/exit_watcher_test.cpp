// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exit_watcher.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/process.hpp"
#include "support/run_task.hpp"

#include <csignal>
#include <deque>

#include <gtest/gtest.h>

namespace hooklet::cri {
namespace {

using namespace std::chrono_literals;

LiveStatus live(ContainerState state, pid_t pid = 0) {
    LiveStatus status;
    status.status.id = "c";
    status.status.pod_sandbox_id = "s";
    status.status.state = state;
    status.status.exit_code = 3;
    status.pid = pid;
    return status;
}

/// An engine whose answers are written down beforehand; the last one is repeated.
class ExitWatcherTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto spawned = Child::spawn(loop.get_executor(), {{"sleep", "100"}, -1, -1, true});
        ASSERT_TRUE(spawned);
        child.emplace(*spawned);
    }
    void TearDown() override {
        run(loop, watcher.stop());
        end_child();
    }
    void end_child() {
        child->signal(SIGKILL);
        (void)run(loop, child->wait(&clock, clock.call_within(5s)));
    }
    Task<Result<LiveStatus>> answer() {
        auto next = answers.front();
        if (answers.size() > 1) answers.pop_front();
        ++asked;
        co_return next;
    }
    void settle(Duration time = 60ms) { (void)run(loop, sleep_until(&clock, clock.call_within(time))); }
    Status watch() { return run(loop, watcher.watch("c", clock.call_within(5s))); }

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    std::optional<Child> child;
    std::deque<Result<LiveStatus>> answers;
    int asked = 0;
    std::vector<ContainerEvent> events;
    ExitWatcher watcher{loop.get_executor(), &clock,
                        [this](const std::string&, const Call&) { return answer(); },
                        [this](ContainerEvent event) { events.push_back(std::move(event)); }};
};

TEST_F(ExitWatcherTest, AnExitIsReportedAtOnceWithoutWaitingForTheEnginesRecord) {
    answers = {live(ContainerState::running, child->pid())};
    EXPECT_TRUE(watch());
    EXPECT_TRUE(watch());
    EXPECT_EQ(watcher.pid_of("c"), child->pid());
    settle();
    EXPECT_TRUE(events.empty());
    end_child();
    settle();
    ASSERT_EQ(events.size(), 1);
    EXPECT_EQ(events[0].type, ContainerEventType::stopped);
    EXPECT_EQ(events[0].container_id, "c");
    EXPECT_EQ(events[0].pod_sandbox_id, "s");
    EXPECT_FALSE(events[0].status);
    EXPECT_EQ(asked, 2) << "nothing is asked while it runs, nor for its end";
    EXPECT_EQ(watcher.pid_of("c"), 0);
}

TEST_F(ExitWatcherTest, ContainersAreForgottenWithTheirSandbox) {
    answers = {live(ContainerState::running, child->pid())};
    EXPECT_TRUE(watch());
    watcher.forget_sandbox("another");
    EXPECT_EQ(watcher.pid_of("c"), child->pid());
    watcher.forget_sandbox("s");
    EXPECT_EQ(watcher.pid_of("c"), 0);
}

TEST_F(ExitWatcherTest, EndedBeforeTheWatch) {
    answers = {live(ContainerState::exited)};
    EXPECT_TRUE(watch());
    ASSERT_EQ(events.size(), 1);
    EXPECT_EQ(events[0].status->exit_code, 3);
}

TEST_F(ExitWatcherTest, EndedWhileTheEngineStillCallsItRunning) {
    const pid_t pid = child->pid();
    end_child();
    answers = {live(ContainerState::running, pid)};
    EXPECT_TRUE(watch());
    ASSERT_EQ(events.size(), 1);
    EXPECT_FALSE(events[0].status);
}

TEST_F(ExitWatcherTest, PidThatIsGoneOrReused) {
    const pid_t pid = child->pid();
    answers = {live(ContainerState::running, pid), live(ContainerState::exited)};
    EXPECT_TRUE(watch());
    ASSERT_EQ(events.size(), 1) << "the pid is another process's by now, which still runs";
    EXPECT_EQ(events[0].status->exit_code, 3);
}

TEST_F(ExitWatcherTest, SendsASignalToTheInitProcessAlone) {
    answers = {live(ContainerState::running, child->pid())};
    const auto send = [this] { return run(loop, watcher.signal("c", SIGUSR1, clock.call_within(5s))); };
    EXPECT_TRUE(send());
    const auto ended = run(loop, child->wait(&clock, clock.call_within(5s)));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->signal, SIGUSR1);
    settle();
    EXPECT_EQ(events.size(), 1) << "it is watched from then on";
    EXPECT_TRUE(send()) << "nobody is left who could get it";
}

TEST_F(ExitWatcherTest, SendsNothingToAProcessThatTheEngineDoesNotName) {
    answers = {live(ContainerState::running)};
    EXPECT_EQ(run(loop, watcher.signal("c", SIGUSR1, clock.call_within(5s))).error().code, Code::invalid);
}

TEST_F(ExitWatcherTest, RefusedWhenNotStartedOrUnknown) {
    answers = {live(ContainerState::created)};
    EXPECT_EQ(watch().error().code, Code::conflict);
    answers = {fail(Code::not_found, "no such container")};
    EXPECT_EQ(watch().error().code, Code::not_found);
    EXPECT_TRUE(events.empty());
}

TEST_F(ExitWatcherTest, WatchSoonTriesAgainUntilTheEngineAnswers) {
    answers = {fail(Code::unavailable, "restarting"), live(ContainerState::created),
               live(ContainerState::exited)};
    watcher.watch_soon("c");
    settle();
    EXPECT_EQ(events.size(), 1);
}

TEST_F(ExitWatcherTest, AnEngineThatFallsSilentInBetweenIsNoEnd) {
    answers = {live(ContainerState::running, child->pid()), fail(Code::unavailable, "restarting")};
    EXPECT_EQ(watch().error().code, Code::unavailable);
    EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace hooklet::cri
