// SPDX-License-Identifier: Apache-2.0
#include "status/pod_status.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

ContainerView running() {
    ContainerView view;
    view.current = ContainerRecord{.id = "1", .state = cri::ContainerState::running, .post_start_done = true};
    view.started = true;
    view.ready = true;
    return view;
}

ContainerView in_post_start() {
    ContainerView view = running();
    view.current->post_start_done = false;
    view.started = false;
    view.ready = false;
    return view;
}

ContainerView exited(int code) {
    ContainerView view;
    view.current = ContainerRecord{.id = "1", .state = cri::ContainerState::exited, .exit_code = code};
    return view;
}

ContainerView replaced() {
    ContainerView view = exited(0);
    view.current->restart = true;
    return view;
}

ContainerView backing_off() {
    ContainerView view = exited(1);
    view.waiting = Waiting{"CrashLoopBackOff", "back-off 10s"};
    return view;
}

/// Whether the Pod goes on, has ended by itself, or as it was asked to.
enum class Over { no, by_itself, as_asked };

struct PhaseCase {
    const char* name;
    const char* policy;
    std::vector<ContainerView> containers;
    Over over;
    const char* phase;
};
void PrintTo(const PhaseCase& c, std::ostream* out) {
    *out << c.name;
}

api::Pod pod_of(const PhaseCase& c) {
    api::Pod pod;
    pod.spec.restartPolicy = c.policy;
    for (std::size_t i = 0; i < c.containers.size(); ++i) {
        api::Container container;
        container.name = "c" + std::to_string(i);
        pod.spec.containers.push_back(container);
    }
    return pod;
}

api::PodStatus status_of(const PhaseCase& c, const api::Pod& pod) {
    StatusInput input;
    input.pod = &pod;
    for (std::size_t i = 0; i < c.containers.size(); ++i) {
        ContainerView& view = input.containers["c" + std::to_string(i)];
        view = c.containers[i];
        view.policy = restart_policy_of(pod.spec, pod.spec.containers[i], Role::ordinary);
    }
    input.final_ = c.over != Over::no;
    if (c.over == Over::as_asked) input.end.emplace();
    input.runtime_name = "containerd";
    input.now = WallTime{} + 100s;
    return make_status(input);
}

class Phase : public testing::TestWithParam<PhaseCase> {};

TEST_P(Phase, FollowsTheTable) {
    const api::Pod pod = pod_of(GetParam());
    EXPECT_EQ(status_of(GetParam(), pod).phase, GetParam().phase);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Phase,
    testing::Values(
        PhaseCase{"not started", "Always", {{}}, Over::no, "Pending"},
        PhaseCase{"one of two not started", "Always", {running(), {}}, Over::no, "Pending"},
        PhaseCase{"in postStart", "Always", {in_post_start()}, Over::no, "Pending"},
        PhaseCase{"all run", "Always", {running(), running()}, Over::no, "Running"},
        PhaseCase{"one ended, one runs", "Never", {exited(1), running()}, Over::no, "Running"},
        PhaseCase{"ended, Always", "Always", {exited(0)}, Over::no, "Running"},
        PhaseCase{"backing off", "Always", {backing_off()}, Over::no, "Running"},
        PhaseCase{"all succeeded", "OnFailure", {exited(0), exited(0)}, Over::by_itself, "Succeeded"},
        PhaseCase{"all succeeded, a hook goes on", "Never", {exited(0)}, Over::no, "Running"},
        PhaseCase{"one failed, Never", "Never", {exited(0), exited(1)}, Over::by_itself, "Failed"},
        PhaseCase{"one failed, OnFailure", "OnFailure", {exited(0), exited(1)}, Over::no, "Running"},
        PhaseCase{"T1: ended with 0 when deleted", "Always", {exited(0)}, Over::as_asked, "Succeeded"},
        PhaseCase{"T2: killed when deleted", "Always", {exited(137)}, Over::as_asked, "Failed"},
        PhaseCase{"deleted before it started", "Always", {{}}, Over::as_asked, "Failed"}),
    [](const testing::TestParamInfo<PhaseCase>& c) { return std::to_string(c.index); });

TEST(PodStatus, PostStartKeepsTheContainerWaiting) {
    const PhaseCase c{"", "Always", {in_post_start()}, Over::no, ""};
    const api::Pod pod = pod_of(c);
    const api::PodStatus status = status_of(c, pod);
    ASSERT_TRUE(status.containerStatuses.at(0).state.waiting);
    EXPECT_EQ(status.containerStatuses.at(0).state.waiting->reason, "ContainerCreating");
    EXPECT_FALSE(status.containerStatuses.at(0).ready);
    EXPECT_EQ(status.containerStatuses.at(0).containerID, "containerd://1");
}

TEST(PodStatus, APodOnTheHostsNetworkHasTheHostsAddress) {
    api::Pod pod;
    pod.spec.hostNetwork = true;
    StatusInput input;
    input.pod = &pod;
    input.host_ip = "192.0.2.7";
    const api::PodStatus status = make_status(input);
    EXPECT_EQ(status.podIP, "192.0.2.7");
    ASSERT_EQ(status.podIPs.size(), 1U);
    EXPECT_EQ(status.podIPs[0].ip, "192.0.2.7");
    pod.spec.hostNetwork = false;
    EXPECT_EQ(make_status(input).podIP, "");
}

TEST(PodStatus, BackOffShowsTheLastEnd) {
    const PhaseCase c{"", "Always", {backing_off()}, Over::no, ""};
    const api::Pod pod = pod_of(c);
    const api::ContainerStatus status = status_of(c, pod).containerStatuses.at(0);
    ASSERT_TRUE(status.state.waiting);
    EXPECT_EQ(status.state.waiting->reason, "CrashLoopBackOff");
    ASSERT_TRUE(status.lastState.terminated);
    EXPECT_EQ(status.lastState.terminated->exitCode, 1);
}

TEST(PodStatus, R5_WhatIsReplacedAgainstItsPolicyHasNotEndedForTheApi) {
    const PhaseCase c{"", "Never", {replaced()}, Over::no, ""};
    const api::Pod pod = pod_of(c);
    const api::PodStatus status = status_of(c, pod);
    EXPECT_EQ(status.phase, "Running");
    ASSERT_TRUE(status.containerStatuses.at(0).state.waiting);
    EXPECT_TRUE(status.containerStatuses.at(0).lastState.terminated);
}

TEST(PodStatus, TransitionTimesChangeOnlyWithTheStatus) {
    const PhaseCase c{"", "Always", {running()}, Over::no, ""};
    api::Pod pod = pod_of(c);
    pod.status = status_of(c, pod);
    const api::PodStatus later = [&] {
        StatusInput input;
        input.pod = &pod;
        input.containers["c0"] = exited(1);
        input.now = WallTime{} + 500s;
        return make_status(input);
    }();
    for (const api::PodCondition& condition : later.conditions) {
        const bool changed = condition.type == "Ready" || condition.type == "ContainersReady";
        EXPECT_EQ(condition.lastTransitionTime.at, WallTime{} + (changed ? 500s : 100s)) << condition.type;
        EXPECT_EQ(condition.message, changed ? "containers with unready status: [c0]" : "");
    }
}

}  // namespace
}  // namespace hooklet
