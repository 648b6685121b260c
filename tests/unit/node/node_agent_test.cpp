// SPDX-License-Identifier: Apache-2.0
#include "api/mirror_pod.hpp"
#include "unit/node/node_agent_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

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

TEST_F(NodeAgentTest, TellsOfAPodWhenItsFirstStatusIsThere) {
    pass(1s);
    m.api.fail_next("api.update.pods/status", {Code::unavailable, "connection refused"});
    add("web", test::sleeper("", R"(, "volumes": [{"name": "v", "configMap": {"name": "missing"}}])"));
    until([&] { return !events_of("web").empty(); });
    EXPECT_THAT(events_of("web"), Contains("FailedMount"));
    EXPECT_FALSE(pod("web").status.conditions.empty());
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

TEST_F(NodeAgentTest, GivesPodsTheExtendedResourcesThatAreAdvertised) {
    const auto has = [this](const char* amount) {
        const api::ResourceList left = node().status.allocatable;
        return left.contains("dummy.com/dummy") && left.at("dummy.com/dummy").text() == amount;
    };
    const auto wants = [](const std::string& amount) {
        const std::string list = R"({"dummy.com/dummy": ")" + amount + R"("})";
        return test::sleeper(R"(, "resources": {"requests": )" + list + R"(, "limits": )" + list + "}");
    };
    pass(1s);
    patch_node(R"({"status": {"capacity": {"dummy.com/dummy": "3"}}})", "status");
    EXPECT_LE(until([&] { return has("3"); }), 11s);
    add("web", wants("2"));
    until([&] { return is_ready("web"); });
    pass(6min);
    EXPECT_TRUE(has("3")) << "the status has been written anew";
    EXPECT_EQ(node().status.capacity.at("dummy.com/dummy").text(), "3");
    add("greedy", wants("2"));
    until([&] { return pod("greedy").status.phase == "Failed"; });
    EXPECT_EQ(pod("greedy").status.reason, "OutOfdummy.com/dummy");
    patch_node(R"({"status": {"capacity": {"dummy.com/dummy": null}}})", "status");
    until([&] { return !node().status.allocatable.contains("dummy.com/dummy"); });
    EXPECT_TRUE(is_ready("web"));
}

TEST_F(NodeAgentTest, TellsPodsWhatTheMachineHasForThem) {
    add("job",
        R"({"nodeName": "node1", "restartPolicy": "Never", "containers": [{"name": "app", "image": "busybox",)"
        R"( "env": [{"name": "M", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}}],)"
        R"j( "command": ["sim", "run=1s", "prints=$(M)"]}]})j");
    until([&] { return pod("job").status.phase == "Succeeded"; });
    const std::string log = "/log/pods/default_job_" + pod("job").metadata.uid + "/app/0.log";
    EXPECT_THAT(m.world.host.read_tail(log, 100).value(), testing::HasSubstr("1073741824"));
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
    EXPECT_TRUE(api::is_mirror(pod("web-node1").metadata));
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
