// SPDX-License-Identifier: Apache-2.0
// What an earlier agent started: the part of ContainerSlot that goes on with it.
#include "pods/container_slot.hpp"
#include "pods/leftover.hpp"

namespace hooklet {

void ContainerSlot::take_over(const std::vector<cri::ContainerStatus>& records) {
    const api::PodStatus& reported = context_->pod.status;
    if (const auto restarts = reported_restarts(reported, spec_.name)) {
        view_.restart_count = *restarts;
        next_restart_count_ = *restarts + 1;
    }
    if (records.empty()) return;
    const Now now{context_->ports.clock->now(), context_->ports.clock->wall()};
    if (records.size() > 1) view_.previous = record_of(records[records.size() - 2], now);
    const cri::ContainerStatus& newest = records.back();
    view_.current = record_of(newest, now);
    ContainerRecord& record = *view_.current;
    record.resources = reported_resources(reported, spec_.name, record.id).value_or(spec_.resources);
    view_.restart_count = record.restart_count;
    next_restart_count_ = record.restart_count + 1;
    const auto file = newest.annotations.find(termination_file_annotation);
    if (file != newest.annotations.end()) termination_message_file_ = file->second;
    if (record.exited()) add_termination_message(record);
    if (!record.running()) return;
    running_since_ = now.of(record.started_at);
    const ReportedRun run = reported_run(reported, spec_.name, record.id);
    const bool has_hook = spec_.lifecycle && spec_.lifecycle->postStart;
    record.post_start_done = run.running || !has_hook;
    if (record.post_start_done) {
        begin_probes(run.probes);
    } else {
        starting_.emplace(context_->abandon);
    }
    gate_->spawn(resume(record.id));
}

Task<void> ContainerSlot::resume(std::string id) {
    const Call call = context_->ports.clock->call_within(engine_call_limit, context_->abandon);
    // Should this fail, the re-list sees its end.
    (void)co_await context_->ports.runtime->watch_container(id, call);
    co_await learn(id);
    if (!starting_) co_return;
    co_await run_post_start(starting_->token());
    starting_.reset();
    context_->changed();
}

}  // namespace hooklet
