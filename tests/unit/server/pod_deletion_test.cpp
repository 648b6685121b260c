// SPDX-License-Identifier: Apache-2.0
#include "server/pod_deletion.hpp"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::server {
namespace {

using std::chrono::seconds;

constexpr WallTime now{seconds{1000}};

struct Case {
    const char* name;
    std::optional<std::int64_t> wish;
    const char* expected;  ///< `mark 30 +30`: what, grace, seconds from now.
    std::string node = "n";
    std::string phase = "Running";
    std::int64_t own = 30;
    std::optional<std::int64_t> stored{};  ///< Grace of a deletion under way that began 10 s ago.
};

std::string planned(const Case& one) {
    api::Pod pod;
    pod.spec.nodeName = one.node;
    pod.spec.terminationGracePeriodSeconds = one.own;
    pod.status.phase = one.phase;
    if (one.stored) {
        pod.metadata.deletionGracePeriodSeconds = one.stored;
        pod.metadata.deletionTimestamp = now - seconds(10) + seconds(*one.stored);
    }
    const PodDeletion plan = plan_pod_deletion(pod, one.wish, now);
    if (plan.step == PodDeletion::Step::keep) return "keep";
    return fmt::format("{} {} {:+}", plan.step == PodDeletion::Step::mark ? "mark" : "remove", plan.grace_s,
                       (plan.deletion_timestamp - now) / seconds(1));
}

TEST(PodDeletion, FollowsTheTable) {
    const std::vector<Case> table{
        {"its own grace", {}, "mark 30 +30"},
        {"the request's grace", 5, "mark 5 +5"},
        {"at once", 0, "remove 0 +0"},
        {"no negative grace", -7, "mark 1 +1"},
        {"no negative grace of its own", {}, "mark 1 +1", "n", "Running", -3},
        {"a grace of none", {}, "remove 0 +0", "n", "Running", 0},
        {"no node", {}, "remove 0 +0", ""},
        {"no node, whatever is asked", 20, "remove 0 +0", ""},
        {"succeeded", {}, "remove 0 +0", "n", "Succeeded"},
        {"failed", 20, "remove 0 +0", "n", "Failed"},
        {"again", {}, "keep", "n", "Running", 30, 30},
        {"again with as much", 30, "keep", "n", "Running", 30, 30},
        {"again with more", 60, "keep", "n", "Running", 30, 30},
        {"shortened", 15, "mark 15 +5", "n", "Running", 30, 30},
        {"shortened to the past", 5, "mark 1 +0", "n", "Running", 30, 30},
        {"forced", 0, "remove 0 +0", "n", "Running", 30, 30},
        {"held by finalizers only", {}, "remove 0 -10", "n", "Running", 30, 0},
    };
    for (const Case& one : table) EXPECT_EQ(planned(one), one.expected) << one.name;
}

}  // namespace
}  // namespace hooklet::server
