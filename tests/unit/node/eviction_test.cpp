// SPDX-License-Identifier: Apache-2.0
#include "node/eviction.hpp"

#include "node/evictor.hpp"
#include "support/sim_node_stats.hpp"
#include "unit/node/node_fixture.hpp"

#include <set>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::NodeTest;
using test::pod_on_node;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

constexpr std::uint64_t mebi = 1 << 20;

std::string app(const std::string& fields) {
    return R"({"containers": [{"name": "app", )" + fields + "}]}";
}

std::string requesting_memory(const std::string& memory) {
    return app(R"("resources": {"requests": {"memory": ")" + memory + R"("}})");
}

PodFootprint using_memory(std::uint64_t bytes) {
    return {.memory_bytes = bytes, .empty_dirs = {}, .containers = {{"app", bytes, {}, {}}}};
}

std::vector<std::string> uids(const std::vector<const PodOnNode*>& pods) {
    std::vector<std::string> all;
    for (const PodOnNode* pod : pods) all.push_back(pod->pod.metadata.uid);
    return all;
}

TEST(Eviction, RanksByUseOverRequestThenPriority) {
    std::vector<PodOnNode> pods{pod_on_node("within", requesting_memory("500Mi")),
                                pod_on_node("over", requesting_memory("10Mi")),
                                pod_on_node("far-over", requesting_memory("10Mi")),
                                pod_on_node("important", requesting_memory("10Mi")),
                                pod_on_node("unknown", requesting_memory("10Mi"))};
    pods[3].pod.spec.priority = 1000;
    const Footprints footprints{{"within", using_memory(400 * mebi)},
                                {"over", using_memory(20 * mebi)},
                                {"far-over", using_memory(90 * mebi)},
                                {"important", using_memory(200 * mebi)}};
    EXPECT_THAT(uids(rank_for_eviction(EvictionSignal::memory_available, pods, footprints, false)),
                ElementsAre("unknown", "far-over", "over", "important", "within"));
}

TEST(Eviction, RanksByDiskOfTheFileSystemThatIsShort) {
    const std::vector<PodOnNode> pods{pod_on_node("logs", app(R"("image": "i")")),
                                      pod_on_node("layer", app(R"("image": "i")"))};
    const Footprints footprints{{"logs", {.empty_dirs = {}, .containers = {{"app", 0, {10, 1}, {20, 2}}}}},
                                {"layer", {.empty_dirs = {}, .containers = {{"app", 0, {25, 9}, {1, 1}}}}}};
    using S = EvictionSignal;
    EXPECT_THAT(uids(rank_for_eviction(S::nodefs_available, pods, footprints, false)),
                ElementsAre("logs", "layer"));
    EXPECT_THAT(uids(rank_for_eviction(S::imagefs_available, pods, footprints, true)),
                ElementsAre("layer", "logs"));
    EXPECT_THAT(uids(rank_for_eviction(S::nodefs_available, pods, footprints, true)),
                ElementsAre("logs", "layer"));
    EXPECT_THAT(uids(rank_for_eviction(S::nodefs_inodes_free, pods, footprints, false)),
                ElementsAre("layer", "logs"));
}

TEST(Eviction, RanksByProcesses) {
    const std::vector<PodOnNode> pods{pod_on_node("few", "{}"), pod_on_node("many", "{}")};
    const Footprints footprints{{"few", {.processes = 3}}, {"many", {.processes = 300}}};
    EXPECT_THAT(uids(rank_for_eviction(EvictionSignal::pid_available, pods, footprints, false)),
                ElementsAre("many", "few"));
}

TEST(Eviction, SaysWhatWasShortAndWhoUsedIt) {
    const PodOnNode pod = pod_on_node("u1", requesting_memory("16Mi"));
    const PodFootprint footprint = using_memory(64 * mebi);
    const auto thresholds = parse_thresholds({.hard = {{"memory.available", "100Mi"}}}).value();
    const Observations seen{{EvictionSignal::memory_available, {90 * mebi, 1000 * mebi}}};
    const PodEnd end =
        pressure_eviction(EvictionSignal::memory_available, pod.pod, &footprint, thresholds, seen);
    const std::string message =
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. Container app was "
        "using 64Mi, request is 16Mi, has larger consumption of memory. ";
    EXPECT_EQ(end.reason, "Evicted");
    EXPECT_EQ(end.message, message);
    EXPECT_THAT(end.disruption, Optional(message));
    EXPECT_TRUE(end.told);
    EXPECT_THAT(end.event_annotations,
                ElementsAre(Pair("offending_containers", "app"), Pair("offending_containers_usage", "64Mi"),
                            Pair("starved_resource", "memory")));
    EXPECT_EQ(pressure_eviction(EvictionSignal::nodefs_available, pod.pod, nullptr, {}, {}).message,
              "The node was low on resource: ephemeral-storage. ");
}

