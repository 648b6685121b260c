// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_runner.hpp"

#include "lifecycle/output.hpp"
#include "unit/lifecycle/lifecycle_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// A command outside the container of its hook, which goes on when nobody waits for it.
class OutsideCommand final : public CommandRunner {
  public:
    OutsideCommand(Clock* clock, Duration takes) : clock_(clock), takes_(takes) {}
    Task<Result<cri::ExecSyncResponse>> run(std::vector<std::string>, std::vector<cri::KeyValue>,
                                            Call call) override {
        if (!end_) {
            ++begun;
            end_ = clock_->now() + takes_;
        }
        const Call until_end(std::min(*end_, call.deadline), call.cancel);
        const Status waited = co_await sleep_until(clock_, until_end);
        if (!waited) co_return std::unexpected(waited.error());
        if (clock_->now() < *end_) co_return fail(Code::deadline, "timed out");
        cri::ExecSyncResponse answer;
        answer.exit_code = 3;
        co_return answer;
    }
    [[nodiscard]] bool is_under_way() const override { return end_.has_value(); }

    int begun = 0;

  private:
    Clock* clock_;
    Duration takes_;
    std::optional<MonotonicTime> end_;
};

class HookRunnerTest : public LifecycleTest {
  protected:
    /// Cancels after `wait`.
    CancelToken cancelled_after(Duration wait, Error why) {
        timer_ = world->loop.clock().after(wait, [this, why] { source_.cancel(why); });
        return source_.token();
    }
    Duration elapsed() { return world->loop.clock().elapsed(); }
    /// The agent ends so long after the hook has begun in a new container; what the next one has to deliver.
    HookRequest left_after(Duration age, HookRequest request) {
        start_app();
        request.container_id = container_id;
        CancelSource agent;
        request.abandon = agent.token();
        const Timer end = world->loop.clock().after(age, [&agent] { agent.cancel(); });
        EXPECT_EQ(deliver(request, agent.token()).outcome, HookOutcome::cancelled);
        EXPECT_FALSE(recorded().outcome) << "its record stays open";
        make_journal();
        const auto left = world->loop.run(journal->recall({container_id}));
        request.abandon = {};
        request.again = Redelivery{left->at(0), age, age};
        return request;
    }

  private:
    CancelSource source_;
    Timer timer_;
};

TEST_F(HookRunnerTest, ExecIsRecordedBeforeItStartsAndWhenItHasEnded) {
    start_app();
    std::size_t on_disk_at_start = 0;
    world->history.listen([&](const Observation& o) {
        if (o.kind == Kind::exec_begin) on_disk_at_start = world->journal.contents().hooks.size();
    });
    const HookResult result = deliver(hook(exec({"sim", "takes=3s", "stdout=out", "stderr=err"})));
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.cause, "");
    EXPECT_EQ(on_disk_at_start, 1U);
    ASSERT_EQ(attempts.size(), 2U);
    EXPECT_FALSE(attempts.at(0).outcome);
    const HookAttempt& attempt = recorded();
    EXPECT_EQ(attempt.outcome, HookOutcome::succeeded);
    EXPECT_EQ(attempt.exit_code, 0);
    EXPECT_EQ(attempt.stdout_, "out");
    EXPECT_EQ(attempt.stderr_, "err");
    EXPECT_EQ(attempt.command, "sim takes=3s stdout=out stderr=err");
    EXPECT_EQ(attempt.reason, "Started");
    EXPECT_EQ(attempt.container_id, container_id);
    EXPECT_THAT(attempt.took, AllOf(Ge(3s), Le(3100ms)));
}

TEST_F(HookRunnerTest, AFailedExecSaysItsExitCodeButNeverItsOutput) {
    start_app();
    const HookResult result = deliver(hook(exec({"sim", "exit=3", "stderr=secret"})));
    EXPECT_EQ(result.outcome, HookOutcome::failed);
    EXPECT_EQ(result.cause, "exit code 3");
    EXPECT_EQ(result.message,
              "Exec lifecycle hook ([sim exit=3 stderr=secret]) for Container \"app\" in Pod "
              "\"web_default(uid-1)\" failed - error: command 'sim exit=3 stderr=secret' exited with 3");
    EXPECT_EQ(recorded().exit_code, 3);
    EXPECT_EQ(recorded().stderr_, "secret");
}

