// SPDX-License-Identifier: Apache-2.0
#include "node/shutdown.hpp"

#include "unit/node/node_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::NodeTest;
using test::pod_on_node;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PodOnNode pod_of_priority(const std::string& uid, std::int32_t priority, int grace_s) {
    PodOnNode pod = pod_on_node(uid, "{}");
    pod.pod.spec.priority = priority;
    pod.pod.spec.terminationGracePeriodSeconds = grace_s;
    return pod;
}

std::vector<std::string> uids(const ShutdownGroup& group) {
    std::vector<std::string> all;
    for (const PodStop& stop : group.stops) all.push_back(stop.uid);
    return all;
}

TEST(Shutdown, GroupsPodsByPriority) {
    const auto groups =
        plan_shutdown({{100'000, 10s}, {0, 180s}, {10'000, 120s}, {2'000'000'000, 60s}},
                      {pod_of_priority("a", 0, 300), pod_of_priority("b", 99'999, 5),
                       pod_of_priority("c", -5, 30), pod_of_priority("d", 2'000'001'000, 30)});
    ASSERT_THAT(groups, SizeIs(3)) << "nobody is in the group of 100000";
    EXPECT_THAT(uids(groups[0]), ElementsAre("a", "c"));
    EXPECT_EQ(groups[0].stops[0].grace, 180s);
    EXPECT_EQ(groups[0].stops[1].grace, 30s);
    EXPECT_THAT(uids(groups[1]), ElementsAre("b"));
    EXPECT_EQ(groups[1].limit, 120s);
    EXPECT_THAT(uids(groups[2]), ElementsAre("d"));
    EXPECT_THAT(plan_shutdown({}, {pod_of_priority("a", 0, 1)}), IsEmpty());
}

TEST(Shutdown, SharesTheWholeTime) {
    EXPECT_THAT(shutdown_shares(30s, 10s),
                ElementsAre(ShutdownShare{0, 20s}, ShutdownShare{2'000'000'000, 10s}));
}

class ShutdownTest : public NodeTest {
  protected:
    void SetUp() override {
        pods.all = {pod_of_priority("slow", 0, 120), pod_of_priority("quick", 0, 5),
                    pod_of_priority("system", 2'000'000'000, 120)};
        for (const char* uid : {"slow", "quick", "system"}) pods.ends_after[uid] = 10min;
    }
};

TEST_F(ShutdownTest, M5_CriticalPodsOutliveTheOthers) {
    const MonotonicTime begin = world.loop.clock().now();
    world.loop.run(shut_down_pods(ports(), shutdown_shares(20s, 10s), {}));
    ASSERT_THAT(pods.stops, SizeIs(3));
    EXPECT_EQ(pods.stops[0].grace, 10s);
    EXPECT_EQ(pods.stops[1].grace, 5s);
    EXPECT_EQ(pods.stops[2].uid, "system");
    EXPECT_EQ(pods.stops[2].at - pods.stops[0].at, 10s);
    EXPECT_EQ(pods.stops[2].why.reason, "Terminated");
    EXPECT_EQ(pods.stops[2].why.message, "Pod was terminated in response to imminent node shutdown.");
    EXPECT_EQ(pods.stops[2].why.disruption, pods.stops[2].why.message);
    EXPECT_EQ(world.loop.clock().now() - begin, 20s);
    EXPECT_THAT(node_events, ElementsAre("Shutdown: Shutdown manager detected shutdown event"));
}

TEST_F(ShutdownTest, GoesOnWhenAGroupIsGone) {
    for (const char* uid : {"slow", "quick"}) pods.ends_after[uid] = 1s;
    world.loop.run(shut_down_pods(ports(), shutdown_shares(20s, 10s), {}));
    EXPECT_EQ(pods.stops[2].at - pods.stops[0].at, 1s);
}

TEST_F(ShutdownTest, CancelledKeepsTheGroupsThatAreLeft) {
    CancelSource cancel;
    const Timer later = world.loop.clock().after(3s, [&cancel] { cancel.cancel(); });
    world.loop.run(shut_down_pods(ports(), shutdown_shares(20s, 10s), cancel.token()));
    EXPECT_THAT(pods.stops, SizeIs(2));
    EXPECT_THAT(node_events, ElementsAre("Shutdown: Shutdown manager detected shutdown event"));
}

}  // namespace
}  // namespace hooklet
