// SPDX-License-Identifier: Apache-2.0
#include "status/pod_status.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

/// A Pod with the init container `init`, the sidecar `side` and the ordinary container `main`.
class Built {
  public:
    explicit Built(std::string policy = "Always") {
        pod_.spec.restartPolicy = std::move(policy);
        add(pod_.spec.initContainers, "init", Role::init);
        api::Container& side = add(pod_.spec.initContainers, "side", Role::sidecar);
        side.restartPolicy = "Always";
        add(pod_.spec.containers, "main", Role::ordinary);
        for (auto& [name, view] : input_.containers) {
            const api::Container& c = name == "main" ? pod_.spec.containers[0] : pod_.spec.initContainers[0];
            view.policy = restart_policy_of(pod_.spec, c, view.role);
        }
    }

    Built& running(const std::string& name, bool started = true) {
        ContainerView& view = input_.containers[name];
        view.current = ContainerRecord{.id = name, .state = cri::ContainerState::running};
        view.current->post_start_done = true;
        view.started = started;
        view.ready = started;
        return *this;
    }
    Built& exited(const std::string& name, int code, std::string reason = "Completed") {
        ContainerView& view = input_.containers[name];
        view.current = ContainerRecord{.id = name, .state = cri::ContainerState::exited, .exit_code = code};
        view.current->reason = std::move(reason);
        view.started = view.ready = false;
        return *this;
    }
    ContainerRecord& record(const std::string& name) { return *input_.containers[name].current; }
    /// The engine knows nothing of it any more; what was reported last stays.
    Built& lost(const std::string& name) {
        input_.containers[name].current.reset();
        return *this;
    }
    /// The Pod has a new sandbox, in which nothing has begun.
    Built& new_sandbox() {
        for (const char* name : {"init", "side"}) {
            ContainerView& view = input_.containers[name];
            view.previous = std::exchange(view.current, std::nullopt);
            view.started = view.ready = false;
        }
        exited("main", 137, "Error");
        record("main").of_old_sandbox = true;
        return *this;
    }
    Built& reported() {
        pod_.status = status();
        return *this;
    }
    Built& ended(PodEnd why = {}) {
        input_.end = std::move(why);
        input_.final_ = true;
        return *this;
    }
    Built& finished() {
        input_.final_ = true;
        return *this;
    }
    Built& gate(const std::string& type, std::optional<std::string> status) {
        pod_.spec.readinessGates.push_back({type});
        if (status) pod_.status.conditions.push_back({.type = type, .status = *status});
        return *this;
    }
    Built& message(const std::string& name, std::string text) {
        input_.containers[name].current->message = std::move(text);
        return *this;
    }

    api::PodStatus status() {
        input_.pod = &pod_;
        input_.runtime_name = "containerd";
        input_.now = WallTime{} + 100s;
        return make_status(input_);
    }

  private:
    api::Container& add(std::vector<api::Container>& list, const std::string& name, Role role) {
        list.emplace_back().name = name;
        input_.containers[name].role = role;
        return list.back();
    }
    api::Pod pod_;
    StatusInput input_;
};

api::PodCondition condition(const api::PodStatus& status, const std::string& type) {
    const auto found = std::ranges::find(status.conditions, type, &api::PodCondition::type);
    return found == status.conditions.end() ? api::PodCondition{} : *found;
}

TEST(InitStatus, R6_PendingAndInitializingUntilTheInitContainersAreDone) {
    const api::PodStatus status = Built().running("init").status();
    EXPECT_EQ(status.phase, "Pending");
    ASSERT_TRUE(status.initContainerStatuses.at(0).state.running);
    EXPECT_TRUE(status.initContainerStatuses[0].started.value_or(false));
    EXPECT_FALSE(status.initContainerStatuses[0].ready);
    EXPECT_EQ(status.containerStatuses.at(0).state.waiting->reason, "PodInitializing");
    const api::PodCondition initialized = condition(status, "Initialized");
    EXPECT_EQ(initialized.status, "False");
    EXPECT_EQ(initialized.reason, "ContainersNotInitialized");
    EXPECT_EQ(initialized.message, "containers with incomplete status: [init side]");
}

TEST(InitStatus, R7_AFailedInitContainerThatIsRetriedKeepsThePodPending) {
    EXPECT_EQ(Built().exited("init", 1, "Error").status().phase, "Pending");
}

TEST(InitStatus, R8_AFailedInitContainerFailsThePodWithPolicyNever) {
    const api::PodStatus status = Built("Never").exited("init", 1, "Error").finished().status();
    EXPECT_EQ(status.phase, "Failed");
    EXPECT_TRUE(status.containerStatuses.at(0).state.waiting);
    EXPECT_EQ(condition(status, "Initialized").status, "False");
}

