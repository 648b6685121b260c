// SPDX-License-Identifier: Apache-2.0
#include "node/node_agent.hpp"

#include "api/json.hpp"
#include "informer/document.hpp"
#include "node/api_objects.hpp"
#include "node/pod_kind.hpp"
#include "support/fake_api.hpp"
#include "support/sim_compressor.hpp"
#include "support/sim_directory_watch.hpp"
#include "support/sim_node_stats.hpp"
#include "support/sim_world.hpp"

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

/// Everything outside the agent.
struct Machine {
    sim::SimWorld world;
    sim::FakeApi api{sim::SimWire(&world.loop.clock(), sim::SimRandom(3), &world.faults), &world.random};
    sim::SimNodeStats stats{&world.loop.clock()};
    sim::SimCompressor compressor{&world.loop.clock(), &world.host};
    sim::SimDirectoryWatch directories{&world.host};
    std::vector<std::string> told;
};

PodSettings pod_settings() {
    PodSettings settings;
    settings.pods_directory = "/state/pods";
    settings.pod_log_directory = "/log/pods";
    settings.container_log_directory = "/log/containers";
    settings.owner_label = "test";
    settings.node_name = "node1";
    settings.host_ip = "192.0.2.1";
    return settings;
}

NodeAgentSettings agent_settings() {
    NodeAgentSettings settings;
    settings.sheet.name = "node1";
    settings.sheet.internal_ip = "192.0.2.1";
    settings.sheet.capacity = {{"cpu", api::Quantity::of_units(4)},
                               {"memory", api::Quantity::of_units(1 << 30)},
                               {"pods", api::Quantity::of_units(10)}};
    settings.sheet.allocatable = settings.sheet.capacity;
    settings.manifests = "/manifests";
    settings.collector.pod_log_directory = "/log/pods";
    settings.collector.container_log_directory = "/log/containers";
    settings.collector.owner_label = "test";
    settings.eviction.pods_directory = "/state/pods";
    settings.eviction.pod_log_directory = "/log/pods";
    settings.eviction.owner_label = "test";
    settings.shutdown = shutdown_shares(20s, 10s);
    return settings;
}

/// One life of the agent's process.
class Agent {
  public:
    explicit Agent(Machine* machine)
        : m_(machine),
          journal(&m_->world.journal, &m_->world.loop.clock(), &m_->world.random, m_->world.loop.executor()),
          objects({m_->world.loop.executor(), &m_->world.loop.clock(), &m_->api, tell()}),
          pods({m_->world.loop.executor(), &m_->world.loop.clock(), &m_->world.random, &m_->world.runtime,
                &m_->world.network, &m_->world.files, &journal, &objects},
               pod_settings()),
          node({m_->world.loop.executor(),
                &m_->world.loop.clock(),
                &m_->world.runtime,
                &m_->world.files,
                &m_->stats,
                &m_->compressor,
                &m_->directories,
                &m_->api,
                &journal,
                &pods,
                tell(),
                {}},
               agent_settings()) {
        node.start();
    }
    ~Agent() {
        m_->world.loop.run(node.stop());
        m_->world.loop.run(pods.stop());
        m_->world.loop.run(objects.stop());
        m_->world.loop.run(journal.stop());
    }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

  private:
    std::function<void(const std::string&)> tell() {
        return [m = m_](const std::string& line) { m->told.push_back(line); };
    }
    Machine* m_;

  public:
    Journal journal;
    ApiObjects objects;
    PodManager pods;
    NodeAgent node;
};

std::string sleeper(const std::string& fields = "", const std::string& more = "") {
    return R"({"nodeName": "node1", "terminationGracePeriodSeconds": 30, "containers": [{"name": "app",)"
           R"( "image": "busybox", "command": ["sim"])" +
           fields + "}]" + more + "}";
}

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
    void add(const std::string& name, const std::string& spec = sleeper()) {
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
    std::size_t count(sim::Kind kind) { return m.world.history.count(kind); }

    Machine m;
    std::optional<Agent> agent;
};

TEST_F(NodeAgentTest, RunsAPodAndTellsOfIt) {
    add("web");
    until([&] { return is_ready("web"); });
    pass(1s);
    EXPECT_THAT(events_of("web"), IsSupersetOf({"Pulled", "Created", "Started"}));
    EXPECT_THAT(events_of("node1"), IsSupersetOf({"Starting", "NodeReady"}));
    remove("web");
    until([&] { return !exists("web"); });
    pass(1s);
    EXPECT_THAT(events_of("web"), Contains("Killing"));
    EXPECT_THAT(m.told, IsEmpty());
}

TEST_F(NodeAgentTest, M9_ARestartOfTheAgentLeavesContainersAlone) {
    add("web", sleeper(R"(, "readinessProbe": {"exec": {"command": ["true"]}, "initialDelaySeconds": 5})"));
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
    add("web", sleeper(R"(, "lifecycle": {"postStart": {"exec": {"command": ["sleep", "20"]}}})"));
    until([&] { return count(sim::Kind::exec_begin) == 1; });
    crash();
    until([&] { return is_ready("web"); });
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U);
    EXPECT_EQ(count(sim::Kind::container_started), 1U);
    crash();
    pass(1min);
    EXPECT_EQ(count(sim::Kind::exec_begin), 2U) << "it is known to be done";
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
    add("web", sleeper(R"(, "resources": {"requests": {"cpu": "500m"}})"));
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

TEST_F(NodeAgentTest, M8_AnOrphanEndsWithItsOwnHookAndGrace) {
    add("web", sleeper(R"(, "lifecycle": {"preStop": {"exec": {"command": ["sleep", "5"]}}})"));
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
    add("system", sleeper("", R"(, "priority": 2000000000)"));
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
