// SPDX-License-Identifier: Apache-2.0
// A container's end and what follows it: the part of ContainerSlot that learns of it, and the on-exit hook.
#include "api/on_exit.hpp"
#include "pods/container_slot.hpp"

namespace hooklet {

namespace {

constexpr Duration first_retry = std::chrono::milliseconds{50};
constexpr Duration slowest_retry = std::chrono::seconds{10};
/// What an exit code above 128 says: a signal ended the process.
constexpr std::int32_t signal_base = 128;
/// The least that a hook gets when its Pod's grace is spent.
constexpr Duration least_exit_hook_time = std::chrono::seconds{2};

HookFacts facts_of(const ContainerRecord& record) {
    const std::int32_t signal = record.exit_code > signal_base ? record.exit_code - signal_base : 0;
    return {{"EXIT_CODE", std::to_string(record.exit_code)},
            {"EXIT_SIGNAL", std::to_string(signal)},
            {"EXIT_REASON", record.reason},
            {"CONTAINER_ID", record.id}};
}

}  // namespace

void ContainerSlot::begin_exit_hook() {
    const ContainerRecord& record = *view_.current;
    const std::optional<api::LifecycleHandler> handler = api::on_exit_hook(context_->pod, spec_.name);
    const bool has_run = record.started_at != WallTime{} && record.reason != "StartError";
    if (!handler || !has_run || context_->abandon.cancelled()) return;
    // A command that goes on is awaited, whatever the Pod wants to be repeated.
    const bool at_most_once = is_at_most_once(context_->pod) && !left_exit_command_;
    if (deliveries_.done(record.id, HookType::on_exit, at_most_once) != nullptr) return;
    const Duration cap = hook_cap(context_->pod, HookType::on_exit, default_on_exit_cap);
    HookRequest request = hook_request(HookType::on_exit, *handler, record.reason, cap);
    request.facts = facts_of(record);
    exit_hook_.emplace(context_->abandon);
    if (context_->end_by) limit_exit_hook(*context_->end_by - context_->ports.clock->now());
    gate_->spawn(run_exit_hook(std::move(request)));
}

Task<void> ContainerSlot::restore_config() {
    const CancelToken cancel = exit_hook_->token();
    const Call call = context_->ports.clock->call_within(engine_call_limit, cancel);
    const auto image = co_await context_->ports.runtime->image_status(view_.current->image_ref, call);
    const ObjectSnapshot objects = co_await read_references(cancel);
    if (!image || !*image) co_return;
    const ReadyImage ready{(*image)->id, **image};
    const std::string message_file = termination_message_file_;
    const auto made = make_config(ready, objects);
    termination_message_file_ = message_file;
    if (!made) co_return;
    config_ = *made;
    config_->metadata.attempt = view_.current->restart_count;
}

Task<void> ContainerSlot::run_exit_hook(HookRequest request) {
    const MonotonicTime begun = context_->ports.clock->now();
    if (!config_ && request.handler.exec) co_await restore_config();
    if (config_) {
        exit_command_ = std::make_unique<ExitCommand>(context_, sandbox_->id(), sandbox_->config(), *config_);
        request.runner = exit_command_.get();
        if (left_exit_command_) exit_command_->adopt(*std::exchange(left_exit_command_, std::nullopt));
    }
    const HookResult result = co_await context_->services->hooks.run(std::move(request), exit_hook_->token());
    const Duration took = context_->ports.clock->now() - begun;
    if (result.outcome == HookOutcome::failed) recorder_.event(event::on_exit_failed(result.cause));
    if (result.outcome == HookOutcome::timed_out) recorder_.event(event::on_exit_timed_out(took));
    exit_command_.reset();
    exit_hook_.reset();
    exit_hook_limit_ = {};
    context_->changed();
}

Task<void> ContainerSlot::learn_exit_command(std::string id) {
    // The record lags behind the end.
    for (unsigned looks = 0; exit_command_ && exit_command_->container_id() == id; ++looks) {
        const Call call = context_->ports.clock->call_within(engine_call_limit, exit_hook_->token());
        const Result<cri::ContainerStatus> status =
            co_await context_->ports.runtime->container_status(id, call);
        if (!status || !exit_command_) co_return;
        exit_command_->observe(*status);
        if (status->state == cri::ContainerState::exited) co_return;
        const Duration delay = lag_delay(looks);
        (void)co_await sleep_until(context_->ports.clock,
                                   context_->ports.clock->call_within(delay, call.cancel));
    }
}

void ContainerSlot::limit_exit_hook(Duration grace) {
    const MonotonicTime until = context_->ports.clock->now() + std::max(grace, least_exit_hook_time);
    exit_hook_limit_ = context_->ports.clock->at(until, [this] {
        if (exit_hook_) exit_hook_->cancel({Code::deadline, "the grace period is over"});
    });
}

Task<void> ContainerSlot::learn(std::string id) {
    unsigned looks = 0;
    unsigned failures = 0;
    while (is_current(id) && !view_.current->exited() && !context_->abandon.cancelled()) {
        const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
        const Result<cri::ContainerStatus> status =
            co_await context_->ports.runtime->container_status(id, call);
        if (status) observe(*status);
        if (status && is_current(id) && !view_.current->ended_at) co_return;
        if (!status && status.error().code == Code::not_found && is_current(id)) {
            mark_lost();
            co_return;
        }
        if (!status) context_->tell_unknown(status.error(), failures);
        const Duration delay =
            status ? lag_delay(looks++) : retry_delay(failures++, first_retry, slowest_retry);
        (void)co_await sleep_until(context_->ports.clock,
                                   context_->ports.clock->call_within(delay, context_->abandon));
    }
}

}  // namespace hooklet
