// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_volumes.hpp"

#include "base/back_off.hpp"
#include "pods/names.hpp"

#include <algorithm>

namespace hooklet {

namespace {
constexpr Duration first_mount_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_mount_retry = std::chrono::minutes{1};
constexpr Duration shortest_token_wait = std::chrono::seconds{1};
}  // namespace

Task<ObjectSnapshot> PodVolumes::read() {
    const Call call = context_->ports.clock->call_within(object_call_limit, context_->abandon);
    ObjectSnapshot objects =
        co_await fetch(context_->ports.objects, references_of_volumes(context_->pod), call);
    context_->hide_secrets(objects);
    co_return objects;
}

Task<Status> PodVolumes::set_up() {
    const std::uint64_t version = context_->objects_version;
    failed_at_.reset();
    const ObjectSnapshot objects = co_await read();
    if (context_->abandon.cancelled()) co_return std::unexpected(context_->abandon.reason());
    const NodeFacts node = context_->settings->node();
    const auto made = context_->services->volumes.set_up({context_->pod, objects, node});
    if (!made) {
        failed_at_ = version;
        context_->recorder.event(event::mount_failed(made.error().text()));
        co_return std::unexpected(made.error());
    }
    paths_ = *made;
    up_ = true;
    plan_next(objects, Status{});
    if (context_->objects_version != version) refresh();
    co_return Status{};
}

void PodVolumes::take_over() {
    paths_ = context_->services->volumes.paths(context_->pod);
    up_ = true;
    refresh();
}

void PodVolumes::refresh() {
    // A running one looks again before it ends.
    if (!up_ || refreshing_ || context_->abandon.cancelled()) return;
    refreshing_ = true;
    gate_->spawn(run_refresh());
}

Task<void> PodVolumes::run_refresh() {
    std::uint64_t version = 0;
    do {
        version = context_->objects_version;
        const ObjectSnapshot objects = co_await read();
        if (!up_ || context_->abandon.cancelled()) break;
        const NodeFacts node = context_->settings->node();
        const Status refreshed = context_->services->volumes.refresh({context_->pod, objects, node});
        plan_next(objects, refreshed);
    } while (version != context_->objects_version);
    refreshing_ = false;
}

void PodVolumes::plan_next(const ObjectSnapshot& objects, const Status& refreshed) {
    next_ = Timer{};
    const MonotonicTime now = context_->ports.clock->now();
    if (refreshed) {
        failures_ = 0;
        last_error_.clear();
        const std::optional<WallTime> token_due = objects.refresh_at();
        if (!token_due) return;
        const Duration left =
            std::max<Duration>(*token_due - context_->ports.clock->wall(), shortest_token_wait);
        next_ = context_->ports.clock->at(now + left, [this] { refresh(); });
        return;
    }
    if (refreshed.error().text() != last_error_) {
        last_error_ = refreshed.error().text();
        context_->recorder.event(event::mount_failed(last_error_));
    }
    // Of what is missing, a change tells.
    if (refreshed.error().code == Code::not_found) return;
    const Duration delay = retry_delay(failures_++, first_mount_retry, slowest_mount_retry);
    next_ = context_->ports.clock->at(now + delay, [this] { refresh(); });
}

void PodVolumes::release() {
    if (!std::exchange(up_, false)) return;
    next_ = Timer{};
    // What does not work now is tried again when the Pod is removed.
    (void)context_->services->volumes.empty(context_->pod.metadata.uid);
}

Status PodVolumes::tear_down() {
    up_ = false;
    next_ = Timer{};
    return context_->services->volumes.tear_down(context_->pod.metadata.uid);
}

}  // namespace hooklet
