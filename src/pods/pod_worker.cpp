// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_worker.hpp"

#include "api/containers.hpp"
#include "pods/names.hpp"
#include "status/conditions.hpp"
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
               std::move(abandon),
               [this] { remember(); }},
      report_(std::move(report)),
      sandbox_(&context_, &gate_),
      resize_(&context_, &gate_, &slots_) {
    const api::PodSpec& spec = context_.pod.spec;
    for (const api::Container& container : spec.initContainers) {
        add_slot(container, api::is_sidecar(container) ? Role::sidecar : Role::init);
    }
    for (const api::Container& container : spec.containers) add_slot(container, Role::ordinary);
    for (const api::Container& container : spec.ephemeralContainers) add_slot(container, Role::ephemeral);
    for (const ObjectRef& object : all_references(context_.pod)) {
        watches_.push_back(ports.objects->watch(object, [this] { objects_changed(); }));
    }
}

void PodWorker::add_slot(const api::Container& spec, Role role) {
    slots_.push_back(std::make_unique<ContainerSlot>(&context_, &sandbox_, &gate_, spec, role));
}

void PodWorker::take_over(const Leftover& leftover) {
    const PodMemory& memory = leftover.memory;
    context_.ports.journal->hidden().add(context_.pod.metadata.uid, leftover.hidden_values);
    if (memory.end) {
        context_.end = memory.end;
        context_.end_by = memory.end_by.value_or(context_.ports.clock->now());
        context_.deleted = memory.deleted;
    }
    active_since_ = memory.active_since;
    deletion_grace_ = memory.deletion_grace;
    deletion_taken_over_ = memory.end_by && memory.deletion_grace;
    context_.services->images.resume(context_.pod.metadata.uid, memory.images);
    if (leftover.sandbox) sandbox_.take_over(*leftover.sandbox);
    resize_.take_over();
    for (const auto& slot : slots_) slot->take_over(leftover.of(slot->spec().name));
}

PodMemory PodWorker::memory() const {
    PodMemory memory{context_.end, context_.end_by, context_.deleted, deletion_grace_, active_since_, {}, {}};
    for (const auto& slot : slots_) {
        ContainerMemory known = slot->memory();
        if (known != ContainerMemory{}) memory.containers.emplace(slot->spec().name, std::move(known));
    }
    memory.images = context_.services->images.failures(context_.pod.metadata.uid);
    return memory;
}

void PodWorker::remember() {
    if (context_.abandon.cancelled() || sandbox_.state() == SandboxState::absent) return;
    remember_hidden_values();
    const std::string& uid = context_.pod.metadata.uid;
    std::string text = write_memory(memory(), context_.settings->boot_id);
    if (text == remembered_) return;
    // One that can't be written is tried again with the next change.
    const std::string path = memory_file(context_.settings->pods_directory, uid);
    if (context_.ports.files->write_file(path, text, 0600)) remembered_ = std::move(text);
}

void PodWorker::remember_hidden_values() {
    const std::string& uid = context_.pod.metadata.uid;
    const HiddenValues& hidden = context_.ports.journal->hidden();
    const std::size_t count = hidden.count(uid);
    if (count == remembered_hidden_) return;
    const std::string path = hidden_values_file(context_.settings->pods_directory, uid);
    if (context_.ports.files->write_file(path, write_hidden_values(hidden.of(uid)), 0600))
        remembered_hidden_ = count;
}

void PodWorker::objects_changed() {
    ++context_.objects_version;
    sandbox_.refresh_volumes();
    changed_.notify();
}

Task<void> PodWorker::run() {
    const CancelRegistration on_abandon = context_.abandon.on_cancel([this] { changed_.notify(); });
    warn_about_tcp_hooks(context_);
    while (!context_.abandon.cancelled()) {
        const Plan plan = make_plan(observe());
        act(plan);
        if (plan.completed && sandbox_.state() == SandboxState::stopped) sandbox_.release_volumes();
        remember();
        report(plan);
        if (plan.gone) break;
        co_await wait(plan.wake_at);
    }
    for (const auto& slot : slots_) slot->stop_probes();
    co_await gate_.close();
    context_.services->images.forget(context_.pod.metadata.uid);
    context_.ports.journal->hidden().forget(context_.pod.metadata.uid);
    if (!context_.abandon.cancelled()) context_.recorder.step(StepKind::gone);
}

Task<void> PodWorker::wait(std::optional<MonotonicTime> wake_at) {
    Timer timer;
    if (wake_at) timer = context_.ports.clock->at(*wake_at, [this] { changed_.notify(); });
    co_await changed_.wait();
}

void PodWorker::end(PodEnd why, Duration grace) {
    const MonotonicTime now = context_.ports.clock->now();
    const MonotonicTime end = now + std::max(grace, least_grace);
    changed_.notify();
    if (context_.end_by && *context_.end_by <= end) return;
    if (!context_.end) {
        sandbox_.hurry();
        if (why.told)
            context_.recorder.event(event::node_decision(why.reason, why.message, why.event_annotations));
        context_.end = std::move(why);
    }
    context_.end_by = end;
    for (const auto& slot : slots_) slot->shorten(end - now);
}

void PodWorker::remove(Duration grace) {
    context_.deleted = true;
    // What is left by the clock on the wall may be wrong; unless more haste is asked for, the end is known.
    const auto& asked = context_.pod.metadata.deletionGracePeriodSeconds;
    const bool known = asked && deletion_grace_ == std::chrono::seconds{*asked};
    if (std::exchange(deletion_taken_over_, false) && known) return;
    deletion_grace_ = grace;
    end(PodEnd{}, grace);
}

