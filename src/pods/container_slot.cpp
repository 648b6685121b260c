// SPDX-License-Identifier: Apache-2.0
#include "pods/container_slot.hpp"

#include "api/on_exit.hpp"
#include "pods/back_off_limits.hpp"
#include "pods/container_config.hpp"
#include "pods/container_log.hpp"
#include "pods/leftover.hpp"
#include "pods/names.hpp"
#include "pods/resources.hpp"
#include "pods/stop_cause.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

ContainerSlot::ContainerSlot(PodContext* context, PodSandbox* sandbox, Gate* gate, api::Container spec,
                             Role role)
    : context_(context),
      sandbox_(sandbox),
      gate_(gate),
      spec_(std::move(spec)),
      recorder_(context->recorder.about(spec_.name)),
      back_off_(back_off_limits(context->pod, context->settings->back_off)) {
    view_.role = role;
    view_.policy = restart_policy_of(context->pod.spec, spec_, role);
    // Also when the engine has lost all that it knew of its runs.
    if (const auto restarts = reported_restarts(context->pod.status, spec_.name)) {
        view_.restart_count = *restarts;
        next_restart_count_ = *restarts + 1;
    }
}

void ContainerSlot::update(api::Container spec) {
    const bool other_image = spec.image != spec_.image;
    if (other_image || spec.resources != spec_.resources) {  // with these it has done nothing wrong yet
        back_off_ = BackOff(back_off_limits(context_->pod, context_->settings->back_off));
        back_off_before_.reset();
        not_before_ = {};
    }
    if (other_image) image_.reset();
    spec_ = std::move(spec);
}

ContainerFacts ContainerSlot::facts(MonotonicTime now) const {
    ContainerFacts facts;
    facts.role = view_.role;
    facts.policy = view_.policy;
    facts.current = view_.current;
    facts.image = image_ ? ImageState::ready : ImageState::absent;
    if (pulling_) facts.image = ImageState::pulling;
    facts.starting = starting_.has_value() && !pulling_;
    facts.stopping = stop_ != nullptr;
    facts.awaits_turn = stop_ && stop_->awaits_turn();
    facts.exit_hook = exit_hook_.has_value();
    facts.started = view_.started;
    const std::optional<ProbeType> failed = probes_ ? probes_->failed() : std::nullopt;
    facts.startup_failed = failed == ProbeType::startup;
    facts.liveness_failed = failed == ProbeType::liveness;
    facts.not_before = context_->changed_since(config_failed_at_) ? MonotonicTime{} : not_before_;
    if (!view_.current) return facts;
    facts.definition_changed = view_.current->hash != container_hash(spec_);
    facts.resize = resize_need();
    if (view_.current->exited()) {
        facts.backed_off = back_off_.blocked_until(*view_.current->ended_at, now);
    }
    return facts;
}

ContainerMemory ContainerSlot::memory() const {
    ContainerMemory memory;
    memory.back_off = back_off_.progress();
    if (memory.back_off != BackOffProgress{}) memory.restart_count = backed_off_start_;
    if (back_off_before_ && back_off_before_->progress() != memory.back_off)
        memory.back_off_before = back_off_before_->progress();
    memory.stop = stopping_;
    deliveries_.remember(memory);
    if (!probes_) return memory;
    memory.probed_id = view_.current->id;
    memory.probes = probes_->memory();
    return memory;
}

ResizeNeed ContainerSlot::resize_need() const {
    const bool resizable = view_.role == Role::ordinary || view_.role == Role::sidecar;
    if (!resizable || !view_.current) return ResizeNeed::none;
    if (!view_.current->alive()) {
        const bool is_to_return = stopping_ && stopping_->reason == stop_trigger(StopCause::resize, {});
        return is_to_return ? ResizeNeed::restart : ResizeNeed::none;
    }
    return hooklet::resize_need(view_.current->resources.value_or(spec_.resources), spec_);
}

