// SPDX-License-Identifier: Apache-2.0
// What the next agent goes on with (lifecycle spec 7.5).
#include "api/pod_phase.hpp"
#include "unit/node/node_agent_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Ge;
using testing::Le;
using testing::SizeIs;

TEST_F(NodeAgentTest, M9_ARestartOfTheAgentLeavesContainersAlone) {
    add("web",
        test::sleeper(R"(, "readinessProbe": {"exec": {"command": ["true"]}, "initialDelaySeconds": 5})"));
    until([&] { return is_ready("web"); });
    const std::string id = pod("web").status.containerStatuses.front().containerID;
    restart();
    pass(1min);  // What is known of the container may be more precise now than before.
    const auto before = m.api.objects().get({"", "v1", "pods", "default", "web", {}}).value();
    crash();
    pass(2min);
    const auto after = m.api.objects().get({"", "v1", "pods", "default", "web", {}}).value();
    EXPECT_EQ(api::write_json(after), api::write_json(before));
    EXPECT_TRUE(is_ready("web"));
    EXPECT_EQ(pod("web").status.containerStatuses.front().containerID, id);
    EXPECT_EQ(pod("web").status.containerStatuses.front().restartCount, 0);
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
    remove("web");
    EXPECT_LT(until([&] { return !exists("web"); }), 5s);
    EXPECT_EQ(count(sim::Kind::sandbox_removed), 1U);
}

TEST_F(NodeAgentTest, RestartsCountOnAfterARestartOfTheAgent) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim", "run=20s", "exit=1"]}]})");
    const auto restarts = [&] {
        const auto& all = pod("web").status.containerStatuses;
        return all.empty() ? -1 : all.front().restartCount;
    };
    until([&] { return restarts() == 2; });
    crash();
    until([&] { return restarts() == 3; });
    EXPECT_EQ(pod("web").status.containerStatuses.front().lastState.terminated->exitCode, 1);
}

TEST_F(NodeAgentTest, SeesWhatEndedWhileThereWasNoAgent) {
    add("job", R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "run=10s", "exit=3", "message=bye"]}]})");
    until([&] { return is_ready("job"); });
    crash(30s);
    until([&] { return pod("job").status.phase == "Failed"; });
    const auto ended = pod("job").status.containerStatuses.front().state.terminated;
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->exitCode, 3);
    EXPECT_EQ(ended->message, "bye");
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
}

TEST_F(NodeAgentTest, M7_APostStartThatWasInterruptedIsAwaited) {
    add("web", test::sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "20"]}}})"));
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash();
    EXPECT_LT(until([&] { return is_ready("web"); }), 20s);
    EXPECT_EQ(count(sim::Kind::exec_begin), 1U);
    const auto hooks = attempts(HookType::post_start);
    ASSERT_THAT(hooks, SizeIs(1));
    EXPECT_EQ(hooks[0].outcome, HookOutcome::succeeded);
    EXPECT_THAT(hooks[0].took, AllOf(Ge(20s), Le(21s)));
}

TEST_F(NodeAgentTest, APodThatIsDeletedWhileNoAgentRunsEndsThePostStartThatGoesOn) {
    add("web",
        test::sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "infinity"]}}})"));
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash();
    remove("web", 30);
    until([&] { return !exists("web"); });
    EXPECT_EQ(count(sim::Kind::exec_detached), 1U) << "as at the same moment under one agent";
    EXPECT_EQ(attempts(HookType::post_start).at(0).outcome, HookOutcome::cancelled);
}

TEST_F(NodeAgentTest, M7_APostStartThatWasInterruptedRunsAgain) {
    m.world.engine.keep_commands(false);
    add("web", test::sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "20"]}}})"));
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash();
    until([&] { return is_ready("web"); });
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U);
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
    crash();
    pass(1min);
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U) << "it is known to be done";
}

