// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_resize.hpp"

#include "base/back_off.hpp"
#include "pods/names.hpp"
#include "pods/pod_cgroup.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration first_resize_retry = std::chrono::seconds{1};
constexpr Duration slowest_resize_retry = std::chrono::seconds{30};

std::int64_t memory_limit(const api::ResourceRequirements& resources) {
    return amount_of(resources.limits, "memory").units();
}

/// Where 0 is no limit.
bool is_lower(std::int64_t next, std::int64_t now) {
    return next > 0 && (now <= 0 || next < now);
}

std::unexpected<Error> below_usage(const std::string& what, std::int64_t limit, std::uint64_t usage) {
    return fail(Code::conflict, fmt::format("attempting to set {} memory limit ({}) below current usage ({})",
                                            what, limit, usage));
}

}  // namespace

void PodResize::take_over() {
    context_->cgroup_limits = pod_cgroup_limits(context_->pod.spec);
    progress_ = reported_resize(context_->pod.status);
    if (progress_.in_progress) context_->cgroup_limits = CgroupLimits{};
}

void PodResize::want(const api::PodSpec& spec) {
    wanted_.reset();
    if (same_resources(context_->pod.spec, spec)) {
        progress_.pending.reset();
    } else {
        wanted_ = spec;
    }
}

void PodResize::grant() {
    take_resources(context_->pod.spec, *wanted_);
    wanted_.reset();
    failures_ = 0;
    not_before_ = {};
    progress_.pending.reset();
    progress_.in_progress = ResizeNote{.generation = context_->pod.metadata.generation};
    context_->recorder.event(event::resize_started(summary(context_->pod.spec, *progress_.in_progress)));
    context_->changed();
}

void PodResize::refuse(const ResizeVerdict& verdict) {
    const bool never = verdict.kind == ResizeVerdict::Kind::infeasible;
    const ResizeNote note{never ? "Infeasible" : "Deferred", verdict.message,
                          context_->pod.metadata.generation};
    if (progress_.pending == note) return;
    progress_.pending = note;
    context_->recorder.event(event::resize_pending(note.reason, summary(*wanted_, note)));
    context_->changed();
}

std::string PodResize::summary(const api::PodSpec& spec, const ResizeNote& note) const {
    return resize_summary(spec, note.generation, note.message);
}

CgroupLimits PodResize::cgroup_target() const {
    const CgroupLimits next = pod_cgroup_limits(context_->pod.spec);
    const bool waits = std::ranges::any_of(
        *slots_, [](const auto& slot) { return slot->resize_need() == ResizeNeed::restart; });
    return waits && context_->cgroup_limits ? widest(*context_->cgroup_limits, next) : next;
}

void PodResize::observe(Observation& seen) {
    seen.resizing = busy_;
    seen.resize_not_before = not_before_;
    seen.cgroup_outdated = context_->cgroup_limits && *context_->cgroup_limits != cgroup_target();
    const bool outstanding = std::ranges::any_of(
        seen.containers, [](const ContainerFacts& c) { return c.resize != ResizeNeed::none; });
    if (!progress_.in_progress || context_->end || busy_ || seen.cgroup_outdated || outstanding) return;
    ResizeNote done = *std::exchange(progress_.in_progress, std::nullopt);
    done.message.clear();
    context_->recorder.event(event::resize_completed(summary(context_->pod.spec, done)));
}

void PodResize::begin() {
    busy_ = true;
    gate_->spawn(run());
}

Task<void> PodResize::run() {
    const Status done = co_await carry_out();
    busy_ = false;
    if (done) {
        failures_ = 0;
    } else if (!context_->abandon.cancelled()) {
        failed(done.error());
    }
    context_->changed();
}

void PodResize::failed(const Error& error) {
    not_before_ =
        context_->ports.clock->now() + retry_delay(failures_++, first_resize_retry, slowest_resize_retry);
    if (!progress_.in_progress || progress_.in_progress->message == error.text()) return;
    progress_.in_progress->reason = "Error";
    progress_.in_progress->message = error.text();
    context_->recorder.event(event::resize_failed(summary(context_->pod.spec, *progress_.in_progress)));
}

Task<Status> PodResize::carry_out() {
    const CgroupLimits next = pod_cgroup_limits(context_->pod.spec);
    const Status fits = co_await check_usage(next);
    if (!fits) co_return fits;
    if (!context_->cgroup_limits) co_return Status{};
    const Status widened = set_cgroup(widest(*context_->cgroup_limits, next));
    if (!widened) co_return widened;
    for (std::size_t i = 0; i < slots_->size(); ++i) {
        ContainerSlot& slot = *(*slots_)[i];
        if (slot.resize_need() != ResizeNeed::update) continue;
        const Status updated = co_await slot.resize();
        if (!updated) co_return updated;
    }
    // Granted anew meanwhile: the containers come first again.
    if (pod_cgroup_limits(context_->pod.spec) != next) co_return Status{};
    co_return set_cgroup(cgroup_target());
}

std::vector<PodResize::Lowered> PodResize::lowered() const {
    std::vector<Lowered> all;
    for (const auto& slot : *slots_) {
        if (slot->resize_need() != ResizeNeed::update) continue;
        const ContainerRecord& record = *slot->view().current;
        const std::int64_t next = memory_limit(slot->spec().resources);
        if (is_lower(next, memory_limit(*record.resources))) {
            all.push_back({slot->spec().name, record.id, next});
        }
    }
    return all;
}

Task<Status> PodResize::check_usage(CgroupLimits next) {
    const std::vector<Lowered> containers = lowered();
    const std::int64_t pod_limit = next.memory_limit_bytes.value_or(0);
    const bool pod_lowered = is_lower(pod_limit, context_->cgroup_limits->memory_limit_bytes.value_or(0));
    if (containers.empty() && !pod_lowered) co_return Status{};
    cri::Filter mine;
    mine.label_selector[label::pod_uid] = context_->pod.metadata.uid;
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    const auto stats = co_await context_->ports.runtime->list_container_stats(mine, call);
    if (!stats) co_return std::unexpected(stats.error());
    std::uint64_t all = 0;
    for (const cri::ContainerStats& used : *stats) {
        all += used.working_set_bytes;
        const auto found = std::ranges::find(containers, used.container_id, &Lowered::id);
        if (found == containers.end() || std::cmp_less(used.working_set_bytes, found->limit)) continue;
        co_return below_usage(fmt::format("container \"{}\"", found->container), found->limit,
                              used.working_set_bytes);
    }
    if (pod_lowered && std::cmp_greater_equal(all, pod_limit)) co_return below_usage("pod", pod_limit, all);
    co_return Status{};
}

Status PodResize::set_cgroup(const CgroupLimits& limits) {
    // While a call of the engine hung, the Pod may have ended, and its cgroup is not to come back.
    if (!context_->cgroup_limits || context_->cgroup_limits == limits) return {};
    const Status set = context_->ports.files->make_cgroup(
        pod_cgroup(context_->settings->cgroup_root, context_->pod), limits);
    if (set) context_->cgroup_limits = limits;
    return set;
}

}  // namespace hooklet