Task<Status> ContainerSlot::resize() {
    const std::string id = view_.current->id;
    const api::ResourceRequirements given = spec_.resources;
    const cri::LinuxResources limits =
        make_resources(context_->pod, spec_, context_->settings->node_memory_bytes);
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    const Status updated = co_await context_->ports.runtime->update_container_resources(id, limits, call);
    if (!is_current(id) || !view_.current->alive()) co_return Status{};
    if (updated) view_.current->resources = given;
    co_return updated;
}

void ContainerSlot::forget() {
    if (!view_.current) return;
    retire();
    view_.waiting.reset();
    refresh();
}

void ContainerSlot::sandbox_replaced() {
    if (view_.current && !view_.current->exited()) view_.current.reset();
    if (view_.current) view_.current->of_old_sandbox = true;
    if (!back_off_before_) return;
    back_off_ = *std::exchange(back_off_before_, std::nullopt);
    not_before_ = {};
}

void ContainerSlot::retire() {
    stopping_.reset();
    if (view_.previous) gate_->spawn(remove_record(*view_.previous));
    view_.previous = std::exchange(view_.current, std::nullopt);
}

void ContainerSlot::refresh() {
    const bool counts = view_.current && view_.current->running() && view_.current->post_start_done;
    view_.started = counts && (!probes_ || probes_->started());
    view_.ready = counts && (!probes_ || probes_->ready());
}

void ContainerSlot::show_back_off() {
    constexpr const char* reason = "CrashLoopBackOff";
    if (view_.waiting && view_.waiting->reason == reason) return;
    const std::string pod = context_->recorder.pod().description();
    recorder_.event(event::back_off(spec_.name, pod));
    view_.waiting = Waiting{reason, fmt::format("back-off {} restarting failed container={} pod={}",
                                                go_duration(back_off_.delay()), spec_.name, pod)};
    context_->changed();
}

void ContainerSlot::interrupt_start() {
    if (starting_) starting_->cancel({Code::cancelled, "the Pod is being stopped"});
}

void ContainerSlot::stop(const StopContainer& order) {
    view_.current->restart = order.restart;
    begin_stop(grace_for(order.cause),
               stop_trigger(order.cause, context_->end ? context_->end->trigger : std::string()),
               killing_message(order, spec_.name, view_.role), order.ordered);
}

Duration ContainerSlot::grace_for(StopCause cause) const {
    if (cause == StopCause::liveness) return probe_grace(context_->pod, spec_, ProbeType::liveness);
    if (cause == StopCause::startup) return probe_grace(context_->pod, spec_, ProbeType::startup);
    return grace_of(context_->pod);
}

void ContainerSlot::begin_stop(Duration grace, std::string reason, std::string message, bool ordered) {
    // The grace that the end was asked for with counts, shorter or longer than the spec's.
    const MonotonicTime now = context_->ports.clock->now();
    const MonotonicTime grace_end = context_->end_by.value_or(now + std::max(grace, Duration::zero()));
    stopping_ = StopMemory{view_.current->id, grace_end, std::move(reason), ordered, view_.current->restart};
    context_->remember();
    carry_out_stop(std::move(message));
}

void ContainerSlot::carry_out_stop(std::string message) {
    if (!starting_ && post_start_is_due()) gate_->spawn(record_cancelled_post_start());
    if (probes_) probes_->stop_liveness_and_startup();
    StopRequest request;
    request.container_id = stopping_->container_id;
    request.grace = stopping_->grace_end - context_->ports.clock->now();
    request.message = std::move(message);
    request.ordered = stopping_->ordered;
    if (spec_.lifecycle) request.stop_signal = spec_.lifecycle->stopSignal.value_or("");
    if (pre_stop_is_due()) {
        const Duration cap = hook_cap(context_->pod, HookType::pre_stop, request.grace);
        request.pre_stop =
            hook_request(HookType::pre_stop, *spec_.lifecycle->preStop, stopping_->reason, cap);
    }
    const std::string id = request.container_id;
    stop_ = std::make_unique<ContainerStop>(
        ContainerStop::Ports{context_->ports.executor, context_->ports.clock, context_->ports.runtime,
                             &context_->services->hooks},
        std::move(request), recorder_, [this, id] { look_again(id); });
    gate_->spawn(run_stop());
}

