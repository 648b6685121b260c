// SPDX-License-Identifier: Apache-2.0
#include "node/usage_meter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

/// A Pod of an ordinary container and a sidecar, `at` after the beginning.
UsageSample sample(Duration at, Duration app, Duration sidecar) {
    UsageSample out;
    out.taken = MonotonicTime{at};
    out.at = WallTime{at};
    out.node = {.memory_capacity_bytes = 1000, .memory_available_bytes = 400, .cpu_time = at * 2};
    api::Pod pod;
    pod.metadata.namespace_ = "default";
    pod.metadata.name = "web";
    pod.status.containerStatuses.emplace_back().name = "app";
    pod.status.containerStatuses[0].containerID = "containerd://c1";
    pod.status.initContainerStatuses.emplace_back().name = "sidecar";
    pod.status.initContainerStatuses[0].containerID = "containerd://c2";
    out.pods.push_back({.pod = pod, .cgroup = {}});
    out.containers["c1"] = {"c1", app, at, 10, {}};
    out.containers["c2"] = {"c2", sidecar, at, 20, {}};
    return out;
}

TEST(Usage, IsWhatWasUsedBetweenTwoSamples) {
    const UsageReport report = usage_between(sample(10s, 1s, 1s), sample(14s, 3s, 1s));
    EXPECT_EQ(report.window, 4s);
    EXPECT_EQ(report.at, WallTime{14s});
    EXPECT_EQ(report.machine, (Usage{2'000'000'000, 600}));
    ASSERT_EQ(report.pods.size(), 1U);
    EXPECT_EQ(report.pods[0].namespace_ + "/" + report.pods[0].name, "default/web");
    EXPECT_EQ(report.pods[0].containers,
              (std::map<std::string, Usage>{{"app", {500'000'000, 10}}, {"sidecar", {0, 20}}}));
}

TEST(Usage, LeavesOutWhatOneSampleDoesNotKnow) {
    UsageSample earlier = sample(10s, 1s, 1s);
    earlier.containers.erase("c1");
    EXPECT_EQ(usage_between(earlier, sample(14s, 3s, 1s)).pods[0].containers.count("app"), 0U);
    earlier.containers.clear();
    EXPECT_TRUE(usage_between(earlier, sample(14s, 3s, 1s)).pods.empty());
}

TEST(Usage, IsNeverNegative) {
    const UsageReport report = usage_between(sample(10s, 5s, 1s), sample(11s, 3s, 1s));
    EXPECT_EQ(report.pods[0].containers.at("app").cpu_nano, 0U);
}

TEST(Usage, SamplesAreComparedThatAreNeitherTooOldNorTooNew) {
    const UsageSample now = sample(100s, 1s, 1s);
    EXPECT_TRUE(is_comparable(sample(99s, 1s, 1s), now));
    EXPECT_TRUE(is_comparable(sample(40s, 1s, 1s), now));
    EXPECT_FALSE(is_comparable(sample(99500ms, 1s, 1s), now));
    EXPECT_FALSE(is_comparable(sample(39s, 1s, 1s), now));
    UsageSample without = sample(90s, 1s, 1s);
    without.containers.erase("c2");
    EXPECT_FALSE(is_comparable(without, now)) << "a new container";
    EXPECT_TRUE(is_comparable(sample(90s, 1s, 1s),
                              [] {
                                  UsageSample fewer = sample(100s, 1s, 1s);
                                  fewer.containers.erase("c1");
                                  return fewer;
                              }()))
        << "one has gone";
}

}  // namespace
}  // namespace hooklet