TEST_F(NodeAgentTest, APostStartThatNeverBeganBeforeAStopIsRecorded) {
    m.world.faults.force("start_container", sim::Fault::hang);
    add("web", test::sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "20"]}}})"));
    until([&] { return count(sim::Kind::container_started) == 1; });
    m.world.engine.forget_state(m.world.engine.containers().begin()->first);
    crash();
    until([&] { return is_ready("web"); });
    EXPECT_EQ(count(sim::Kind::container_started), 2U) << "what nobody knows is stopped and made again";
    const auto hooks = attempts(HookType::post_start);
    ASSERT_THAT(hooks, SizeIs(2));
    EXPECT_EQ(hooks[0].outcome, HookOutcome::cancelled);
    EXPECT_EQ(hooks[0].cause, "the container is being stopped");
    EXPECT_EQ(hooks[1].outcome, HookOutcome::succeeded);
    EXPECT_NE(hooks[0].container_id, hooks[1].container_id);
}

TEST_F(NodeAgentTest, M6_APreStopThatWasInterruptedIsAwaitedWithinItsGrace) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim"], "lifecycle": {"preStop": {"exec": {"command":)"
               R"(["sleep", "infinity"]}}}}]})");
    until([&] { return is_ready("web"); });
    remove("web", 60);
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash(5s);
    EXPECT_LT(until([&] { return !exists("web"); }), 60s) << "the deadline does not begin anew";
    const auto hooks = attempts(HookType::pre_stop);
    ASSERT_THAT(hooks, SizeIs(1));
    EXPECT_EQ(hooks[0].outcome, HookOutcome::timed_out);
    EXPECT_THAT(hooks[0].took, AllOf(Ge(58s), Le(60s)));
}

TEST_F(NodeAgentTest, M6_APreStopThatWasInterruptedGoesOnWithinItsGrace) {
    m.world.engine.keep_commands(false);
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim"], "lifecycle": {"preStop": {"exec": {"command":)"
               R"(["sleep", "20"]}}}}]})");
    until([&] { return is_ready("web"); });
    remove("web", 60);
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    pass(2s);
    crash();
    until([&] { return count(sim::Kind::term) == 1; });
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U);
    until([&] { return !exists("web"); });
    const auto hooks = attempts(HookType::pre_stop);
    ASSERT_THAT(hooks, SizeIs(2));
    EXPECT_EQ(hooks[0].outcome, HookOutcome::unknown);
    EXPECT_EQ(hooks[1].outcome, HookOutcome::succeeded);
    EXPECT_EQ(hooks[1].attempt, 2);
    EXPECT_EQ(hooks[1].delivery_id, hooks[0].delivery_id);
    EXPECT_LT(hooks[1].cap, 57s) << "what is left of the grace period";
    EXPECT_THAT(events_of("web"), Contains("Killing").Times(1));
}

TEST_F(NodeAgentTest, M6_APreStopThatWasInterruptedIsDeliveredEvenAfterItsGrace) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 3, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim"], "lifecycle": {"preStop": {"exec": {"command":)"
               R"(["sleep", "0"]}}}}]})");
    until([&] { return is_ready("web"); });
    remove("web", 3);
    until([&] { return attempts(HookType::pre_stop).size() == 1; });
    crash(10s);
    EXPECT_LT(until([&] { return !exists("web"); }), 10s);
    const auto hooks = attempts(HookType::pre_stop);
    ASSERT_THAT(hooks, SizeIs(2));
    EXPECT_EQ(hooks[0].outcome, HookOutcome::unknown);
    EXPECT_EQ(hooks[1].outcome, HookOutcome::succeeded);
    EXPECT_LE(hooks[1].cap, 1s);
}

TEST_F(NodeAgentTest, M6_APreStopThatEndedIsNotRepeated) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "ignore-stop"], "lifecycle": {"preStop": {"exec":)"
               R"({"command": ["sleep", "2"]}}}}]})");
    until([&] { return is_ready("web"); });
    remove("web", 30);
    until([&] { return count(sim::Kind::term) == 1; });
    crash();
    EXPECT_LT(until([&] { return !exists("web"); }), 26s) << "the deadline is the first one";
    EXPECT_EQ(count(sim::Kind::exec_begin), 1U);
}

