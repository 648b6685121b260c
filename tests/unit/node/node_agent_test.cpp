// SPDX-License-Identifier: Apache-2.0
#include "api/json.hpp"
#include "api/pod_phase.hpp"
#include "informer/document.hpp"
#include "node/pod_kind.hpp"
#include "support/sim_node.hpp"
#include "unit/node/sleeper.hpp"

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

class NodeAgentTest : public testing::Test {
  protected:
    void SetUp() override {
        m.world.images.add({.name = "busybox"});
        ASSERT_TRUE(m.world.host.make_directories("/manifests", 0755));
        for (const char* name : {"default", "kube-node-lease"}) put("namespaces", "", name, "{}");
        agent.emplace(&m);
    }
    void put(const std::string& resource, const std::string& namespace_, const std::string& name,
             const std::string& spec) {
        const ApiPath path{"", "v1", resource, namespace_, name, {}};
        api::Node object =
            api::parse_json(R"({"apiVersion": "v1", "metadata": {}, "spec": )" + spec + "}").value();
        object.set("kind", api::Node(sim::FakeObjects::kind_of(path).name));
        object.find("metadata")->set("name", api::Node(name));
        if (!namespace_.empty()) object.find("metadata")->set("namespace", api::Node(namespace_));
        ASSERT_TRUE(m.api.objects().create(path, object));
    }
    void label_node(const std::string& key, const std::string& value) {
        const std::string patch = R"({"metadata": {"labels": {")" + key + R"(": ")" + value + R"("}}})";
        ASSERT_TRUE(m.api.objects().patch({"", "v1", "nodes", "", "node1", {}}, ApiPatchType::merge,
                                          api::parse_json(patch).value()));
    }
    void add(const std::string& name, const std::string& spec = test::sleeper()) {
        put("pods", "default", name, spec);
    }
    void remove(const std::string& name, std::optional<std::int64_t> grace_s = {}) {
        const ApiDelete options{.grace_s = grace_s, .uid = {}, .resource_version = {}};
        ASSERT_TRUE(m.api.objects().remove({"", "v1", "pods", "default", name, {}}, options));
    }
    Duration until(const std::function<bool()>& holds, Duration limit = 5min) {
        const MonotonicTime begin = m.world.loop.clock().now();
        EXPECT_EQ(m.world.loop.run_until(holds, limit), sim::RunEnd::reached);
        return m.world.loop.clock().now() - begin;
    }
    void pass(Duration length) { ASSERT_TRUE(m.world.loop.run_for(length)); }
    /// The process ends without a word, and another one comes a little later.
    void crash() {
        m.world.crash();
        agent.reset();
        pass(3s);
        m.world.reconnect();
        agent.emplace(&m);
    }
    /// The process ends as it is told to, leaving containers as they are.
    void restart() {
        agent.reset();
        pass(3s);
        agent.emplace(&m);
    }
    api::Pod pod(const std::string& name) {
        const auto found = m.api.objects().get({"", "v1", "pods", "default", name, {}});
        return found ? read_as<api::Pod>(*found) : api::Pod{};
    }
    bool is_ready(const std::string& name) {
        const auto& all = pod(name).status.containerStatuses;
        return !all.empty() && all.front().ready;
    }
    bool exists(const std::string& name) { return !pod(name).metadata.uid.empty(); }
    /// Reasons of the events about this object.
    std::vector<std::string> events_of(const std::string& name) {
        std::vector<std::string> out;
        for (const api::Node& event : m.api.objects().all({"", "v1", "events", "default", "", {}})) {
            if (text_at(event, {"involvedObject", "name"}) == name) out.push_back(text_at(event, {"reason"}));
        }
        return out;
    }
    /// What the journal has of this kind of hook.
    std::vector<HookAttempt> attempts(HookType hook) {
        std::vector<HookAttempt> found = m.world.journal.contents().hooks;
        std::erase_if(found, [hook](const HookAttempt& attempt) { return attempt.hook != hook; });
        return found;
    }
    std::size_t count(sim::Kind kind) { return m.world.history.count(kind); }

    sim::SimNodeMachine m;
    std::optional<sim::SimNodeAgent> agent;
};

TEST_F(NodeAgentTest, MeasuresWhatIsUsed) {
    add("web");
    until([&] { return is_ready("web"); });
    const auto measure = [this] {
        return m.world.loop.run(agent->node.meter().measure(m.world.loop.clock().call_within(1min)));
    };
    const auto first = measure();
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_GE(first->window, 1s);
    EXPECT_LT(first->window, 2s);
    ASSERT_THAT(first->pods, SizeIs(1));
    EXPECT_EQ(first->pods[0].name, "web");
    EXPECT_EQ(first->pods[0].containers.at("app").cpu_nano, 250'000'000U) << "of a simulated container";
    pass(20s);
    EXPECT_GE(measure()->window, 20s) << "since the last time";
    add("later");
    until([&] { return is_ready("later"); });
    const auto both = measure();
    EXPECT_THAT(both->pods, SizeIs(2));
    EXPECT_LT(both->window, 2s) << "nothing was known of the new one";
    m.stats.fails = true;
    EXPECT_EQ(measure().error().code, Code::internal);
}