TEST(InitStatus, ASidecarThatIsNotUpKeepsThePodPending) {
    const api::PodStatus status = Built().exited("init", 0).running("side", false).status();
    EXPECT_EQ(status.phase, "Pending");
    EXPECT_EQ(condition(status, "Initialized").message, "containers with incomplete status: [side]");
}

TEST(InitStatus, RunningWhenAllAreUp) {
    const api::PodStatus status = Built().exited("init", 0).running("side").running("main").status();
    EXPECT_EQ(status.phase, "Running");
    EXPECT_TRUE(status.initContainerStatuses.at(0).ready);
    for (const char* type : {"Initialized", "ContainersReady", "Ready"})
        EXPECT_EQ(condition(status, type).status, "True") << type;
}

TEST(InitStatus, ASuccessThatTheRecordDoesNotHaveYetKeepsNothingPending) {
    Built told;
    told.running("init").running("side").running("main");
    told.record("init").told_success = true;
    told.record("init").ended_at = MonotonicTime{};
    EXPECT_EQ(told.status().phase, "Running");
    EXPECT_TRUE(told.status().initContainerStatuses.at(0).state.running);
}

TEST(InitStatus, R9_WhatTheEngineHasForgottenStaysDone) {
    Built built;
    const api::PodStatus before = built.exited("init", 0).running("side").running("main").status();
    const api::PodStatus after = built.reported().lost("init").status();
    EXPECT_EQ(after.phase, "Running");
    EXPECT_EQ(after.initContainerStatuses, before.initContainerStatuses);
}

TEST(InitStatus, InANewSandboxThePodIsPendingUntilAllAreUp) {
    Built built;
    built.exited("init", 0).running("side").running("main").reported().new_sandbox();
    EXPECT_EQ(built.status().phase, "Pending");
    EXPECT_TRUE(built.status().initContainerStatuses.at(0).state.waiting);
    EXPECT_EQ(built.exited("init", 0).status().phase, "Pending");
    EXPECT_EQ(built.running("side").running("main").status().phase, "Running");
}

TEST(InitStatus, NoApiServerTakesBackThatAnInitContainerHasDoneItsWork) {
    Built built("OnFailure");
    built.exited("init", 0).running("side").running("main").reported().new_sandbox();
    EXPECT_TRUE(built.status().initContainerStatuses.at(0).state.terminated);
    built.running("init");
    EXPECT_TRUE(built.status().initContainerStatuses.at(0).state.terminated);
    EXPECT_EQ(built.status().phase, "Pending");
}

TEST(InitStatus, AnUnreadySidecarMakesThePodUnready) {
    const api::PodStatus status = Built().exited("init", 0).running("side", false).running("main").status();
    EXPECT_EQ(condition(status, "Ready").message, "containers with unready status: [side]");
}

TEST(InitStatus, T22_TheExitCodeOfASidecarDoesNotCount) {
    const api::PodStatus status =
        Built("Never").exited("init", 0).exited("side", 1, "Error").exited("main", 0).finished().status();
    EXPECT_EQ(status.phase, "Succeeded");
    EXPECT_EQ(condition(status, "Initialized").reason, "PodCompleted");
}

TEST(InitStatus, T18_ASidecarThatStillRunsKeepsThePodRunning) {
    EXPECT_EQ(Built("Never").exited("init", 0).running("side").exited("main", 0).status().phase, "Running");
}

TEST(InitStatus, DeletedWhileInitializing) {
    const api::PodStatus status = Built().exited("init", 137, "Error").ended().status();
    EXPECT_EQ(status.phase, "Failed");
    EXPECT_EQ(status.initContainerStatuses.at(0).state.terminated->exitCode, 137);
    EXPECT_TRUE(status.containerStatuses.at(0).state.waiting) << "it was never its turn";
}

TEST(PodEndStatus, T13_AContainerThatNeverStartedIsLost) {
    const api::PodStatus status = Built().exited("init", 0).running("side").ended().status();
    const auto& state = status.containerStatuses.at(0).state;
    ASSERT_TRUE(state.terminated);
    EXPECT_EQ(state.terminated->reason, "ContainerStatusUnknown");
    EXPECT_EQ(state.terminated->exitCode, 137);
}

TEST(PodEndStatus, M1_TheReasonStaysEvenWhenAllEndWell) {
    const PodEnd why{.trigger = "DeadlineExceeded", .reason = "DeadlineExceeded", .message = "too long"};
    const api::PodStatus status =
        Built().exited("init", 0).exited("side", 0).exited("main", 0).ended(why).status();
    EXPECT_EQ(status.phase, "Failed");
    EXPECT_EQ(status.reason, "DeadlineExceeded");
    EXPECT_EQ(status.message, "too long");
}