// A stop that the API knows nothing of.
TEST_F(NodeAgentTest, AStopForAFailedProbeGoesOnWithinItsGrace) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 20, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "ignore-stop"], "livenessProbe": {"exec":)"
               R"({"command": ["false"]}, "initialDelaySeconds": 10, "failureThreshold": 1}}]})");
    until([&] { return count(sim::Kind::term) == 1; });
    const MonotonicTime begun = m.world.loop.clock().now();
    crash();
    until([&] { return count(sim::Kind::kill) == 1; });
    const Duration took = m.world.loop.clock().now() - begun;
    EXPECT_GE(took, 19900ms);
    EXPECT_LT(took, 20500ms);
    until([&] { return count(sim::Kind::container_started) == 2; });
}

TEST_F(NodeAgentTest, AHookMayBeDeliveredAtMostOnce) {
    m.world.engine.keep_commands(false);
    const ApiPath path{"", "v1", "pods", "default", "web", {}};
    api::Node object =
        api::parse_json(
            R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace":)"
            R"("default", "annotations": {"hooklet.dev/delivery": "at-most-once"}}, "spec": )" +
            test::sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "20"]}},)"
                          R"("preStop": {"exec": {"command": ["sleep", "10"]}}})") +
            "}")
            .value();
    ASSERT_TRUE(m.api.objects().create(path, object));
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash();
    until([&] { return is_ready("web"); });
    EXPECT_EQ(count(sim::Kind::exec_begin), 1U);
    remove("web");
    until([&] { return count(sim::Kind::exec_begin) == 2; });
    crash();
    until([&] { return !exists("web"); });
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U);
    for (const HookType hook : {HookType::post_start, HookType::pre_stop}) {
        ASSERT_THAT(attempts(hook), SizeIs(1));
        EXPECT_EQ(attempts(hook).front().outcome, HookOutcome::unknown);
    }
}

TEST_F(NodeAgentTest, AnHttpHookIsOnlySentAgainWhenItWasCutOff) {
    const auto hook = [](const std::string& port) {
        return R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app", "image":)"
               R"("busybox", "command": ["sim", "listen=80:hang"], "lifecycle": {"postStart": {"httpGet":)"
               R"({"path": "/up", "port": )" +
               port + "}}}}]}";
    };
    add("down", hook("81"));
    until([&] { return api::is_terminal(pod("down").status.phase); });
    add("slow", hook("80"));
    until([&] { return count(sim::Kind::http_hit) == 1; });
    crash();
    until([&] { return count(sim::Kind::http_hit) == 2; });
    EXPECT_EQ(count(sim::Kind::net_refused), 1U);
}

TEST_F(NodeAgentTest, AnOnExitHookThatIsDueIsDeliveredByTheNextAgent) {
    const ApiPath path{"", "v1", "pods", "default", "job", {}};
    api::Node object =
        api::parse_json(R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job", "namespace":)"
                        R"("default", "annotations": {"hooklet.dev/on-exit.app":)"
                        R"("{\"exec\": {\"command\": [\"sim\", \"run=5s\"]}}"}}, "spec":)"
                        R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app",)"
                        R"("image": "busybox", "command": ["sim", "run=10s", "exit=3"]}]}})")
            .value();
    ASSERT_TRUE(m.api.objects().create(path, object));
    until([&] { return is_ready("job"); });
    crash(30s);
    until([&] { return count(sim::Kind::container_started) == 2; });
    crash();
    until([&] { return pod("job").status.phase == "Failed"; });
    const auto hooks = attempts(HookType::on_exit);
    ASSERT_THAT(hooks, SizeIs(1)) << "the third agent awaits the command that the second has begun";
    EXPECT_EQ(hooks[0].attempt, 1);
    EXPECT_EQ(hooks[0].outcome, HookOutcome::succeeded);
    EXPECT_EQ(count(sim::Kind::container_started), 2U);
}

