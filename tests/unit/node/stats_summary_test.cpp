// SPDX-License-Identifier: Apache-2.0
#include "node/stats_summary.hpp"

#include "api/json.hpp"
#include "node/resource_metrics.hpp"
#include "node/stats_document.hpp"
#include "node/stats_reporter.hpp"
#include "support/sim_node_stats.hpp"
#include "unit/node/node_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::NodeTest;
using test::pod_on_node;
using testing::HasSubstr;
using testing::Not;

/// A Pod with an emptyDir on the disk and one in memory, of whose two containers one runs.
PodOnNode measured_pod() {
    PodOnNode pod = pod_on_node("web", R"({"containers": [{"name": "app", "image": "i"}], "volumes": [
        {"name": "data", "emptyDir": {}}, {"name": "fast", "emptyDir": {"medium": "Memory"}}]})");
    pod.pod.metadata.namespace_ = "default";
    pod.pod.status.startTime = WallTime{50s};
    api::ContainerStatus& app = pod.pod.status.containerStatuses.emplace_back();
    app.name = "app";
    app.containerID = "containerd://c1";
    app.state.running.emplace().startedAt = WallTime{60s};
    app.resources.emplace().limits["memory"] = api::Quantity::of_units(1000);
    pod.pod.status.initContainerStatuses.emplace_back().name = "done";
    return pod;
}

cri::ContainerStats container_stats(Duration used, Duration at) {
    return {.container_id = "c1",
            .cpu_time = used,
            .cpu_read_at = at,
            .working_set_bytes = 300,
            .writable_layer = {"/images", 7, 2}};
}

UsageSpan measured_span() {
    UsageSpan span;
    span.earlier.taken = MonotonicTime{100s};
    span.earlier.node.cpu_time = 10s;
    span.earlier.containers["c1"] = container_stats(1s, 100s);
    span.now.taken = MonotonicTime{104s};
    span.now.at = WallTime{104s};
    span.now.node = {.memory_capacity_bytes = 5000,
                     .memory_available_bytes = 4000,
                     .memory_used_bytes = 2000,
                     .memory_resident_bytes = 500,
                     .booted_at = WallTime{3s},
                     .cpu_time = 12s,
                     .nodefs = {900, 500, 90, 50},
                     .pids_max = 99,
                     .pids_running = 11};
    span.now.containers["c1"] = container_stats(3s, 104s);
    span.now.pods.push_back(measured_pod());
    span.now.pods.push_back(pod_on_node("idle", R"({"containers": [{"name": "app", "image": "i"}]})"));
    return span;
}

std::vector<PodUsage> measured_usage() {
    return {{.uid = "web",
             .memory_working_set_bytes = 400,
             .processes = 3,
             .directories = {{"volume/data", {20, 2}}, {"volume/fast", {40, 4}}, {"log/app", {5, 1}}},
             .memory_used_bytes = 450,
             .memory_resident_bytes = 350,
             .cpu_time = 5s}};
}

std::string part(const api::Node& document, std::string_view name) {
    const api::Node* found = document.find(name);
    return found == nullptr ? "" : api::write_json(*found);
}

TEST(StatsSummary, SaysWhatAKubeletSaysOfTheMachine) {
    const api::Node all = stats_document(summarize("box", measured_span(), measured_usage()), true);
    const api::Node& node = *all.find("node");
    EXPECT_EQ(part(node, "nodeName"), R"("box")");
    EXPECT_EQ(part(node, "startTime"), R"("1970-01-01T00:00:03Z")");
    EXPECT_EQ(part(node, "cpu"), R"({"time":"1970-01-01T00:01:44Z","usageNanoCores":500000000,)"
                                 R"("usageCoreNanoSeconds":12000000000})");
    EXPECT_EQ(part(node, "memory"), R"({"time":"1970-01-01T00:01:44Z","availableBytes":4000,)"
                                    R"("usageBytes":2000,"workingSetBytes":1000,"rssBytes":500})");
    EXPECT_EQ(part(node, "fs"), R"({"time":"1970-01-01T00:01:44Z","availableBytes":500,"capacityBytes":900,)"
                                R"("usedBytes":400,"inodesFree":50,"inodes":90,"inodesUsed":40})");
    EXPECT_EQ(part(node, "runtime"), R"({"imageFs":{"time":"1970-01-01T00:01:44Z","availableBytes":500,)"
                                     R"("capacityBytes":900,"inodesFree":50,"inodes":90}})");
    EXPECT_EQ(part(node, "rlimit"), R"({"time":"1970-01-01T00:01:44Z","maxpid":99,"curproc":11})");
}