void ContainerSlot::allow_term() {
    if (!stop_) return;
    stop_->allow_term();
    stopping_->ordered = false;
}

Task<void> ContainerSlot::run_stop() {
    co_await stop_->run(context_->abandon);
    stop_.reset();
    // That it is replaced is remembered until it is.
    if (!view_.current || !view_.current->restart) stopping_.reset();
    context_->changed();
}

void ContainerSlot::shorten(Duration grace) {
    if (stop_) {
        stop_->shorten(grace);
        stopping_->grace_end = std::min(stopping_->grace_end, context_->ports.clock->now() + grace);
    }
    if (exit_hook_) limit_exit_hook(grace);
}

void ContainerSlot::observe(const cri::ContainerStatus& status) {
    if (exit_command_) exit_command_->observe(status);
    if (!is_current(status.id) || view_.current->exited()) return;
    ContainerRecord& record = *view_.current;
    record.state = status.state;
    if (record.started_at == WallTime{}) record.started_at = status.started_at;
    if (!status.image_ref.empty()) record.image_ref = status.image_ref;
    if (status.state == cri::ContainerState::unknown && stop_) mark_lost();
    if (status.state != cri::ContainerState::exited) return;
    record.finished_at = status.finished_at;
    // It ended while its start was still on its way here.
    if (record.finished_at < record.started_at) record.started_at = status.started_at;
    record.exit_code = status.exit_code;
    record.reason = status.reason;
    record.message = context_->without_secrets(status.message);
    add_termination_message(record);
    // Both times are the engine's.
    const bool has_run = status.started_at != WallTime{};
    mark_exited(record, has_run ? status.finished_at - status.started_at : Duration::zero());
}

void ContainerSlot::observe_end(const std::string& id) {
    if (is_current(id)) {
        if (view_.current->ended_at) return;
        mark_ended(*view_.current);
        context_->changed();
    }
    look_again(id);
}

void ContainerSlot::observe_success(const std::string& id) {
    // An on-exit hook is told what the record says, and those behind it wait for the hook.
    if (!is_current(id) || api::on_exit_hook(context_->pod, spec_.name)) return;
    view_.current->told_success = true;
    context_->changed();
}

void ContainerSlot::mark_ended(ContainerRecord& record) {
    if (record.ended_at) return;
    record.ended_at = context_->ports.clock->now();
    if (starting_) starting_->cancel({Code::cancelled, "the container has ended"});
    if (stop_) stop_->container_exited();
    stop_probes();
}

void ContainerSlot::mark_exited(ContainerRecord& record, Duration ran) {
    record.state = cri::ContainerState::exited;
    mark_ended(record);
    LifecycleStep step;
    step.step = StepKind::exited;
    step.at = context_->ports.clock->wall() - (context_->ports.clock->now() - *record.ended_at);
    step.container_id = record.id;
    step.exit_code = record.exit_code;
    step.detail = exit_text(record.reason, record.message);
    step.took = ran;
    recorder_.step(std::move(step));
    begin_exit_hook();
    refresh();
    context_->changed();
}

void ContainerSlot::mark_lost() {
    ContainerRecord& record = *view_.current;
    record.exit_code = 137;
    record.reason = "ContainerStatusUnknown";
    record.message = "The container could not be located when the pod was terminated";
    mark_exited(record, Duration::zero());
}

void ContainerSlot::look_again(const std::string& id) {
    if (is_current(id) && !view_.current->exited()) gate_->spawn(learn(id));
    if (exit_command_ && exit_command_->container_id() == id) gate_->spawn(learn_exit_command(id));
}