class OnExitTest : public NodeAgentTest {
  protected:
    /// A container with an on-exit hook that ends after ten seconds; a call of the engine goes wrong then.
    void end_with_hook(const char* site, const std::vector<sim::Fault>& faults) {
        api::Node object =
            api::parse_json(
                R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job", "namespace":)"
                R"("default", "annotations": {"hooklet.dev/on-exit.app":)"
                R"("{\"exec\": {\"command\": [\"sim\", \"run=5s\"]}}"}}, "spec":)"
                R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app",)"
                R"("image": "busybox", "command": ["sim", "run=10s", "exit=3"]}]}})")
                .value();
        ASSERT_TRUE(m.api.objects().create({"", "v1", "pods", "default", "job", {}}, object));
        until([&] { return is_ready("job"); });
        for (const sim::Fault fault : faults) m.world.faults.force(site, fault);
    }
    HookAttempt last_attempt() {
        const auto hooks = attempts(HookType::on_exit);
        return hooks.empty() ? HookAttempt{} : hooks.back();
    }
};

TEST_F(OnExitTest, AHookOutlivesWhatTheEngineDoesToItsContainer) {
    using sim::Fault;
    const std::vector<std::pair<const char*, std::vector<Fault>>> all = {
        {"create_container", {Fault::error}},      {"create_container", {Fault::lost_answer}},
        {"create_container", {Fault::refusal}},    {"start_container", {Fault::error}},
        {"start_container", {Fault::lost_answer}}, {"start_container", {Fault::refusal}},
    };
    for (const auto& [site, faults] : all) {
        SCOPED_TRACE(site);
        end_with_hook(site, faults);
        until([&] { return pod("job").status.phase == "Failed"; });
        EXPECT_EQ(last_attempt().outcome, HookOutcome::succeeded) << last_attempt().cause;
        EXPECT_EQ(last_attempt().attempt, 1);
        remove("job", 0);
        until([&] { return !exists("job"); });
        until([&] { return count(sim::Kind::container_removed) == count(sim::Kind::container_created); });
    }
}

TEST_F(OnExitTest, AHookThatTheEngineRefusesTwiceHasFailed) {
    end_with_hook("start_container", {sim::Fault::refusal, sim::Fault::refusal});
    until([&] { return pod("job").status.phase == "Failed"; });
    EXPECT_EQ(last_attempt().outcome, HookOutcome::failed);
}

TEST_F(OnExitTest, AHookWhoseContainerTheEngineHasLostRunsInAnotherOne) {
    end_with_hook("start_container", {});
    until([&] { return count(sim::Kind::container_started) == 2; });
    const std::string lost = m.world.history.of(sim::Kind::container_started).back().id;
    m.world.engine.forget_state(lost);
    crash();
    until([&] { return pod("job").status.phase == "Failed"; });
    EXPECT_EQ(count(sim::Kind::container_started), 3U);
    EXPECT_EQ(last_attempt().outcome, HookOutcome::succeeded);
}

TEST_F(NodeAgentTest, BackOffGoesOnAfterARestartOfTheAgent) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim", "run=1s", "exit=1"]}]})");
    const auto starts = [&] { return count(sim::Kind::container_started); };
    until([&] { return starts() == 4; });  // after 0, 10 and 20 s of back-off
    pass(5s);
    crash();
    const MonotonicTime crashed = m.world.loop.clock().now();
    until([&] { return starts() == 5; });
    const Duration waited = m.world.loop.clock().now() - crashed;
    EXPECT_GE(waited, 30s) << "40 s less the time that has passed";
    EXPECT_LT(waited, 40s);
}

