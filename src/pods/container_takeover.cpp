// SPDX-License-Identifier: Apache-2.0
// What an earlier agent started: the part of ContainerSlot that goes on with it.
#include "pods/container_config.hpp"
#include "pods/container_slot.hpp"
#include "pods/leftover.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

void ContainerSlot::take_over(const ContainerLeftover& left) {
    deliveries_.take_over(left);
    take_over_back_off(left);
    take_over_records(left.records);
    if (!view_.current) return;
    ContainerRecord& record = *view_.current;
    const bool was_stopping = left.memory.stop && left.memory.stop->container_id == record.id;
    if (was_stopping) record.restart = left.memory.stop->restart;
    if (record.exited()) {
        if (record.restart) stopping_ = left.memory.stop;
        add_termination_message(record);
        left_exit_command_ = left.exit_command;
        begin_exit_hook();
    } else if (record.running()) {
        take_over_running(left, was_stopping);
    }
}

void ContainerSlot::take_over_back_off(const ContainerLeftover& left) {
    const ContainerMemory& memory = left.memory;
    const bool begun = std::ranges::any_of(left.records, [&memory](const cri::ContainerStatus& record) {
        return record.metadata.attempt >= memory.restart_count &&
               record.state != cri::ContainerState::created;
    });
    back_off_.resume(begun ? memory.back_off : memory.back_off_before.value_or(memory.back_off));
    backed_off_start_ = memory.restart_count;
}

void ContainerSlot::take_over_records(std::vector<cri::ContainerStatus> records) {
    std::optional<std::uint32_t> to_be_made_again;
    if (!records.empty() && records.back().state == cri::ContainerState::created) {
        unstarted_ = records.back().id;
        to_be_made_again = records.back().metadata.attempt;
        records.pop_back();
    }
    if (records.size() > 1) view_.previous = record_of(records[records.size() - 2], context_->now());
    if (!records.empty()) {
        const cri::ContainerStatus& newest = records.back();
        view_.current = record_of(newest, context_->now());
        view_.current->message = context_->without_secrets(newest.message);
        keep_reported_start(*view_.current);
        // An engine has its own way to write names.
        if (view_.current->hash == container_hash(spec_)) view_.current->image = spec_.image;
        view_.current->resources =
            reported_resources(context_->pod.status, spec_.name, newest.id).value_or(spec_.resources);
        view_.restart_count = view_.current->restart_count;
        next_restart_count_ = view_.current->restart_count + 1;
        const auto file = newest.annotations.find(termination_file_annotation);
        if (file != newest.annotations.end()) termination_message_file_ = file->second;
    }
    if (to_be_made_again) next_restart_count_ = *to_be_made_again;
}

/// The engine's time is a little earlier than the agent's, which was reported: by a second at times, in whole
/// seconds.
void ContainerSlot::keep_reported_start(ContainerRecord& record) const {
    const auto reported = reported_start(context_->pod.status, spec_.name, record.id);
    if (reported && *reported != std::chrono::floor<std::chrono::seconds>(record.started_at))
        record.started_at = *reported;
}

void ContainerSlot::take_over_running(const ContainerLeftover& left, bool was_stopping) {
    ContainerRecord& record = *view_.current;
    running_since_ = context_->now().of(record.started_at);
    ReportedRun run = reported_run(context_->pod.status, spec_.name, record.id);
    const HookAttempt* post_start = delivered(HookType::post_start);
    const bool has_hook = spec_.lifecycle && spec_.lifecycle->postStart;
    record.post_start_done =
        run.running || !has_hook || (post_start != nullptr && earlier_result(*post_start).ok());
    if (record.post_start_done) {
        begin_probes(left.memory.probed_id == record.id ? left.memory.probes : run.probes);
    } else if (!was_stopping) {
        starting_.emplace(context_->abandon);
    }
    if (was_stopping) {
        stopping_ = left.memory.stop;
        // A hook that is due is delivered, even if the grace was over before there was an agent again.
        if (pre_stop_is_due())
            stopping_->grace_end = std::max(stopping_->grace_end, context_->ports.clock->now() + least_grace);
        carry_out_stop({});
    }
    gate_->spawn(resume(record.id));
}

const HookAttempt* ContainerSlot::delivered(HookType hook) const {
    return deliveries_.done(view_.current->id, hook, is_at_most_once(context_->pod));
}

bool ContainerSlot::pre_stop_is_due() const {
    return spec_.lifecycle && spec_.lifecycle->preStop && delivered(HookType::pre_stop) == nullptr;
}

bool ContainerSlot::post_start_is_due() const {
    const ContainerRecord& record = *view_.current;
    const bool has_hook = spec_.lifecycle && spec_.lifecycle->postStart;
    if (!has_hook || record.post_start_done || record.state == cri::ContainerState::created) return false;
    return !deliveries_.has_begun(record.id, HookType::post_start);
}

Task<void> ContainerSlot::resume(std::string id) {
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    // Should this fail, the re-list sees its end.
    (void)co_await context_->ports.runtime->watch_container(id, call);
    co_await learn(id);
    // For what they keep from being recorded.
    (void)co_await read_references(context_->abandon);
    if (!starting_) co_return;
    co_await run_post_start(starting_->token());
    starting_.reset();
    context_->changed();
}

}  // namespace hooklet
