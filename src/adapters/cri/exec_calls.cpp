// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exec_calls.hpp"

#include "ports/bounded.hpp"

#include <optional>

namespace hooklet::cri {

namespace {
using namespace std::chrono_literals;

/// How long the engine may take to answer once the processes have been killed.
constexpr Duration answer_limit = 2s;
/// How much later than hooklet the engine gives up by itself.
constexpr Duration engine_margin = 5s;
/// The engine counts in seconds of 64 bit nanoseconds; beyond this there is no limit.
constexpr Duration longest_timeout = std::chrono::hours{24 * 365};
/// How many of the commands of streams are known, and how long after their request they may begin: a client
/// comes for its stream at once. In clock ticks.
constexpr std::size_t most_streams = 256;
constexpr std::uint64_t stream_delay_ticks = 500;

std::int64_t engine_timeout(Duration left) {
    if (left > longest_timeout) return 0;
    return std::chrono::ceil<std::chrono::seconds>(left + engine_margin).count();
}
}  // namespace

struct ExecCalls::Active {
    std::string container_id;
    ActiveExec exec;
    std::optional<CancelToken> leave;  ///< It can be left.
    std::optional<Error> ended_early;
    CancelSource give_up;
};

ExecCalls::Shared ExecCalls::begin(std::string container_id, std::vector<std::string> command) {
    auto active = std::make_shared<Active>();
    active->container_id = std::move(container_id);
    active->exec = {boot_ticks(), std::move(command)};
    active_.push_back(active);
    return active;
}

Task<Result<ExecSyncResponse>> ExecCalls::run(ExecSyncRequest request, Call call) {
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    const Shared active = begin(request.container_id, request.command);
    if (kept_->available() && !request.exec_id.empty()) active->leave = request.leave;
    if (request.timeout_s == 0) request.timeout_s = engine_timeout(call.deadline - clock_->now());
    const Answer answer;
    gate_.spawn(send(std::move(request), active, answer));
    co_return co_await follow(active, answer, std::move(call));
}

Task<Result<ExecSyncResponse>> ExecCalls::await(AwaitExecRequest request, Call call) {
    if (!kept_->available()) co_return fail(Code::not_found, "the engine ends a command with its call");
    // Also what is to be ended at once has to be known first.
    auto pid = co_await kept_->find(request.exec, clock_->call_within(answer_limit, stopping_.token()));
    if (!pid) {
        // Only when there is none is something known of it: a shim may be slow for a while.
        if (pid.error().code != Code::not_found) pid.error().code = Code::unavailable;
        co_return std::unexpected(pid.error());
    }
    const Shared active = begin(request.exec.container_id, {});
    active->leave = request.leave;
    knowing(active)(*pid);
    const Answer answer;
    gate_.spawn(send_await(std::move(request.exec), active, answer));
    co_return co_await follow(active, answer, std::move(call));
}

Task<Result<ExecSyncResponse>> ExecCalls::follow(Shared active, Answer answer, Call call) {
    const Timer timer = clock_->at(
        call.deadline, [this, active] { end_early(active, {Code::deadline, "deadline exceeded"}); });
    const CancelRegistration cancelled =
        call.cancel.on_cancel([this, active, token = call.cancel] { end_early(active, token.reason()); });
    // Its end is decided here; the caller waits until the engine answers or is given up.
    const Call unlimited{MonotonicTime::max(), active->give_up.token()};
    auto response = co_await bounded(clock_, answer, unlimited);
    if (active->ended_early) co_return std::unexpected(*active->ended_early);
    co_return response;
}

Task<void> ExecCalls::send(ExecSyncRequest request, Shared active, Answer answer) {
    // Also of one that nobody waits for any more the engine tells the end.
    const Call unlimited{MonotonicTime::max(), stopping_.token()};
    const KeptExecs::Started started = knowing(active);
    Result<ExecSyncResponse> response;
    if (active->leave) {
        response = co_await kept_->run(std::move(request), started, unlimited);
    } else {
        response = co_await send_(std::move(request), unlimited);
    }
    finish(active, answer, std::move(response));
}

Task<void> ExecCalls::send_await(ExecName exec, Shared active, Answer answer) {
    const Call unlimited{MonotonicTime::max(), stopping_.token()};
    Result<ExecSyncResponse> response = co_await kept_->await(std::move(exec), unlimited);
    finish(active, answer, std::move(response));
}

KeptExecs::Started ExecCalls::knowing(const Shared& active) {
    return [this, active](pid_t pid) {
        active->exec.pid = pid;
        if (const auto process = process_entry(pid)) active->exec.started_ticks = process->start_ticks;
        // It was to end before there was anything to be ended.
        if (active->ended_early && !is_left(active)) gate_.spawn(kill(active));
    };
}

void ExecCalls::finish(const Shared& active, const Answer& answer, Result<ExecSyncResponse> response) {
    active_.remove(active);
    answer.set(std::move(response));
}

void ExecCalls::note_stream(const std::string& container_id, const std::vector<std::string>& command) {
    streams_.emplace_back(container_id, ActiveExec{boot_ticks(), command});
    if (streams_.size() > most_streams) streams_.pop_front();
}

std::vector<ActiveExec> ExecCalls::others_of(const Shared& active) const {
    std::vector<ActiveExec> others;
    for (const Shared& other : active_) {
        if (other != active && other->container_id == active->container_id) others.push_back(other->exec);
    }
    for (const auto& [container, exec] : streams_) {
        const bool may_be_newer = exec.started_ticks + stream_delay_ticks >= active->exec.started_ticks;
        if (container == active->container_id && may_be_newer) others.push_back(exec);
    }
    return others;
}

bool ExecCalls::is_left(const Shared& active) {
    return active->leave && active->leave->cancelled();
}

void ExecCalls::end_early(Shared active, Error why) {
    if (active->ended_early || stopping_.token().cancelled()) return;
    active->ended_early = std::move(why);
    if (is_left(active)) return active->give_up.cancel(*active->ended_early);
    gate_.spawn(kill(std::move(active)));
}

Task<void> ExecCalls::kill(Shared active) {
    const pid_t init = co_await find_init_(active->container_id);
    if (init != 0) kill_exec_tree(init, active->exec, others_of(active));
    (void)co_await sleep_until(clock_, clock_->call_within(answer_limit, stopping_.token()));
    active->give_up.cancel(*active->ended_early);
}

Task<void> ExecCalls::stop() {
    stopping_.cancel();
    co_await gate_.close();
}

}  // namespace hooklet::cri