TEST(PodEndStatus, M4_APreemptedPodThatEndsWellHasSucceeded) {
    PodEnd why{.trigger = "Preempted", .reason = "Preempting", .message = "m"};
    why.disruption = "Pod was preempted by Kubelet to accommodate a critical pod.";
    why.fails = false;
    const api::PodStatus status =
        Built().exited("init", 0).exited("side", 0).exited("main", 0).ended(why).status();
    EXPECT_EQ(status.phase, "Succeeded");
    EXPECT_EQ(status.reason, "");
    EXPECT_EQ(condition(status, "DisruptionTarget").reason, "TerminationByKubelet");
}

TEST(PodEndStatus, ATerminalPhaseNeverChanges) {
    Built built("Never");
    api::PodStatus status = built.exited("init", 0).exited("side", 0).exited("main", 1).finished().status();
    ASSERT_EQ(status.phase, "Failed");
}

TEST(Readiness, P14_GatesKeepAReadyPodUnready) {
    Built closed;
    closed.exited("init", 0).running("side").running("main").gate("x/y", std::nullopt).gate("x/z", "False");
    const api::PodStatus status = closed.status();
    EXPECT_EQ(condition(status, "ContainersReady").status, "True");
    EXPECT_EQ(condition(status, "Ready").reason, "ReadinessGatesNotReady");
    EXPECT_EQ(
        condition(status, "Ready").message,
        "corresponding condition of pod readiness gate \"x/y\" does not exist., the status of pod readiness "
        "gate \"x/z\" is not \"True\", but False");
    Built open;
    open.exited("init", 0).running("side").running("main").gate("x/y", "True");
    EXPECT_EQ(condition(open.status(), "Ready").status, "True");
    EXPECT_EQ(condition(open.status(), "x/y").status, "True") << "another's condition is kept";
}

TEST(TerminationMessage, D3_AllContainersShareTwelveKibibytes) {
    const api::PodStatus status =
        Built("Never").exited("main", 0).message("main", std::string(5000, 'x')).status();
    EXPECT_EQ(status.containerStatuses.at(0).state.terminated->message.size(), 12288U / 3);
}

TEST(RejectedPod, D5_SaysWhyAndNothingElse) {
    const api::PodStatus status =
        rejected_status({}, "NodeAffinity", "Predicate NodeAffinity failed", WallTime{} + 5s);
    EXPECT_EQ(status.phase, "Failed");
    EXPECT_EQ(status.reason, "NodeAffinity");
    EXPECT_EQ(status.message, "Pod was rejected: Predicate NodeAffinity failed");
    EXPECT_TRUE(status.conditions.empty());
    EXPECT_TRUE(status.containerStatuses.empty());
}

struct RestartCase {
    const char* name;
    const char* pod;
    std::optional<std::string> own;
    std::vector<api::ContainerRestartRule> rules;
    int exit_code;
    bool restarts;
};

api::ContainerRestartRule rule(const char* op, std::vector<std::int32_t> codes) {
    api::ContainerRestartRule out;
    out.action = "Restart";
    out.exitCodes.emplace();
    out.exitCodes->operator_ = op;
    out.exitCodes->values = std::move(codes);
    return out;
}

TEST(RestartPolicy, TheFirstRuleThatMatchesCountsThenTheContainersPolicyThenThePods) {
    const std::vector<RestartCase> cases{
        {"the Pod's", "Never", {}, {}, 1, false},
        {"the container's own", "Never", "OnFailure", {}, 1, true},
        {"own policy leaves what succeeded", "Always", "OnFailure", {}, 0, false},
        {"a rule restarts", "Never", "Never", {rule("In", {42})}, 42, true},
        {"a rule that does not match leaves it to the policy",
         "Never",
         "Never",
         {rule("In", {42})},
         1,
         false},
        {"NotIn", "Never", "Never", {rule("NotIn", {0})}, 7, true},
        {"rules without an own policy do not count", "Never", {}, {rule("In", {42})}, 42, false},
    };
    for (const RestartCase& c : cases) {
        api::PodSpec spec;
        spec.restartPolicy = c.pod;
        api::Container container;
        container.restartPolicy = c.own;
        container.restartPolicyRules = c.rules;
        const ContainerRecord record{.state = cri::ContainerState::exited, .exit_code = c.exit_code};
        EXPECT_EQ(wants_start(restart_policy_of(spec, container, Role::ordinary), record), c.restarts)
            << c.name;
    }
}

}  // namespace
}  // namespace hooklet