TEST_F(HookRunnerTest, ACommandThatDoesNotExistFailsInShortWords) {
    start_app();
    const HookResult result = deliver(hook(exec({"badcommand"})));
    EXPECT_EQ(result.outcome, HookOutcome::failed);
    EXPECT_THAT(result.cause, AllOf(HasSubstr("executable file not found"), Not(HasSubstr("OCI"))));
    EXPECT_FALSE(recorded().exit_code);
}

TEST_F(HookRunnerTest, LongOutputKeepsItsHeadAndTail) {
    start_app();
    const std::string much = std::string(hook_output_limit, 'a') + std::string(hook_output_limit, 'z');
    world->engine.on_exec("print", {.stdout_ = much});
    deliver(hook(exec({"print"})));
    EXPECT_THAT(recorded().stdout_, AllOf(StartsWith("aaaa"), HasSubstr("65536 bytes left out")));
    EXPECT_THAT(recorded().stdout_, testing::EndsWith("zzzz"));
    EXPECT_THAT(recorded().stdout_.size(), Le(hook_output_limit + 100));
}

TEST_F(HookRunnerTest, AnExecOverItsCapIsKilledAndHasTimedOut) {
    start_app();
    const Duration begun = elapsed();
    const HookResult result = deliver(hook(exec({"sleep", "infinity"}), 5s));
    EXPECT_EQ(result.outcome, HookOutcome::timed_out);
    EXPECT_THAT(elapsed() - begun, AllOf(Ge(5s), Le(5100ms)));
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
    EXPECT_EQ(recorded().outcome, HookOutcome::timed_out);
}

TEST_F(HookRunnerTest, ACancelledExecEndsAtOnceAndSaysWhy) {
    start_app();
    const CancelToken cancel = cancelled_after(2s, {Code::cancelled, "the Pod is being stopped"});
    const HookResult result = deliver(hook(exec({"sleep", "infinity"})), cancel);
    EXPECT_EQ(result.outcome, HookOutcome::cancelled);
    EXPECT_EQ(result.cause, "the Pod is being stopped");
    EXPECT_THAT(recorded().took, AllOf(Ge(1900ms), Le(2s)));
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
}

TEST_F(HookRunnerTest, CancellingForTheGracePeriodCountsAsTimeout) {
    start_app();
    const CancelToken cancel = cancelled_after(2s, {Code::deadline, "the grace period is over"});
    const HookResult result = deliver(hook(exec({"sleep", "infinity"})), cancel);
    EXPECT_EQ(result.outcome, HookOutcome::timed_out);
    EXPECT_EQ(result.cause, "the grace period is over");
}

TEST_F(HookRunnerTest, ACommandThatDiesWithItsContainerIsCancelledNotFailed) {
    start_app({"sim", "run=3s", "exit=1"});
    // The owner tells a little after the engine has answered the command.
    const CancelToken cancel = cancelled_after(3100ms, {Code::cancelled, "the container has ended"});
    const HookResult result = deliver(hook(exec({"sleep", "infinity"})), cancel);
    EXPECT_EQ(result.outcome, HookOutcome::cancelled);
    EXPECT_EQ(result.cause, "the container has ended");
}

TEST_F(HookRunnerTest, ACommandThatIsKilledInALivingContainerHasFailed) {
    start_app();
    const HookResult result = deliver(hook(exec({"sim", "exit=137"})));
    EXPECT_EQ(result.outcome, HookOutcome::failed);
    EXPECT_EQ(result.cause, "exit code 137");
}