TEST_F(NodeAgentTest, ImageBackOffGoesOnAfterARestartOfTheAgent) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "nowhere",)"
               R"("command": ["sim"]}]})");
    until([&] {
        return m.world.faults.counts().contains("pull_image") && pod("web").status.phase == "Pending" &&
               m.world.faults.counts().at("pull_image").at("call") == 3;
    });
    pass(2s);
    crash();
    pass(10s);
    EXPECT_EQ(m.world.faults.counts().at("pull_image").at("call"), 3U) << "the third failure costs 40 s";
    pass(40s);
    EXPECT_EQ(m.world.faults.counts().at("pull_image").at("call"), 4U);
}

TEST_F(NodeAgentTest, FailedProbesCountOnAfterARestartOfTheAgent) {
    add("web",
        test::sleeper(R"(, "livenessProbe": {"exec": {"command": ["false"]}, "failureThreshold": 3})"));
    until([&] { return count(sim::Kind::exec_begin) == 2; });
    pass(1s);
    crash();
    until([&] { return count(sim::Kind::container_started) == 2; });
    EXPECT_EQ(count(sim::Kind::exec_begin), 3U);
}

TEST_F(NodeAgentTest, ADeadlineThatHasPassedKeepsItsGrace) {
    add("web", R"({"nodeName": "node1", "activeDeadlineSeconds": 10, "terminationGracePeriodSeconds": 20,)"
               R"("containers": [{"name": "app", "image": "busybox", "command": ["sim", "ignore-stop"]}]})");
    until([&] { return count(sim::Kind::term) == 1; });
    pass(10s);
    crash();
    EXPECT_LT(until([&] { return pod("web").status.phase == "Failed"; }), 8s);
    EXPECT_EQ(pod("web").status.reason, "DeadlineExceeded");
}

TEST_F(NodeAgentTest, TheDeadlineOfAPodDoesNotHeedTheClockOnTheWall) {
    add("web", R"({"nodeName": "node1", "activeDeadlineSeconds": 60, "terminationGracePeriodSeconds": 2,)"
               R"("containers": [{"name": "app", "image": "busybox", "command": ["sim"]}]})");
    until([&] { return is_ready("web"); });
    m.world.loop.clock().jump(1h);
    pass(20s);
    EXPECT_TRUE(is_ready("web")) << "set forth while the agent runs";
    m.world.loop.clock().jump(1h);
    crash();
    pass(10s);
    EXPECT_TRUE(is_ready("web")) << "and while it does not";
    m.world.loop.clock().jump(-4h);
    EXPECT_LT(until([&] { return pod("web").status.phase == "Failed"; }), 35s) << "set back";
    EXPECT_EQ(pod("web").status.reason, "DeadlineExceeded");
}

TEST_F(NodeAgentTest, ABackOffEndsWhenTheClockIsSetBackWhileNoAgentRuns) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim", "run=1s", "exit=1"]}]})");
    until([&] { return count(sim::Kind::exited) == 2; });
    m.world.loop.clock().jump(-24h);
    crash();
    EXPECT_LT(until([&] { return count(sim::Kind::container_started) == 3; }), 30s);
}

TEST_F(NodeAgentTest, M10_ADeletedPodThatHadEndedIsRemoved) {
    add("web");
    until([&] { return is_ready("web"); });
    remove("web");
    until([&] { return api::is_terminal(pod("web").status.phase); });
    ASSERT_TRUE(exists("web")) << "its last status comes first";
    crash();
    EXPECT_LT(until([&] { return !exists("web"); }), 5s);
    pass(1min);
    EXPECT_EQ(count(sim::Kind::sandbox_removed), 1U);
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
}

