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
// A kubelet tries failed mounts again, and tells of it, at these distances; and this is how long it waits for
// all.
constexpr Duration first_silence = std::chrono::milliseconds{500};
constexpr Duration longest_silence = std::chrono::seconds{122};
constexpr Duration mount_patience = std::chrono::seconds{123};
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
    if (const Status judged = judge(made); !judged) {
        failed_at_ = version;
        co_return judged;
    }
    paths_ = made->paths;
    up_ = true;
    plan_next(objects, Status{});
    if (context_->objects_version != version) refresh();
    co_return Status{};
}

Status PodVolumes::judge(const Result<VolumesMade>& made) {
    if (!made) {
        tell({made.error().text()});
        return std::unexpected(made.error());
    }
    if (made->failed.empty()) {
        missing_since_.reset();
        return {};
    }
    std::vector<std::string> texts;
    for (const auto& [volume, error] : made->failed) texts.push_back(error.text());
    tell(texts);
    tell_missing(*made);
    return std::unexpected(made->failed.front().second);
}

void PodVolumes::tell(const std::vector<std::string>& texts) {
    const MonotonicTime now = context_->ports.clock->now();
    if (texts != told_) {
        told_ = texts;
        times_told_ = 0;
    } else if (now < silent_until_) {
        return;
    }
    silent_until_ = now + retry_delay(times_told_++, first_silence, longest_silence);
    for (const std::string& text : texts) context_->recorder.event(event::mount_failed(text));
}

void PodVolumes::tell_missing(const VolumesMade& made) {
    const MonotonicTime now = context_->ports.clock->now();
    if (!missing_since_) missing_since_ = now;
    if (now - *missing_since_ < mount_patience) return;
    missing_since_ = now;
    std::vector<std::string> names;
    for (const auto& [volume, error] : made.failed) names.push_back(volume);
    context_->recorder.event(event::mounts_missing(names));
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
        told_.clear();
        const std::optional<WallTime> token_due = objects.refresh_at();
        if (!token_due) return;
        const Duration left =
            std::max<Duration>(*token_due - context_->ports.clock->wall(), shortest_token_wait);
        next_ = context_->ports.clock->at(now + left, [this] { refresh(); });
        return;
    }
    tell({refreshed.error().text()});
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