TEST_F(HookRunnerTest, ACommandThatEndsWithTheEngineIsDeliveredAgain) {
    start_app();
    world->faults.take_engine_down(3s);
    const HookResult result = deliver(hook(exec({"sim", "takes=2s"})));
    EXPECT_TRUE(result.ok()) << result.cause;
    ASSERT_EQ(attempts.size(), 4U);
    EXPECT_EQ(attempts.at(1).outcome, HookOutcome::unknown);
    EXPECT_THAT(attempts.at(1).cause, HasSubstr("down"));
    EXPECT_EQ(attempts.at(3).outcome, HookOutcome::succeeded);
    EXPECT_EQ(attempts.at(3).attempt, 2);
    EXPECT_EQ(attempts.at(3).delivery_id, attempts.at(1).delivery_id);
    EXPECT_THAT(elapsed(), AllOf(Ge(5s), Le(9s)));
}

TEST_F(HookRunnerTest, AnEngineThatStaysAwaySpendsTheCapOfTheHook) {
    start_app();
    world->faults.take_engine_down(1h);
    const HookResult result = deliver(hook(exec({"sim"}), 20s));
    EXPECT_EQ(result.outcome, HookOutcome::timed_out);
    EXPECT_THAT(elapsed(), AllOf(Ge(20s), Le(21s)));
    EXPECT_EQ(attempts.size(), 2U);
}

TEST_F(HookRunnerTest, AtMostOnceACommandThatEndsWithTheEngineStaysUnknown) {
    start_app();
    world->faults.take_engine_down(3s);
    HookRequest request = hook(exec({"sim"}));
    request.at_most_once = true;
    EXPECT_TRUE(deliver(request).ok());
    ASSERT_EQ(attempts.size(), 2U);
    EXPECT_EQ(attempts.at(1).outcome, HookOutcome::unknown);
}

TEST_F(HookRunnerTest, ACommandGoesOnWhileTheEngineIsAway) {
    start_app();
    world->faults.force("exec_sync", Fault::lost_answer);
    const HookResult result = deliver(hook(exec({"sim", "takes=10s"})));
    EXPECT_TRUE(result.ok()) << result.cause;
    EXPECT_EQ(attempts.size(), 2U) << "one attempt, told when it begins and when it ends";
    EXPECT_EQ(world->history.count(Kind::exec_begin), 1U);
    EXPECT_THAT(recorded().took, AllOf(Ge(10s), Le(10500ms)));
}

TEST_F(HookRunnerTest, ACommandThatOutlivesItsAgentIsAwaitedByTheNext) {
    for (const bool at_most_once : {false, true}) {
        SetUp();
        HookRequest request = left_after(4s, hook(exec({"sim", "takes=10s", "exit=3", "stdout=late"}), 30s));
        request.at_most_once = at_most_once;
        EXPECT_EQ(deliver(request).cause, "exit code 3");
        EXPECT_EQ(world->journal.contents().hooks.size(), 1U) << "it is one attempt";
        EXPECT_EQ(recorded().outcome, HookOutcome::failed);
        EXPECT_EQ(recorded().stdout_, "late");
        EXPECT_THAT(recorded().took, AllOf(Ge(9900ms), Le(10500ms)));
        EXPECT_EQ(world->history.count(Kind::exec_begin), 1U);
        EXPECT_EQ(world->history.count(Kind::exec_detached), 0U);
    }
}

TEST_F(HookRunnerTest, AnAwaitedCommandKeepsToTheCapThatItBeganWith) {
    HookRequest request = left_after(4s, hook(exec({"sleep", "infinity"}), 10s));
    EXPECT_EQ(deliver(request).outcome, HookOutcome::timed_out);
    EXPECT_THAT(elapsed(), AllOf(Ge(10s), Le(10500ms)));
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
}

TEST_F(HookRunnerTest, ACommandOutsideItsContainerIsAwaitedAsTheSameAttempt) {
    for (const Duration cap : {30s, 8s}) {
        SetUp();
        OutsideCommand command(&world->loop.clock(), 10s);
        HookRequest due = hook(exec({"sim"}), cap);
        due.hook = HookType::on_exit;
        due.runner = &command;
        const HookResult result = deliver(left_after(4s, due));
        EXPECT_EQ(result.cause, cap == 30s ? "exit code 3" : "timed out");
        EXPECT_EQ(command.begun, 1);
        EXPECT_THAT(world->journal.contents().hooks, SizeIs(1));
        EXPECT_EQ(recorded().outcome, result.outcome);
    }
}