TEST_F(NodeAgentTest, AnOnExitHookRunsAlsoForAContainerOfAnEarlierAgent) {
    api::Node object = api::parse_json(R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job",
        "namespace": "default", "annotations": {"hooklet.dev/on-exit.app": "{\"exec\": {\"command\": [\"sim\", \"run=1s\"]}}"}},
        "spec": {"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app",
        "image": "busybox", "command": ["sim", "run=20s", "exit=3"]}]}})")
                           .value();
    ASSERT_TRUE(m.api.objects().create({"", "v1", "pods", "default", "job", {}}, object));
    until([&] { return is_ready("job"); });
    crash();
    until([&] { return pod("job").status.phase == "Failed"; });
    const auto starts = m.world.history.of(sim::Kind::container_started);
    ASSERT_THAT(starts, SizeIs(2));
    EXPECT_EQ(starts[1].container, "app-on-exit");
}

TEST_F(NodeAgentTest, AResizeGoesOnAfterARestartOfTheAgent) {
    add("web", test::sleeper(R"(, "resources": {"requests": {"cpu": "500m"}})"));
    until([&] { return is_ready("web"); });
    const auto resize = [&](const char* cpu) {
        const std::string patch =
            std::string(R"({"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": ")") +
            cpu + R"("}}}]}})";
        ASSERT_TRUE(m.api.objects().patch({"", "v1", "pods", "default", "web", {}}, ApiPatchType::strategic,
                                          api::parse_json(patch).value()));
    };
    const auto condition = [&](const std::string& type) {
        const auto& all = pod("web").status.conditions;
        return std::ranges::find(all, type, &api::PodCondition::type) != all.end();
    };
    for (int i = 0; i < 3; ++i) m.world.faults.force("update_container_resources", sim::Fault::error);
    resize("800m");
    until([&] { return condition("PodResizeInProgress"); });
    crash();
    until([&] { return !condition("PodResizeInProgress"); });
    EXPECT_THAT(m.world.history.of(sim::Kind::limited), SizeIs(1));
    resize("100");
    until([&] { return condition("PodResizePending"); });
    crash();
    pass(1min);
    EXPECT_TRUE(is_ready("web")) << "it is admitted with what it has";
    EXPECT_TRUE(condition("PodResizePending"));
    resize("800m");
    until([&] { return !condition("PodResizePending"); });
    EXPECT_THAT(m.world.history.of(sim::Kind::limited), SizeIs(1));
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
}

TEST_F(NodeAgentTest, R5_TheNextAgentReplacesWhatThisOneHasStopped) {
    m.world.images.add({.name = "busybox:2", .present = false, .pull_takes = 20s});
    add("web", test::sleeper("", R"(, "restartPolicy": "Never")"));
    until([&] { return is_ready("web"); });
    const std::string patch = R"({"spec": {"containers": [{"name": "app", "image": "busybox:2"}]}})";
    ASSERT_TRUE(m.api.objects().patch({"", "v1", "pods", "default", "web", {}}, ApiPatchType::strategic,
                                      api::parse_json(patch).value()));
    until([&] { return count(sim::Kind::exited) == 1; });
    for (int i = 0; i < 2; ++i) crash();
    until([&] { return is_ready("web") && count(sim::Kind::container_started) == 2; });
}

TEST_F(NodeAgentTest, M8_AnOrphanEndsWithItsOwnHookAndGrace) {
    add("web", test::sleeper(R"(, "lifecycle": {"preStop": {"exec": {"command": ["sleep", "5"]}}})"));
    until([&] { return is_ready("web"); });
    m.world.crash();
    agent.reset();
    remove("web", 0);
    m.world.reconnect();
    agent.emplace(&m);
    until([&] { return count(sim::Kind::sandbox_removed) == 1; });
    EXPECT_EQ(count(sim::Kind::exec_begin), 1U);
    EXPECT_EQ(count(sim::Kind::term), 1U);
    EXPECT_FALSE(exists("web"));
}

TEST_F(NodeAgentTest, ADeletionGoesOnAfterARestartOfTheAgent) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "ignore-stop"]}]})");
    until([&] { return is_ready("web"); });
    remove("web", 20);
    pass(5s);
    crash();
    EXPECT_LT(until([&] { return !exists("web"); }), 15s) << "the time before counts";
}