void ContainerSlot::on_list(const std::vector<cri::Container>& containers) {
    const auto runs = [&](const std::string& id) {
        const auto found = std::ranges::find(containers, id, &cri::Container::id);
        return found != containers.end() && found->state == cri::ContainerState::running;
    };
    if (view_.current && view_.current->running() && !runs(view_.current->id)) look_again(view_.current->id);
    if (!exit_command_ || exit_command_->container_id().empty()) return;
    if (!runs(exit_command_->container_id())) look_again(exit_command_->container_id());
}

void ContainerSlot::count_as_running() {
    view_.current->post_start_done = true;
    recorder_.step(StepKind::running);
    begin_probes({});
}

void ContainerSlot::begin_probes(const ProbesMemory& memory) {
    const bool is_probed = view_.role == Role::sidecar || view_.role == Role::ordinary;
    if (is_probed && has_probe(spec_)) {
        const PodPorts& ports = context_->ports;
        const auto changed = [this] {
            refresh();
            context_->changed();
        };
        probes_ = std::make_unique<ContainerProbes>(
            ContainerProbes::Ports{ports.executor, {ports.clock, ports.runtime, ports.network}},
            ProbeTarget{spec_, view_.current->id, address()}, running_since_, recorder_, changed, memory);
        probes_->start();
    }
    refresh();
}

void ContainerSlot::stop_probes() {
    if (probes_) gate_->spawn(end_probes(std::move(probes_)));
}

Task<void> ContainerSlot::end_probes(std::unique_ptr<ContainerProbes> probes) {
    co_await probes->stop();
}

Task<void> ContainerSlot::remove_record(ContainerRecord record) {
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    // One that stays goes with the sandbox.
    (void)co_await context_->ports.runtime->remove_container(record.id, call);
    (void)context_->ports.files->remove_file(log_link(record));
}

void ContainerSlot::add_termination_message(ContainerRecord& record) const {
    const std::string left = termination_message(record);
    if (!left.empty()) record.message += (record.message.empty() ? "" : ": ") + left;
}

std::string ContainerSlot::termination_message(const ContainerRecord& record) const {
    constexpr std::size_t file_limit = 4096;
    if (termination_message_file_.empty()) return {};
    // A message that can't be read must not hide how the container ended.
    std::string text = context_->ports.files->read_tail(termination_message_file_, file_limit).value_or("");
    const bool from_log = text.empty() && spec_.terminationMessagePolicy == "FallbackToLogsOnError" &&
                          record.exit_code != 0 && record.reason != "ContainerCannotRun";
    if (!from_log) return text;
    return fallback_message(
        context_->ports.files->read_tail(log_file(record), fallback_read_limit).value_or(""));
}

std::string ContainerSlot::log_file(const ContainerRecord& record) const {
    return sandbox_->config().log_directory + "/" + container_log_path(spec_.name, record.restart_count);
}

std::string ContainerSlot::log_link(const ContainerRecord& record) const {
    return context_->settings->container_log_directory + "/" +
           log_link_name(context_->pod, spec_.name, record.id);
}

std::string ContainerSlot::address() const {
    if (context_->pod.spec.hostNetwork) return context_->settings->host_ip;
    return sandbox_->ips().empty() ? std::string() : sandbox_->ips().front();
}

HookRequest ContainerSlot::hook_request(HookType hook, const api::LifecycleHandler& handler,
                                        std::string reason, Duration cap) {
    HookRequest request;
    request.hook = hook;
    request.handler = handler;
    request.pod = context_->recorder.pod();
    request.container = spec_;
    request.container_id = view_.current->id;
    request.host = address();
    request.reason = std::move(reason);
    request.pass_reason = passes_reason(context_->pod);
    request.cap = cap;
    request.at_most_once = is_at_most_once(context_->pod);
    request.abandon = context_->abandon;
    request.again = deliveries_.begin(request.container_id, hook, context_->now());
    context_->changed();
    return request;
}

}  // namespace hooklet
