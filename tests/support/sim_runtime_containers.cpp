// SPDX-License-Identifier: Apache-2.0
#include "support/sim_runtime.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;
using cri::ContainerEventType;

namespace {

constexpr Latency create{5ms, 30ms};
constexpr Latency start{15ms, 60ms};
constexpr Latency exec_call{2ms, 15ms};

std::vector<cri::Container> list(const SimEngine& engine, const cri::Filter& filter) {
    std::vector<cri::Container> out;
    for (const auto& [id, c] : engine.containers()) {
        if (!selected(filter, c.config.labels)) continue;
        const auto state = c.runs_on_record() ? cri::ContainerState::running : c.state;
        out.push_back({id, c.sandbox_id, c.config.metadata, state, c.created_at, c.config.labels,
                       c.config.annotations, c.config.image, c.image_id});
    }
    return out;
}

/// Every container keeps a quarter of a cpu busy.
std::vector<cri::ContainerStats> stats(const SimEngine& engine, const cri::Filter& filter, WallTime now) {
    std::vector<cri::ContainerStats> out;
    for (const auto& [id, c] : engine.containers()) {
        if (!selected(filter, c.config.labels) || c.state != cri::ContainerState::running) continue;
        out.push_back({.container_id = id,
                       .cpu_time = (now - c.started_at) / 4,
                       .cpu_read_at = now.time_since_epoch(),
                       .working_set_bytes = c.working_set_bytes,
                       .writable_layer = c.writable_layer});
    }
    return out;
}

Result<cri::ContainerStatus> status_of(const SimEngine& engine, const std::string& id) {
    const auto found = engine.containers().find(id);
    if (found == engine.containers().end()) return std::unexpected(engine.unknown("container", id));
    return engine.status_of(found->second);
}

}  // namespace

void SimRuntime::emit(ContainerEventType type, const SimContainer& container) {
    const bool told_to_all = options_.all_events || type == ContainerEventType::succeeded;
    const bool watched = type == ContainerEventType::stopped && watched_.contains(container.id);
    if (!told_to_all && !watched) return;
    cri::ContainerEvent event{type, container.id, container.sandbox_id, clock()->now(), std::nullopt};
    if (!container.recording) event.status = engine_->status_of(container);
    events_.emit(std::move(event));
}

void SimRuntime::watch(const std::string& id) {
    const bool is_new = watched_.insert(id).second;
    const auto found = engine_->containers().find(id);
    // It may have ended before anybody watched.
    if (is_new && found != engine_->containers().end() &&
        found->second.state == cri::ContainerState::exited) {
        emit(ContainerEventType::stopped, found->second);
    }
}

void SimRuntime::disconnect() {
    events_.disconnect();
    watched_.clear();
}

void SimRuntime::on_event(std::function<void(cri::ContainerEvent)> listener) {
    events_.on_event(std::move(listener));
}

