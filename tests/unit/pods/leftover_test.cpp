// SPDX-License-Identifier: Apache-2.0
#include "pods/leftover.hpp"

#include "pods/names.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

cri::PodSandboxStatus sandbox(const std::string& uid, std::uint32_t attempt) {
    cri::PodSandboxStatus status;
    status.id = uid + std::to_string(attempt);
    status.metadata = {"web", uid, "default", attempt};
    return status;
}

cri::ContainerStatus container(const std::string& uid, const std::string& name, std::uint32_t attempt) {
    cri::ContainerStatus status;
    status.id = name + std::to_string(attempt);
    status.metadata = {name, attempt};
    status.labels = {{label::pod_uid, uid}, {label::container_name, name}};
    return status;
}

TEST(Leftover, NothingWasInTheFuture) {
    const Now now{MonotonicTime{100s}, WallTime{5000s}};
    EXPECT_EQ(now.of(WallTime{4990s}), MonotonicTime{90s});
    EXPECT_EQ(now.of(WallTime{8600s}), MonotonicTime{100s}) << "the clock has been set back since";
}

TEST(Leftover, BelongsToItsPod) {
    const Leftovers all = leftovers_of({sandbox("u1", 1), sandbox("u1", 0), sandbox("u2", 0)},
                                       {container("u1", "a", 3), container("u1", "a", 2),
                                        container("u1", "b", 0), container("", "foreign", 0)});
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all.at("u1").sandbox->metadata.attempt, 1U) << "the newest";
    const auto own = all.at("u1").of("a").records;
    ASSERT_THAT(own, SizeIs(2));
    EXPECT_EQ(own.back().id, "a3") << "the newest is last";
    EXPECT_THAT(all.at("u2").containers, IsEmpty());
}

TEST(Leftover, BecomesARecord) {
    cri::ContainerStatus status = container("u1", "a", 3);
    status.state = cri::ContainerState::exited;
    status.exit_code = 4;
    status.image = "busybox:1";
    status.finished_at = WallTime{100s};
    status.annotations["io.kubernetes.container.hash"] = "abc";
    const ContainerRecord record = record_of(status, {MonotonicTime{1000s}, WallTime{130s}});
    EXPECT_EQ(record.restart_count, 3U);
    EXPECT_EQ(record.exit_code, 4);
    EXPECT_EQ(record.hash, "abc");
    EXPECT_EQ(record.image, "busybox:1");
    EXPECT_EQ(record.ended_at, MonotonicTime{970s});
}

TEST(Leftover, KnowsWhatWasReported) {
    api::PodStatus status;
    status.containerStatuses.resize(1);
    api::ContainerStatus& app = status.containerStatuses.front();
    app.name = "app";
    EXPECT_EQ(reported_restarts(status, "app"), std::nullopt) << "never started";
    app.containerID = "containerd://c2";
    app.restartCount = 2;
    app.started = true;
    EXPECT_EQ(reported_restarts(status, "app"), 2U);
    EXPECT_FALSE(reported_run(status, "app", "c2").running) << "its postStart was not done";
    app.state.running.emplace();
    const ReportedRun run = reported_run(status, "app", "c2");
    EXPECT_TRUE(run.running);
    EXPECT_TRUE(run.probes[static_cast<std::size_t>(ProbeType::startup)]);
    EXPECT_FALSE(run.probes[static_cast<std::size_t>(ProbeType::readiness)]) << "it was not ready";
    EXPECT_FALSE(reported_run(status, "app", "c1").running) << "another one of its containers";
    EXPECT_FALSE(reported_run(status, "other", "c2").running);
}

TEST(Leftover, KnowsTheReportedStart) {
    api::PodStatus status;
    status.containerStatuses.resize(1);
    api::ContainerStatus& app = status.containerStatuses.front();
    app.name = "app";
    app.containerID = "containerd://c2";
    EXPECT_EQ(reported_start(status, "app", "c2"), std::nullopt) << "it waits";
    const WallTime at{1000s};
    app.state.running.emplace().startedAt = at;
    EXPECT_EQ(reported_start(status, "app", "c2"), at);
    EXPECT_EQ(reported_start(status, "app", "c1"), std::nullopt) << "another one of its containers";
    app.state.running.reset();
    app.state.terminated.emplace().startedAt = at;
    EXPECT_EQ(reported_start(status, "app", "c2"), at);
}

TEST(Leftover, KnowsHowFarAResizeWas) {
    api::PodStatus status;
    EXPECT_EQ(reported_resize(status), ResizeProgress{});
    status.conditions.resize(2);
    status.conditions[0].type = "PodResizePending";
    status.conditions[0].reason = "Deferred";
    status.conditions[0].message = "no room";
    status.conditions[0].observedGeneration = 3;
    status.conditions[1].type = "PodResizeInProgress";
    status.conditions[1].observedGeneration = 2;
    const ResizeProgress expected{ResizeNote{"Deferred", "no room", 3}, ResizeNote{"", "", 2}};
    EXPECT_EQ(reported_resize(status), expected);

    status.containerStatuses.resize(1);
    api::ContainerStatus& app = status.containerStatuses.front();
    app.name = "app";
    app.containerID = "containerd://c2";
    app.resources.emplace().requests["cpu"] = api::Quantity::of_units(2);
    EXPECT_FALSE(reported_resources(status, "app", "c2")) << "it did not run";
    app.state.running.emplace();
    EXPECT_EQ(reported_resources(status, "app", "c2"), app.resources);
    EXPECT_FALSE(reported_resources(status, "app", "c1"));
}

}  // namespace
}  // namespace hooklet