TEST_F(NodeAgentTest, R9_InitContainersThatTheEngineHasForgottenDoNotRunAgain) {
    add("web", R"({"nodeName": "node1", "initContainers": [{"name": "init", "image": "busybox",)"
               R"("command": ["sim", "run=1s"]}], "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim", "run=30s"]}]})");
    until([&] { return is_ready("web"); });
    m.world.crash();
    agent.reset();
    const auto& all = m.world.engine.containers();
    const auto init = std::ranges::find_if(
        all, [](const auto& item) { return item.second.config.metadata.name == "init"; });
    ASSERT_NE(init, all.end());
    m.world.engine.remove(std::string(init->first), {});
    pass(1s);
    m.world.reconnect();
    agent.emplace(&m);
    until([&] { return pod("web").status.containerStatuses.front().restartCount == 1; });
    EXPECT_EQ(pod("web").status.phase, "Running");
    EXPECT_TRUE(pod("web").status.initContainerStatuses.front().state.terminated);
    EXPECT_EQ(count(sim::Kind::container_started), 3U) << "init, app, app";
}

TEST_F(NodeAgentTest, RestartsCountOnWhenTheEngineHasForgottenAll) {
    add("web");
    until([&] { return is_ready("web"); });
    m.world.crash();
    agent.reset();
    const std::string sandbox = m.world.engine.sandboxes().begin()->first;
    m.world.engine.kill_sandbox(sandbox);
    pass(1s);
    ASSERT_TRUE(m.world.engine.remove_sandbox(sandbox));
    m.world.reconnect();
    agent.emplace(&m);
    until([&] { return pod("web").status.containerStatuses.front().restartCount == 1; });
    until([&] { return is_ready("web"); });
    EXPECT_EQ(pod("web").status.containerStatuses.front().restartCount, 1);
}

TEST_F(NodeAgentTest, TheValueOfASecretStaysHiddenWhenTheSecretHasChanged) {
    const ApiPath path{"", "v1", "secrets", "default", "login", {}};
    const auto secret =
        api::parse_json(R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": )"
                        R"("login", "namespace": "default"}, "data": {"word": "aHVudGVyMg=="}})");
    ASSERT_TRUE(m.api.objects().create(path, *secret));
    add("web", test::sleeper(R"(, "env": [{"name": "WORD", "valueFrom": {"secretKeyRef": {"name": "login", )"
                             R"("key": "word"}}}], "lifecycle": {"preStop": {"exec": {"command": )"
                             R"(["sim", "stdout=hunter2"]}}})"));
    until([&] { return is_ready("web"); });
    const auto changed = api::parse_json(R"({"data": {"word": "bmV3d29yZA=="}})");
    ASSERT_TRUE(m.api.objects().patch(path, ApiPatchType::merge, *changed));
    crash();
    remove("web");
    until([&] { return !exists("web"); });
    const auto hooks = attempts(HookType::pre_stop);
    ASSERT_THAT(hooks, SizeIs(1));
    EXPECT_EQ(hooks[0].stdout_, "***");
}

TEST_F(NodeAgentTest, M15_AfterARebootAllBeginsAnew) {
    add("web", R"({"nodeName": "node1", "initContainers": [{"name": "init", "image": "busybox",)"
               R"("command": ["sim", "run=1s"]}], "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim"]}]})");
    until([&] { return is_ready("web"); });
    m.world.crash();
    agent.reset();
    m.world.engine.kill_sandbox(m.world.engine.sandboxes().begin()->first);
    pass(1s);
    m.world.reconnect();
    agent.emplace(&m);
    pass(500ms);
    until([&] { return is_ready("web") && pod("web").status.containerStatuses.front().restartCount == 1; });
    EXPECT_EQ(pod("web").status.initContainerStatuses.front().restartCount, 1);
}

}  // namespace
}  // namespace hooklet
