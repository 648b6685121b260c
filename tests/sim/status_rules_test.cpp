// SPDX-License-Identifier: Apache-2.0
#include "sim/status_rules.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> broken(const api::PodStatus& before, const api::PodStatus& now,
                                const std::string& policy = "Always") {
    api::Pod pod;
    pod.metadata.name = "web";
    pod.metadata.namespace_ = "default";
    pod.spec.restartPolicy = policy;
    pod.status = now;
    return broken_rules(before, pod);
}

api::PodStatus status(const std::string& phase, std::int32_t restarts = 0) {
    api::PodStatus out;
    out.phase = phase;
    api::ContainerStatus& c = out.containerStatuses.emplace_back();
    c.name = "c";
    c.restartCount = restarts;
    return out;
}

TEST(StatusRules, AnOrderlyLifeBreaksNone) {
    api::PodStatus running = status("Running", 1);
    running.containerStatuses[0].state.running.emplace();
    running.containerStatuses[0].ready = true;
    api::PodCondition& ready = running.conditions.emplace_back();
    ready.type = "Ready";
    ready.status = "True";
    EXPECT_THAT(broken({}, status("Pending")), IsEmpty());
    EXPECT_THAT(broken(status("Pending"), running), IsEmpty());
    EXPECT_THAT(broken(running, status("Failed", 2)), IsEmpty());
}

TEST(StatusRules, NothingGoesBack) {
    EXPECT_THAT(broken(status("Failed", 2), status("Running", 1)),
                ElementsAre("phase Running after Failed", "c: restartCount 1 after 2"));
}

TEST(StatusRules, OnlyWhatRunsIsReady) {
    api::PodStatus now = status("Pending");
    now.containerStatuses[0].ready = true;
    api::PodCondition& ready = now.conditions.emplace_back();
    ready.type = "Ready";
    ready.status = "True";
    EXPECT_THAT(broken({}, now), ElementsAre("c is ready but does not run", "ready in phase Pending"));
    now = status("Failed");
    now.containerStatuses[0].state.running.emplace();
    EXPECT_THAT(broken({}, now), ElementsAre("c runs in a Pod that has ended"));
}

TEST(StatusRules, WhatHasEndedForGoodStaysSo) {
    api::PodStatus ended = status("Running");
    ended.containerStatuses[0].state.terminated.emplace();
    api::PodStatus again = status("Running", 1);
    again.containerStatuses[0].state.running.emplace();
    EXPECT_THAT(broken(ended, again), IsEmpty());
    EXPECT_THAT(broken(ended, again, "OnFailure"),
                ElementsAre("status.containerStatuses[0].state: Forbidden: may not be transitioned to "
                            "non-terminated state"));
}

}  // namespace
}  // namespace hooklet::sim
