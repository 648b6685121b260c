// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_worker.hpp"

#include "pods/names.hpp"
#include "status/pod_status.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// tcpSocket hooks are worth one warning each, before they first matter.
void warn_about_tcp_hooks(const PodContext& context) {
    for (const api::Container& container : context.pod.spec.containers) {
        if (!container.lifecycle) continue;
        const Recorder recorder = context.recorder.about(container.name);
        const auto& [post_start, pre_stop] =
            std::tie(container.lifecycle->postStart, container.lifecycle->preStop);
        if (post_start && post_start->tcpSocket) recorder.event(event::tcp_socket_hook("postStart"));
        if (pre_stop && pre_stop->tcpSocket) recorder.event(event::tcp_socket_hook("preStop"));
    }
}

}  // namespace

PodWorker::PodWorker(PodPorts ports, const PodSettings* settings, PodServices* services, api::Pod pod,
                     CancelToken abandon, Report report)
    : gate_(ports.executor),
      context_{ports,
               settings,
               services,
               pod,
               Recorder(ports.journal, ref_of(pod)),
               [this] { changed_.notify(); },
               std::move(abandon)},
      report_(std::move(report)),
      sandbox_(&context_, &gate_) {
    for (const api::Container& container : context_.pod.spec.containers) {
        slots_.push_back(std::make_unique<ContainerSlot>(&context_, &sandbox_, &gate_, container));
    }
    for (const ObjectRef& object : all_references(context_.pod)) {
        watches_.push_back(ports.objects->watch(object, [this] { objects_changed(); }));
    }
}

void PodWorker::objects_changed() {
    ++context_.objects_version;
    sandbox_.refresh_volumes();
    changed_.notify();
}

void PodWorker::relabel(cri::StringMap labels, cri::StringMap annotations) {
    context_.pod.metadata.labels = std::move(labels);
    context_.pod.metadata.annotations = std::move(annotations);
    objects_changed();
}

Task<void> PodWorker::run() {
    const CancelRegistration on_abandon = context_.abandon.on_cancel([this] { changed_.notify(); });
    warn_about_tcp_hooks(context_);
    while (!context_.abandon.cancelled()) {
        const Plan plan = make_plan(observe());
        act(plan);
        report(plan);
        if (plan.gone) break;
        co_await wait(plan.wake_at);
    }
    co_await gate_.close();
    if (!context_.abandon.cancelled()) context_.recorder.step(StepKind::gone);
}

Task<void> PodWorker::wait(std::optional<MonotonicTime> wake_at) {
    Timer timer;
    if (wake_at) timer = context_.ports.clock->at(*wake_at, [this] { changed_.notify(); });
    co_await changed_.wait();
}

void PodWorker::terminate(Duration grace) {
    const MonotonicTime now = context_.ports.clock->now();
    const MonotonicTime end = now + std::max<Duration>(grace, std::chrono::seconds{1});
    if (context_.end_by && *context_.end_by <= end) return;
    if (!context_.end_by) sandbox_.hurry();
    context_.end_by = end;
    for (const auto& slot : slots_) slot->shorten(end - now);
    changed_.notify();
}

void PodWorker::on_event(const cri::ContainerEvent& event) {
    if (event.type != cri::ContainerEventType::stopped && event.type != cri::ContainerEventType::deleted)
        return;
    if (event.container_id == sandbox_.id()) {
        sandbox_.look_again();
        return;
    }
    for (const auto& slot : slots_) {
        if (event.status) slot->observe(*event.status);
        if (!event.status) slot->look_again(event.container_id);
    }
}

void PodWorker::on_list(const std::vector<cri::Container>& containers,
                        const std::vector<cri::PodSandbox>& sandboxes) {
    for (const auto& slot : slots_) {
        const std::optional<ContainerRecord>& current = slot->view().current;
        if (!current || !current->running()) continue;
        const auto found = std::ranges::find(containers, current->id, &cri::Container::id);
        const bool runs = found != containers.end() && found->state == cri::ContainerState::running;
        if (!runs) slot->look_again(current->id);
    }
    const auto found = std::ranges::find(sandboxes, sandbox_.id(), &cri::PodSandbox::id);
    if (found == sandboxes.end() || found->state != cri::PodSandboxState::ready) sandbox_.look_again();
}

Observation PodWorker::observe() const {
    Observation seen;
    seen.now = context_.ports.clock->now();
    seen.restart_policy = context_.pod.spec.restartPolicy;
    seen.terminating = context_.end_by.has_value();
    seen.sandbox = sandbox_.state();
    seen.sandbox_not_before = sandbox_.not_before();
    for (const auto& slot : slots_) seen.containers.push_back(slot->facts(seen.now));
    return seen;
}

void PodWorker::act(const Plan& plan) {
    for (const Action& action : plan.actions) perform(action);
}

void PodWorker::perform(const Action& action) {
    if (std::holds_alternative<MakeSandbox>(action)) sandbox_.make();
    if (std::holds_alternative<StopSandbox>(action)) sandbox_.stop();
    if (std::holds_alternative<RemoveSandbox>(action)) sandbox_.remove();
    if (const auto* start = std::get_if<StartContainer>(&action)) slots_[start->index]->start();
    if (const auto* interrupt = std::get_if<InterruptStart>(&action))
        slots_[interrupt->index]->interrupt_start();
    if (const auto* wait = std::get_if<ShowBackOff>(&action)) slots_[wait->index]->show_back_off();
    if (const auto* stop = std::get_if<StopContainer>(&action)) {
        ContainerSlot& slot = *slots_[stop->index];
        const Duration grace =
            context_.end_by ? *context_.end_by - context_.ports.clock->now() : grace_of(context_.pod);
        slot.stop(grace, context_.end_by ? "Deleted" : "SandboxChanged",
                  "Stopping container " + slot.spec().name);
    }
}

void PodWorker::report(const Plan& plan) {
    StatusInput input;
    input.pod = &context_.pod;
    for (const auto& slot : slots_) input.containers[slot->spec().name] = slot->view();
    input.terminating = context_.end_by.has_value();
    input.final_ = plan.completed || plan.gone ||
                   (input.terminating && (sandbox_.state() == SandboxState::stopped ||
                                          sandbox_.state() == SandboxState::removing));
    input.sandbox_ready = sandbox_.state() == SandboxState::ready;
    input.pod_ips = sandbox_.ips();
    input.host_ip = context_.settings->host_ip;
    input.runtime_name = context_.settings->runtime_name;
    input.now = context_.ports.clock->wall();
    api::PodStatus status = make_status(input);
    if (status == context_.pod.status) return;
    context_.pod.status = std::move(status);
    report_(context_.pod);
}

}  // namespace hooklet
