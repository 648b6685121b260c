// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_cgroup.hpp"

#include "support/memory_files.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using test::pod_of;
using testing::ElementsAre;
using testing::Eq;
using testing::Optional;
using testing::UnorderedElementsAre;

constexpr const char* guaranteed =
    R"({"containers": [{"name": "a", "resources": {"requests": {"cpu": "500m", "memory": "64Mi"},
                                                   "limits": {"cpu": "500m", "memory": "64Mi"}}},
                       {"name": "b", "resources": {"requests": {"cpu": "1", "memory": "64Mi"},
                                                   "limits": {"cpu": "1", "memory": "64Mi"}}}]})";
constexpr const char* burstable =
    R"({"containers": [{"name": "a", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"},
                                                   "limits": {"memory": "128Mi"}}},
                       {"name": "b", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"},
                                                   "limits": {"memory": "128Mi", "cpu": "1"}}}]})";
constexpr const char* best_effort = R"({"containers": [{"name": "a"}]})";

TEST(PodCgroup, LiesBelowItsClass) {
    EXPECT_EQ(pod_cgroup("/hooklet", pod_of(guaranteed)), "/hooklet/podu1");
    EXPECT_EQ(pod_cgroup("/hooklet", pod_of(burstable)), "/hooklet/burstable/podu1");
    EXPECT_EQ(pod_cgroup("/hooklet", pod_of(best_effort)), "/hooklet/besteffort/podu1");
    EXPECT_THAT(pod_cgroups("/hooklet", "u1"),
                ElementsAre("/hooklet/podu1", "/hooklet/burstable/podu1", "/hooklet/besteffort/podu1"));
}

TEST(PodCgroup, LimitsAGuaranteedPodAsAWhole) {
    const CgroupLimits limits = pod_cgroup_limits(pod_of(guaranteed).spec);
    EXPECT_THAT(limits.cpu_shares, Optional(1536));
    EXPECT_THAT(limits.cpu_quota_us, Optional(150'000));
    EXPECT_THAT(limits.memory_limit_bytes, Optional(128 << 20));
    EXPECT_THAT(limits.pids_limit, Eq(std::nullopt));
}

TEST(PodCgroup, LimitsABurstablePodOnlyWhereEveryContainerIsLimited) {
    const CgroupLimits limits = pod_cgroup_limits(pod_of(burstable).spec);
    EXPECT_THAT(limits.cpu_shares, Optional(512));
    EXPECT_THAT(limits.cpu_quota_us, Eq(std::nullopt));
    EXPECT_THAT(limits.memory_limit_bytes, Optional(256 << 20));
}

TEST(PodCgroup, GivesABestEffortPodTheLeastWeightAndNoHugePages) {
    const CgroupLimits limits = pod_cgroup_limits(pod_of(best_effort).spec);
    EXPECT_THAT(limits.cpu_shares, Optional(2));
    EXPECT_THAT(limits.memory_limit_bytes, Eq(std::nullopt));
    ASSERT_TRUE(limits.hugepage_limits);
    EXPECT_TRUE(limits.hugepage_limits->empty());
}

TEST(PodCgroup, CountsTheLargestInitContainerWithTheSidecarsBeforeIt) {
    const api::Pod pod = pod_of(R"({
        "initContainers": [
            {"name": "s1", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}},
            {"name": "i1", "resources": {"requests": {"cpu": "900m"}}},
            {"name": "s2", "restartPolicy": "Always", "resources": {"requests": {"cpu": "200m"}}}],
        "containers": [{"name": "a", "resources": {"requests": {"cpu": "300m"}}}]})");
    // 100m + 900m while i1 runs; 100m + 200m + 300m later.
    EXPECT_THAT(pod_cgroup_limits(pod.spec).cpu_shares, Optional(1024));
}

TEST(PodCgroup, AllowsTheHugePagesThatWereAskedFor) {
    const api::Pod pod = pod_of(R"({"containers": [{"name": "a", "resources": {
        "requests": {"cpu": "1", "hugepages-2Mi": "4Mi", "hugepages-1Gi": "1Gi"},
        "limits": {"hugepages-2Mi": "4Mi", "hugepages-1Gi": "1Gi"}}}]})");
    EXPECT_THAT(
        pod_cgroup_limits(pod.spec).hugepage_limits,
        Optional(UnorderedElementsAre(testing::Pair("2MB", 4u << 20), testing::Pair("1GB", 1u << 30))));
}

TEST(PodCgroup, WeighsTheClassesAsAWhole) {
    const api::Pod a = pod_of(guaranteed);
    const api::Pod b = pod_of(burstable);
    const api::Pod c = pod_of(best_effort);
    EXPECT_THAT(burstable_limits({&a.spec, &b.spec, &b.spec, &c.spec}).cpu_shares, Optional(1024));
    EXPECT_THAT(burstable_limits({}).cpu_shares, Optional(2));
    EXPECT_THAT(best_effort_limits().cpu_shares, Optional(2));
}

TEST(PodCgroup, IsMadeAgainWithNewLimits) {
    sim::MemoryFiles files;
    ASSERT_TRUE(make_pod_cgroup(&files, "/hooklet", pod_of(burstable)));
    ASSERT_TRUE(make_pod_cgroup(&files, "/hooklet", pod_of(burstable)));
    const CgroupLimits* made = files.cgroup_limits("/hooklet/burstable/podu1");
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(*made, pod_cgroup_limits(pod_of(burstable).spec));
}

}  // namespace
}  // namespace hooklet