void PodWorker::update(api::Pod pod) {
    const std::vector<api::PodCondition> theirs = std::move(pod.status.conditions);
    pod.status = std::move(context_.pod.status);
    pod.status.conditions = with_foreign_conditions(pod.status.conditions, theirs);
    const api::PodSpec asked = pod.spec;
    take_resources(pod.spec, context_.pod.spec);
    context_.pod = std::move(pod);
    resize_.want(asked);
    hand_out();
}

void PodWorker::resize(const ResizeVerdict& verdict) {
    if (verdict.kind != ResizeVerdict::Kind::fits) {
        resize_.refuse(verdict);
        return;
    }
    resize_.grant();
    sandbox_.write_object();
    hand_out();
}

void PodWorker::hand_out() {
    const api::PodSpec& spec = context_.pod.spec;
    const auto tell = [this](const api::Container& container) {
        const auto found = std::ranges::find(
            slots_, container.name, [](const auto& slot) -> const auto& { return slot->spec().name; });
        if (found != slots_.end()) (*found)->update(container);
        return found != slots_.end();
    };
    for (const api::Container& container : spec.initContainers) tell(container);
    for (const api::Container& container : spec.containers) tell(container);
    for (const api::Container& container : spec.ephemeralContainers) {
        if (!tell(container)) add_slot(container, Role::ephemeral);
    }
    objects_changed();
}

void PodWorker::on_event(const cri::ContainerEvent& event) {
    if (event.type == cri::ContainerEventType::created || event.type == cri::ContainerEventType::started)
        return;
    if (event.container_id == sandbox_.id()) {
        sandbox_.look_again();
        return;
    }
    for (const auto& slot : slots_) {
        if (event.status) {
            slot->observe(*event.status);
        } else if (event.type == cri::ContainerEventType::stopped) {
            slot->observe_end(event.container_id);
        } else if (event.type == cri::ContainerEventType::succeeded) {
            slot->observe_success(event.container_id);
        } else {
            slot->look_again(event.container_id);
        }
    }
}

void PodWorker::on_list(const std::vector<cri::Container>& containers,
                        const std::vector<cri::PodSandbox>& sandboxes) {
    for (const auto& slot : slots_) slot->on_list(containers);
    const auto found = std::ranges::find(sandboxes, sandbox_.id(), &cri::PodSandbox::id);
    if (found == sandboxes.end() || found->state != cri::PodSandboxState::ready) sandbox_.look_again();
}

Observation PodWorker::observe() {
    Observation seen;
    seen.now = context_.ports.clock->now();
    seen.ending = context_.end.has_value();
    seen.deleted = context_.deleted;
    seen.sandbox = sandbox_.state();
    seen.sandbox_not_before = sandbox_.not_before();
    seen.deadline = active_deadline();
    for (const auto& slot : slots_) seen.containers.push_back(slot->facts(seen.now));
    resize_.observe(seen);
    return seen;
}

std::optional<MonotonicTime> PodWorker::active_deadline() {
    const auto& limit = context_.pod.spec.activeDeadlineSeconds;
    const auto& start = context_.pod.status.startTime;
    if (!limit || !start) return std::nullopt;
    // The clock on the wall is asked once: it may jump.
    if (!active_since_) active_since_ = context_.now().of(start->wall());
    return *active_since_ + std::chrono::seconds{*limit};
}

void PodWorker::act(const Plan& plan) {
    for (const Action& action : plan.actions) {
        std::visit([this](const auto& chosen) { perform(chosen); }, action);
    }
}

void PodWorker::perform(const MakeSandbox&) {
    // Init containers run again in a new sandbox.
    for (const auto& slot : slots_) {
        slot->sandbox_replaced();
        if (slot->view().role == Role::init || slot->view().role == Role::sidecar) slot->forget();
    }
    sandbox_.make();
}

void PodWorker::perform(const StopSandbox&) {
    sandbox_.stop();
}

void PodWorker::perform(const RemoveSandbox&) {
    sandbox_.remove();
}

void PodWorker::perform(const ExpirePod&) {
    const event::Text text = event::deadline_exceeded();
    context_.recorder.event(text);
    end({.trigger = text.reason, .reason = text.reason, .message = text.message}, grace_of(context_.pod));
}

void PodWorker::perform(const PullImage& action) {
    slots_[action.index]->pull();
}

void PodWorker::perform(const StartContainer& action) {
    slots_[action.index]->start();
}

void PodWorker::perform(const StopContainer& action) {
    if (action.cause == StopCause::sandbox_changed) sandbox_.tell_changed();
    slots_[action.index]->stop(action);
}

void PodWorker::perform(const AllowTerm& action) {
    slots_[action.index]->allow_term();
}

void PodWorker::perform(const InterruptStart& action) {
    slots_[action.index]->interrupt_start();
}

void PodWorker::perform(const ResizePod&) {
    resize_.begin();
}

void PodWorker::perform(const ShowBackOff& action) {
    slots_[action.index]->show_back_off();
}

void PodWorker::report(const Plan& plan) {
    StatusInput input;
    input.pod = &context_.pod;
    for (const auto& slot : slots_) input.containers[slot->spec().name] = slot->view();
    input.resize = resize_.progress();
    input.end = context_.end;
    input.final_ = plan.completed;
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