Task<Result<std::string>> SimRuntime::create_container(std::string sandbox_id, cri::ContainerConfig config,
                                                       cri::PodSandboxConfig sandbox_config, Call call) {
    const auto passage = co_await wire_.request("create_container", create, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::string> id = engine_->create(sandbox_id, std::move(config), sandbox_config);
    if (id) emit(ContainerEventType::created, engine_->containers().at(*id));
    co_return co_await wire_.answer(*passage, call, std::move(id));
}

Task<Status> SimRuntime::start_container(std::string id, Call call) {
    const auto passage = co_await wire_.request("start_container", start, call);
    if (!passage) co_return std::unexpected(passage.error());
    const Status started = engine_->start(id);
    if (started) emit(ContainerEventType::started, engine_->containers().at(id));
    const Status answered = co_await wire_.answer(*passage, call, started);
    // As the production adapter: it watches what it knows to have been started.
    if (answered) watch(id);
    if (started && !answered) engine_->note_unanswered_start(id);
    co_return answered;
}

Task<Status> SimRuntime::stop_container(std::string id, Duration timeout, Call call) {
    const auto passage = co_await wire_.request("stop_container", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Promise<Status> over;
    // Lives as long as the call: an engine forgets to kill when its caller goes away.
    Timer kill = engine_->stop(id, std::chrono::ceil<std::chrono::seconds>(timeout), over);
    const Timer cut = wire_.cut(*passage, over);
    const Status stopped = co_await bounded(clock(), over, call);
    kill = Timer{};
    co_return co_await wire_.answer(*passage, call, stopped);
}

Task<Status> SimRuntime::signal_container(std::string id, std::string signal, Call call) {
    const auto passage = co_await wire_.request("signal_container", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const Status sent = engine_->signal(id, signal);
    co_return co_await wire_.answer(*passage, call, sent);
}

Task<Status> SimRuntime::remove_container(std::string id, Call call) {
    const auto passage = co_await wire_.request("remove_container", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Promise<Status> over;
    engine_->remove(id, over);
    const Status removed = co_await bounded(clock(), over, call);
    co_return co_await wire_.answer(*passage, call, removed);
}

Task<Result<std::vector<cri::Container>>> SimRuntime::list_containers(cri::Filter filter, Call call) {
    const auto passage = co_await wire_.request("list_containers", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::vector<cri::Container>> found = list(*engine_, filter);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Result<cri::ContainerStatus>> SimRuntime::container_status(std::string id, Call call) {
    const auto passage = co_await wire_.request("container_status", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<cri::ContainerStatus> found = status_of(*engine_, id);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Result<cri::ExecSyncResponse>> SimRuntime::exec_sync(cri::ExecSyncRequest request, Call call) {
    const auto passage = co_await wire_.request("exec_sync", exec_call, call);
    if (!passage) {
        if (!wire_.severed()) engine_->note_refused_exec(request);
        co_return std::unexpected(passage.error());
    }
    const Promise<Result<cri::ExecSyncResponse>> over;
    const std::uint64_t number = engine_->exec(request, over);
    co_return co_await exec_end(std::move(request), number, *passage, over, call);
}

Task<Result<cri::ExecSyncResponse>> SimRuntime::await_exec(cri::AwaitExecRequest request, Call call) {
    // Also what is to be ended at once has to be found first.
    const auto passage = co_await wire_.request("await_exec", quick_call, clock()->call_within(2s));
    if (!passage) co_return std::unexpected(passage.error());
    cri::ExecSyncRequest named{
        request.exec.container_id, {"(awaited)"}, 0, request.exec.exec_id, request.leave};
    const Promise<Result<cri::ExecSyncResponse>> over;
    const std::uint64_t number = engine_->await_exec(named, over);
    co_return co_await exec_end(std::move(named), number, *passage, over, call);
}

Task<Result<cri::ExecSyncResponse>> SimRuntime::exec_end(cri::ExecSyncRequest request, std::uint64_t number,
                                                         Passage passage,
                                                         Promise<Result<cri::ExecSyncResponse>> over,
                                                         Call call) {
    const bool named = engine_->keeps_commands() && !request.exec_id.empty();
    const Timer cut = wire_.cut(passage, over);
    Result<cri::ExecSyncResponse> response = co_await bounded(clock(), over, call);
    const bool lost = !response && response.error().code == Code::unavailable;
    const bool left = named && (lost || wire_.severed() || request.leave.cancelled());
    const bool killed = !response && !left;
    if (killed) engine_->leave_exec(request, number);
    auto answer = co_await wire_.answer(passage, call, std::move(response));
    if (answer || killed) engine_->forget_exec(request.exec_id);
    co_return answer;
}

Task<Result<std::vector<cri::ContainerStats>>> SimRuntime::list_container_stats(cri::Filter filter,
                                                                                Call call) {
    const auto passage = co_await wire_.request("list_container_stats", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::vector<cri::ContainerStats>> found = stats(*engine_, filter, clock()->wall());
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Status> SimRuntime::update_container_resources(std::string id, cri::LinuxResources resources,
                                                    Call call) {
    const auto passage = co_await wire_.request("update_container_resources", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const Status updated = engine_->update(id, resources);
    co_return co_await wire_.answer(*passage, call, updated);
}

Task<Status> SimRuntime::reopen_container_log(std::string id, Call call) {
    const auto passage = co_await wire_.request("reopen_container_log", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const Status reopened = engine_->reopen_log(id);
    co_return co_await wire_.answer(*passage, call, reopened);
}

Task<Status> SimRuntime::watch_container(std::string id, Call call) {
    const auto passage = co_await wire_.request("watch_container", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const auto found = status_of(*engine_, id);
    if (found) watch(id);
    const Status watching = found ? Status{} : std::unexpected(found.error());
    co_return co_await wire_.answer(*passage, call, watching);
}

}  // namespace hooklet::sim