TEST(Eviction, FindsBrokenStorageLimits) {
    const PodFootprint used{.empty_dirs = {{"v", {11 * mebi, 1}}, {"m", {5 * mebi, 1}}},
                            .containers = {{"app", 0, {3 * mebi, 1}, {2 * mebi, 1}}}};
    const auto limited = [](const char* limit) {
        return app(std::string(R"("resources": {"limits": {"ephemeral-storage": ")") + limit + R"("}})");
    };
    struct Row {
        std::string spec;
        bool imagefs;
        std::optional<std::string> message;
    };
    for (const Row& row : {
             Row{R"({"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "10Mi"}}]})", false,
                 "Usage of EmptyDir volume \"v\" exceeds the limit \"10Mi\". "},
             Row{R"({"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "11Mi"}}]})", false, std::nullopt},
             Row{R"({"volumes": [{"name": "v", "emptyDir": {}}]})", false, std::nullopt},
             Row{limited("20Mi"), false,
                 "Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. "},
             Row{limited("22Mi"), false, std::nullopt},
             Row{R"({"containers": [
                     {"name": "app", "resources": {"limits": {"ephemeral-storage": "4Mi"}}},
                     {"name": "b", "resources": {"limits": {"ephemeral-storage": "40Mi"}}}]})",
                 false, "Container app exceeded its local ephemeral storage limit \"4Mi\". "},
             Row{R"({"containers": [
                     {"name": "app", "resources": {"limits": {"ephemeral-storage": "4Mi"}}},
                     {"name": "b", "resources": {"limits": {"ephemeral-storage": "40Mi"}}}]})",
                 true, std::nullopt},
         }) {
        EXPECT_EQ(broken_storage_limit(test::pod_of(row.spec), used, row.imagefs), row.message) << row.spec;
    }
    EXPECT_TRUE(has_storage_limit(test::pod_of(limited("1Mi")).spec));
    EXPECT_FALSE(has_storage_limit(test::pod_of(R"({"volumes": [{"name": "v", "emptyDir": {}}]})").spec));
}

class EvictorTest : public NodeTest {
  protected:
    EvictionSettings settings(ThresholdSettings thresholds) {
        return {.thresholds = parse_thresholds(thresholds).value(),
                .max_pod_grace = 20s,
                .pods_directory = "/state/pods",
                .pod_log_directory = "/log/pods",
                .owner_label = "root1"};
    }
    void begin(ThresholdSettings thresholds = {}) {
        evictor_.emplace(ports(), &stats_, &collector_, settings(std::move(thresholds)));
        evictor_->start();
    }
    void TearDown() override {
        if (evictor_) world.loop.run(evictor_->stop());
        world.loop.run(collector_.stop());
    }
    void use(const std::string& uid, std::uint64_t memory) {
        stats_.pod_usage[uid] = {.uid = uid, .memory_working_set_bytes = memory, .directories = {}};
    }

    sim::SimNodeStats stats_{&world.loop.clock()};
    Collector collector_{ports(), &stats_, {.owner_label = "root1", .images = {}}};
    std::optional<Evictor> evictor_;
};

TEST_F(EvictorTest, M2_EmptyDirOverItsLimit) {
    pods.all = {pod_on_node("u1", R"({"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "10Mi"}}]})"),
                pod_on_node("u2", "{}")};
    stats_.pod_usage["u1"] = {.uid = "u1", .directories = {{"volume/v", {11 * mebi, 3}}}};
    begin();
    world.loop.run_for(15s);
    ASSERT_EQ(pods.stops.size(), 1u);
    EXPECT_EQ(pods.stops[0].uid, "u1");
    EXPECT_EQ(pods.stops[0].grace, 1s);
    EXPECT_EQ(pods.stops[0].why.reason, "Evicted");
    EXPECT_EQ(pods.stops[0].why.message, "Usage of EmptyDir volume \"v\" exceeds the limit \"10Mi\". ");
    EXPECT_THAT(pods.stops[0].why.disruption, Eq(std::nullopt));
    EXPECT_THAT(node_events, IsEmpty());
}