TEST_F(HookRunnerTest, ACommandThatEndsWithItsAgentIsDeliveredAgainUnlessAtMostOnce) {
    for (const bool at_most_once : {false, true}) {
        SetUp();
        world->engine.keep_commands(false);
        HookRequest request = left_after(4s, hook(exec({"sim", "takes=10s"}), 30s));
        request.at_most_once = at_most_once;
        EXPECT_TRUE(deliver(request).ok());
        EXPECT_EQ(recorded().outcome, HookOutcome::unknown);
        EXPECT_THAT(world->journal.contents().hooks, SizeIs(at_most_once ? 1 : 2));
        EXPECT_EQ(world->history.count(Kind::exec_begin), at_most_once ? 1U : 2U);
    }
}

TEST_F(HookRunnerTest, HttpKeepsStatusAndBody) {
    start_app();
    world->network.serve("10.88.0.3", 80, {.answer = {.status = 204, .body = "fine"}});
    EXPECT_TRUE(deliver(hook(http("/up"))).ok());
    EXPECT_EQ(recorded().http_status, 204);
    EXPECT_EQ(recorded().stdout_, "fine");
    EXPECT_EQ(recorded().command, "http://10.88.0.3:80/up");
}

TEST_F(HookRunnerTest, HttpSucceedsFrom200To399Only) {
    start_app();
    for (const auto& [status, good] :
         {std::pair{199, false}, {200, true}, {399, true}, {400, false}, {500, false}}) {
        world->network.serve("10.88.0.3", 80, ServerBehavior::with_status(status));
        const HookResult result = deliver(hook(http("/up")));
        EXPECT_EQ(result.ok(), good) << status;
        EXPECT_EQ(result.cause, good ? "" : "HTTP status " + std::to_string(status));
    }
}

TEST_F(HookRunnerTest, WithAnyStatusHttpIsAsBlindAsAKubelet) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::with_status(500));
    runner.emplace(ports(), true);
    EXPECT_TRUE(deliver(hook(http("/up"))).ok());
    EXPECT_EQ(recorded().http_status, 500);
}

TEST_F(HookRunnerTest, HttpToNobodyFailsOnceInShortWords) {
    start_app();
    const HookResult result = deliver(hook(http("/up", 81)));
    EXPECT_EQ(result.outcome, HookOutcome::failed);
    EXPECT_EQ(result.cause, "connection refused");
    EXPECT_THAT(result.message, StartsWith("HTTP lifecycle hook (/up) for Container \"app\""));
    EXPECT_EQ(world->history.count(Kind::net_refused), 1U);
}

TEST_F(HookRunnerTest, HttpThatIsNeverAnsweredTimesOut) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::silent());
    EXPECT_EQ(deliver(hook(http("/up"), 3s)).outcome, HookOutcome::timed_out);
}

TEST_F(HookRunnerTest, RedirectsOnTheSameHostAreFollowed) {
    start_app();
    ServerBehavior server;
    server.by_target["/old"] = ServerBehavior::redirect(301, "/new?x=1").answer;
    server.by_target["/new?x=1"] = {.status = 202};
    world->network.serve("10.88.0.3", 80, server);
    EXPECT_TRUE(deliver(hook(http("/old"))).ok());
    EXPECT_EQ(recorded().http_status, 202);
}

TEST_F(HookRunnerTest, ARedirectToAnotherHostIsTheAnswer) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::redirect(302, "http://elsewhere.example/"));
    EXPECT_TRUE(deliver(hook(http("/old"))).ok());
    EXPECT_EQ(recorded().http_status, 302);
    EXPECT_EQ(world->network.requests().size(), 1U);
}

TEST_F(HookRunnerTest, AnEndlessRedirectFailsAfterTen) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::redirect(302, "/loop"));
    const HookResult result = deliver(hook(http("/loop")));
    EXPECT_EQ(result.cause, "stopped after 10 redirects");
    EXPECT_EQ(world->network.requests().size(), 11U);
}