TEST_F(NodeAgentTest, RunsAPodAndTellsOfIt) {
    add("web");
    until([&] { return is_ready("web"); });
    pass(1s);
    EXPECT_THAT(events_of("web"), IsSupersetOf({"Pulled", "Created", "Started"}));
    EXPECT_THAT(events_of("web"), Not(Contains("MissingClusterDNS"))) << "once for the node is enough";
    EXPECT_THAT(events_of("node1"), IsSupersetOf({"Starting", "NodeReady", "MissingClusterDNS"}));
    remove("web");
    until([&] { return !exists("web"); });
    pass(1s);
    EXPECT_THAT(events_of("web"), Contains("Killing"));
    EXPECT_THAT(m.told, IsEmpty());
}

TEST_F(NodeAgentTest, AdmitsByTheLabelsThatItsNodeHasInTheApi) {
    const std::string selective = test::sleeper("", R"(, "nodeSelector": {"disktype": "ssd"})");
    pass(1s);
    add("early", selective);
    until([&] { return pod("early").status.reason == "NodeAffinity"; });
    label_node("disktype", "ssd");
    pass(1s);
    add("web", selective);
    until([&] { return is_ready("web"); });
    restart();
    pass(1min);
    EXPECT_TRUE(is_ready("web"));
}

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
    m.world.crash();
    agent.reset();
    pass(30s);
    m.world.reconnect();
    agent.emplace(&m);
    until([&] { return pod("job").status.phase == "Failed"; });
    const auto ended = pod("job").status.containerStatuses.front().state.terminated;
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->exitCode, 3);
    EXPECT_EQ(ended->message, "bye");
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
}

TEST_F(NodeAgentTest, M7_APostStartThatWasInterruptedRunsAgain) {
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

TEST_F(NodeAgentTest, M6_APreStopThatWasInterruptedGoesOnWithinItsGrace) {
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
    m.world.crash();
    agent.reset();
    pass(30s);
    m.world.reconnect();
    agent.emplace(&m);
    until([&] { return count(sim::Kind::container_started) == 2; });
    crash();
    until([&] { return pod("job").status.phase == "Failed"; });
    const auto hooks = attempts(HookType::on_exit);
    ASSERT_THAT(hooks, SizeIs(2));
    EXPECT_EQ(hooks[1].outcome, HookOutcome::succeeded);
    EXPECT_EQ(hooks[1].delivery_id, hooks[0].delivery_id);
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

TEST_F(NodeAgentTest, LogsOfAShortPodGoToo) {
    add("web");
    until([&] { return is_ready("web"); });
    const auto logs = [&] {
        return m.world.host.list_directory("/log/pods").value_or(std::vector<std::string>{});
    };
    EXPECT_EQ(logs().size(), 1U);
    remove("web", 1);
    EXPECT_LT(until([&] { return !exists("web"); }), 10s) << "before the collector has looked once";
    pass(2min);
    EXPECT_EQ(logs(), std::vector<std::string>{});
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

TEST_F(NodeAgentTest, KeepsTheLogsOfEndedPods) {
    add("job", R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "run=1s", "prints=hello"]}]})");
    until([&] { return pod("job").status.phase == "Succeeded"; });
    const std::string log = "/log/pods/default_job_" + pod("job").metadata.uid + "/app/0.log";
    crash();
    pass(10min);
    EXPECT_NE(m.world.host.node(log), nullptr);
    remove("job");
    pass(10min);
    EXPECT_EQ(m.world.host.node(log), nullptr);
}

TEST_F(NodeAgentTest, RunsStaticPodsAndShowsThem) {
    const std::string manifest =
        R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": )"
        R"({"containers": [{"name": "app", "image": "busybox", "command": ["sim"]}]}})";
    ASSERT_TRUE(m.world.host.write_file("/manifests/web.json", manifest, 0644));
    m.directories.tell("/manifests");
    until([&] { return is_ready("web-node1"); });
    EXPECT_TRUE(pod("web-node1").metadata.annotations.contains(config_mirror_annotation));
    restart();
    pass(1min);
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
    ASSERT_TRUE(m.world.host.remove_file("/manifests/web.json"));
    m.directories.tell("/manifests");
    until([&] { return !exists("web-node1"); });
}

TEST_F(NodeAgentTest, M5_EndsAllPodsWhenTheMachineGoesDown) {
    add("web");
    add("system", test::sleeper("", R"(, "priority": 2000000000)"));
    until([&] { return is_ready("web") && is_ready("system"); });
    m.world.loop.run(agent->node.shut_down({}));
    pass(1s);
    for (const char* name : {"web", "system"}) {
        EXPECT_EQ(pod(name).status.phase, "Failed");
        EXPECT_EQ(pod(name).status.reason, "Terminated");
    }
    add("late");
    until([&] { return pod("late").status.reason == "NodeShutdown"; });
    EXPECT_THAT(events_of("node1"), IsSupersetOf({"Shutdown", "NodeNotReady"}));
}

}  // namespace
}  // namespace hooklet