TEST(StatsSummary, SaysItOfThePodsThatRun) {
    const api::Node all = stats_document(summarize("box", measured_span(), measured_usage()), true);
    ASSERT_EQ(all.find("pods")->as_array()->size(), 1U);
    const api::Node& pod = all.find("pods")->as_array()->front();
    EXPECT_EQ(part(pod, "podRef"), R"({"name":"web","namespace":"default","uid":"web"})");
    EXPECT_EQ(part(pod, "startTime"), R"("1970-01-01T00:00:50Z")");
    EXPECT_EQ(part(pod, "cpu"), R"({"time":"1970-01-01T00:01:44Z","usageNanoCores":500000000,)"
                                R"("usageCoreNanoSeconds":5000000000})");
    EXPECT_EQ(part(pod, "memory"), R"({"time":"1970-01-01T00:01:44Z","usageBytes":450,)"
                                   R"("workingSetBytes":400,"rssBytes":350})");
    EXPECT_EQ(part(pod, "process_stats"), R"({"process_count":3})");
    EXPECT_THAT(part(pod, "ephemeral-storage"), HasSubstr(R"("usedBytes":32,"inodesFree":50,"inodes":90,)"
                                                          R"("inodesUsed":5)"));
    EXPECT_THAT(part(pod, "volume"), HasSubstr(R"("usedBytes":20,)"));
    EXPECT_THAT(part(pod, "volume"), HasSubstr(R"("usedBytes":40,"inodesUsed":4,"name":"fast"})"));
    ASSERT_EQ(pod.find("containers")->as_array()->size(), 1U);
    const api::Node& app = pod.find("containers")->as_array()->front();
    EXPECT_EQ(part(app, "startTime"), R"("1970-01-01T00:01:00Z")");
    EXPECT_EQ(part(app, "memory"),
              R"({"time":"1970-01-01T00:01:44Z","availableBytes":700,"workingSetBytes":300})")
        << "what the engine does not say is absent";
    EXPECT_THAT(part(app, "rootfs"), HasSubstr(R"("usedBytes":7,)"));
    EXPECT_THAT(part(app, "logs"), HasSubstr(R"("usedBytes":5,)"));
}

TEST(StatsSummary, LeavesOutDisksWhereOnlyCpuAndMemoryAreWanted) {
    const std::string all =
        api::write_json(stats_document(summarize("box", measured_span(), measured_usage()), false));
    for (const char* name : {"\"fs\"", "rlimit", "volume", "ephemeral-storage", "rootfs", "process_stats"})
        EXPECT_THAT(all, Not(HasSubstr(name)));
    EXPECT_THAT(all, HasSubstr(R"("name":"app")"));
}

TEST(StatsSummary, NeedsNoStatisticsOfPods) {
    const StatsSummary summary = summarize("box", measured_span(), {});
    ASSERT_EQ(summary.pods.size(), 1U);
    EXPECT_FALSE(summary.pods[0].use.working_set_bytes);
    EXPECT_EQ(summary.pods[0].use.nano_cores, 500'000'000U);
}

TEST(ResourceMetrics, AreWhatPrometheusReads) {
    const std::string text = resource_metrics(summarize("box", measured_span(), measured_usage()));
    EXPECT_THAT(text,
                HasSubstr("# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed "
                          "by the container in core-seconds\n"
                          "# TYPE container_cpu_usage_seconds_total counter\n"
                          "container_cpu_usage_seconds_total{container=\"app\",namespace=\"default\","
                          "pod=\"web\"} 3 104000\n"));
    EXPECT_THAT(text, HasSubstr("\ncontainer_start_time_seconds{container=\"app\",namespace=\"default\","
                                "pod=\"web\"} 60\n"));
    EXPECT_THAT(text, HasSubstr("\nnode_cpu_usage_seconds_total 12 104000\n"));
    EXPECT_THAT(text, HasSubstr("\nnode_memory_working_set_bytes 1000 104000\n"));
    EXPECT_THAT(text,
                HasSubstr("\npod_cpu_usage_seconds_total{namespace=\"default\",pod=\"web\"} 5 104000\n"));
    EXPECT_THAT(text,
                HasSubstr("\npod_memory_working_set_bytes{namespace=\"default\",pod=\"web\"} 400 104000\n"));
    EXPECT_THAT(text, HasSubstr("\nresource_scrape_error 0\n"));
}

TEST(ResourceMetrics, SayThatThereWasAnError) {
    EXPECT_EQ(
        resource_metrics(std::nullopt),
        "# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 "
        "otherwise\n# TYPE resource_scrape_error gauge\nresource_scrape_error 1\n");
}

struct StatsReporterTest : NodeTest {
    sim::SimNodeStats stats{&world.loop.clock()};
    NodeUsageMeter meter{ports(), &stats, "owner"};
    StatsReporter reporter{&meter, &stats, {"box", "/pods", "/log"}};
};

TEST_F(StatsReporterTest, MeasuresTheMachine) {
    const auto summary = world.loop.run(reporter.summary(true, call()));
    ASSERT_TRUE(summary) << summary.error().text();
    EXPECT_EQ(summary->node_name, "box");
    EXPECT_EQ(summary->node.available_bytes, 1U << 29);
    EXPECT_TRUE(summary->pods.empty());
}

TEST_F(StatsReporterTest, SaysWhyItCannot) {
    stats.fails = true;
    EXPECT_FALSE(world.loop.run(reporter.summary(true, call())));
}

}  // namespace
}  // namespace hooklet
