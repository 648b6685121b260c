// SPDX-License-Identifier: Apache-2.0
#include "server/pod_deletion.hpp"

#include "api/pod_phase.hpp"

#include <algorithm>
#include <chrono>

namespace hooklet::server {

namespace {

using Step = PodDeletion::Step;

/// No grace period is negative.
std::int64_t legal(std::int64_t grace_s) {
    return grace_s < 0 ? 1 : grace_s;
}

PodDeletion begin(const api::Pod& pod, std::optional<std::int64_t> wish, WallTime now) {
    const bool ended = api::is_terminal(pod.status.phase);
    const std::int64_t own = pod.spec.terminationGracePeriodSeconds.value_or(30);
    const std::int64_t grace = ended || pod.spec.nodeName.empty() ? 0 : legal(wish.value_or(own));
    return {grace == 0 ? Step::remove : Step::mark, now + std::chrono::seconds(grace), grace};
}

PodDeletion shorten(const api::Pod& pod, std::int64_t grace, WallTime now) {
    if (grace == 0) return {Step::remove, now, 0};
    const std::chrono::seconds less(*pod.metadata.deletionGracePeriodSeconds - grace);
    const WallTime end = pod.metadata.deletionTimestamp->wall() - less;
    if (end < now) return {Step::mark, now, 1};
    return {Step::mark, end, grace};
}

}  // namespace

PodDeletion plan_pod_deletion(const api::Pod& pod, std::optional<std::int64_t> grace_s, WallTime now) {
    if (!pod.metadata.deletionTimestamp) return begin(pod, grace_s, now);
    const std::int64_t stored = pod.metadata.deletionGracePeriodSeconds.value_or(0);
    // Only its finalizers keep it, or the step that should have removed it was lost.
    if (stored == 0) return {Step::remove, pod.metadata.deletionTimestamp->wall(), 0};
    if (!grace_s || legal(*grace_s) >= stored) return {};
    return shorten(pod, legal(*grace_s), now);
}

}  // namespace hooklet::server