TEST_F(EvictorTest, TheLogsOfContainersOfEachRoleCount) {
    for (const char* role : {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
        PodOnNode pod = pod_on_node(role, app(R"("resources": {"limits": {"ephemeral-storage": "10Mi"}})"));
        pod.pod.status = test::object_of<api::PodStatus>(
            std::string("{\"") + role + R"(": [{"name": "c", "containerID": "containerd://c"}]})");
        pods.all.push_back(pod);
        stats_.pod_usage[role] = {.uid = role, .directories = {{"log/c", {11 * mebi, 1}}}};
    }
    begin();
    world.loop.run_for(60s);
    std::set<std::string> stopped;
    for (const auto& stop : pods.stops) stopped.insert(stop.uid);
    EXPECT_THAT(stopped,
                ElementsAre("containerStatuses", "ephemeralContainerStatuses", "initContainerStatuses"));
}

TEST_F(EvictorTest, M3_MemoryPressureTakesOnePodARound) {
    pods.all = {pod_on_node("small", "{}"), pod_on_node("large", "{}"), pod_on_node("critical", "{}")};
    pods.all[2].pod.spec.priority = 2'000'000'000;
    use("small", 10 * mebi);
    use("large", 50 * mebi);
    use("critical", 500 * mebi);
    pods.ends_after["large"] = 5s;
    stats_.usage.memory_available_bytes = 90 * mebi;
    begin();
    world.loop.run_for(1500ms);
    ASSERT_EQ(pods.stops.size(), 1u);
    EXPECT_EQ(pods.stops[0].uid, "large");
    EXPECT_THAT(
        pods.stops[0].why.message,
        HasSubstr("The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. "));
    EXPECT_THAT(node_events, ElementsAre("EvictionThresholdMet: Attempting to reclaim memory"));
    EXPECT_THAT(evictor_->conditions(), ElementsAre("MemoryPressure"));
    stats_.usage.memory_available_bytes = 200 * mebi;
    world.loop.run_for(1min);
    EXPECT_EQ(pods.stops.size(), 1u) << "one was enough";
    stats_.usage.memory_available_bytes = 1 * mebi;
    world.loop.run_for(1min);
    EXPECT_EQ(pods.stops.size(), 2u) << "a critical Pod is never evicted";
    EXPECT_EQ(pods.stops[1].uid, "small");
}

TEST_F(EvictorTest, SoftThresholdsLeaveTimeToStop) {
    pods.all = {pod_on_node("u1", R"({"terminationGracePeriodSeconds": 60})")};
    use("u1", 10 * mebi);
    stats_.usage.memory_available_bytes = 90 * mebi;
    begin({.hard = {}, .soft = {{"memory.available", "100Mi"}}, .soft_grace = {{"memory.available", "30s"}}});
    world.loop.run_for(29s);
    EXPECT_THAT(pods.stops, IsEmpty());
    world.loop.run_for(15s);
    ASSERT_EQ(pods.stops.size(), 1u);
    EXPECT_EQ(pods.stops[0].grace, 20s);
}

TEST_F(EvictorTest, ImagesGoBeforePods) {
    world.images.add({.name = "nginx"});
    pods.all = {pod_on_node("u1", "{}")};
    use("u1", mebi);
    stats_.usage.nodefs.available_bytes = 50'000'000;
    begin({.hard = {{"nodefs.available", "10%"}}});
    world.loop.run_for(5s);
    EXPECT_THAT(world.images.list(), IsEmpty());
    ASSERT_EQ(pods.stops.size(), 1u) << "that was not enough";
    EXPECT_THAT(pods.stops[0].why.message, HasSubstr("The node was low on resource: ephemeral-storage. "));
    EXPECT_THAT(evictor_->conditions(), ElementsAre("DiskPressure"));
}

TEST_F(EvictorTest, APodThatDoesNotEndHoldsUpTheNextForHalfAMinuteOnly) {
    pods.all = {pod_on_node("a", "{}"), pod_on_node("b", "{}")};
    use("a", 50 * mebi);
    use("b", 10 * mebi);
    pods.stuck = {"a"};
    stats_.usage.memory_available_bytes = mebi;
    begin();
    world.loop.run_for(50s);
    ASSERT_EQ(pods.stops.size(), 2u);
    EXPECT_GE(pods.stops[1].at - pods.stops[0].at, 30s);
}

TEST_F(EvictorTest, UnreadableStatisticsEvictNobody) {
    pods.all = {pod_on_node("u1", "{}")};
    stats_.fails = true;
    begin();
    world.loop.run_for(1min);
    EXPECT_THAT(pods.stops, IsEmpty());
}

}  // namespace
}  // namespace hooklet