TEST_F(HookRunnerTest, HttpsFallsBackToHttpWithoutCredentialsAndSaysSo) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::with_status(200));
    api::LifecycleHandler handler = http("/up");
    handler.httpGet->scheme = "HTTPS";
    handler.httpGet->httpHeaders = {{"authorization", "secret"}, {"X-Own", "1"}};
    EXPECT_TRUE(deliver(hook(handler)).ok());
    ASSERT_EQ(world->network.requests().size(), 1U);
    EXPECT_THAT(world->network.requests().front().request.headers,
                ElementsAre(HttpHeader{"X-Own", "1"}, HttpHeader{"User-Agent", "kube-lifecycle/1.34"},
                            HttpHeader{"Accept", "*/*"}));
    ASSERT_THAT(event_reasons(), ElementsAre("LifecycleHTTPFallback"));
    EXPECT_EQ(events.front().message,
              "request to HTTPS lifecycle hook 10.88.0.3:80 got HTTP response, retry with HTTP succeeded");
}

TEST_F(HookRunnerTest, AFallbackThatFailsLeavesTheFirstError) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::with_status(200));
    api::LifecycleHandler handler = http("/up");
    handler.httpGet->scheme = "HTTPS";
    world->faults.force("http_get", Fault::none);
    world->faults.force("http_get", Fault::error);
    const HookResult result = deliver(hook(handler));
    EXPECT_EQ(result.cause, "server gave HTTP response to HTTPS client");
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(HookRunnerTest, AFallbackWithABadStatusIsNoSuccess) {
    start_app();
    world->network.serve("10.88.0.3", 80, ServerBehavior::with_status(500));
    api::LifecycleHandler handler = http("/up");
    handler.httpGet->scheme = "HTTPS";
    const HookResult result = deliver(hook(handler));
    EXPECT_EQ(result.cause, "HTTP status 500");
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(HookRunnerTest, AnUnknownPortNameFailsWithoutARequest) {
    start_app();
    api::LifecycleHandler handler = http("/up");
    handler.httpGet->port = api::IntOrString(std::string("web"));
    EXPECT_EQ(deliver(hook(handler)).cause, "couldn't find port: \"web\" in container app");
    EXPECT_THAT(world->network.requests(), IsEmpty());
}

TEST_F(HookRunnerTest, TcpSucceedsWhenSomebodyAccepts) {
    start_app();
    world->network.serve("10.88.0.3", 5432, {});
    api::LifecycleHandler handler;
    handler.tcpSocket.emplace();
    handler.tcpSocket->port = api::IntOrString(5432);
    EXPECT_TRUE(deliver(hook(handler)).ok());
    handler.tcpSocket->port = api::IntOrString(5433);
    EXPECT_EQ(deliver(hook(handler)).cause, "connection refused");
    EXPECT_EQ(recorded().command, "tcp://10.88.0.3:5432");
}

TEST_F(HookRunnerTest, SleepTakesItsTimeAndNoMoreThanItsCap) {
    start_app();
    api::LifecycleHandler handler;
    handler.sleep.emplace();
    EXPECT_TRUE(deliver(hook(handler)).ok());
    handler.sleep->seconds = 4;
    Duration begun = elapsed();
    EXPECT_TRUE(deliver(hook(handler)).ok());
    EXPECT_THAT(elapsed() - begun, AllOf(Ge(4s), Le(4020ms)));
    begun = elapsed();
    EXPECT_EQ(deliver(hook(handler, 1s)).outcome, HookOutcome::timed_out);
    EXPECT_THAT(elapsed() - begun, AllOf(Ge(1s), Le(1020ms)));
}

TEST_F(HookRunnerTest, AHookWhoseBeginningCannotBeRecordedIsDeliveredAndRecordedWithItsEnd) {
    start_app();
    int told = 0;
    journal->on_error([&](const Error&) { ++told; });
    world->faults.force("journal.add_attempt", Fault::error);
    EXPECT_TRUE(deliver(hook(exec({"true"}))).ok());
    EXPECT_EQ(told, 1);
    ASSERT_THAT(world->journal.contents().hooks, SizeIs(1));
    EXPECT_EQ(world->journal.contents().hooks.front().outcome, HookOutcome::succeeded);
    EXPECT_EQ(world->history.count(Kind::exec_begin), 1U);
}

}  // namespace
}  // namespace hooklet::sim
