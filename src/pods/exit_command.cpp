// SPDX-License-Identifier: Apache-2.0
#include "pods/exit_command.hpp"

#include "base/back_off.hpp"
#include "pods/container_log.hpp"
#include "pods/names.hpp"
#include "ports/retry.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration first_command_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_command_retry = std::chrono::seconds{5};
/// How many containers that nothing has disturbed the engine may refuse before that is the hook's failure.
constexpr unsigned most_refusals = 2;

/// The engine lost it, or found half of it after its own death: its exit code is none of the command's.
bool is_lost(const cri::ContainerStatus& status) {
    return status.state == cri::ContainerState::unknown || status.reason == "Unknown" ||
           status.reason == "StartError";
}

/// The engine is, or is too slow: what it was asked for may come true yet.
bool is_away(const Error& why) {
    return why.code == Code::unavailable || why.code == Code::deadline;
}

/// In the engine's words: what the machine lacks now it may have later.
bool is_of_the_machine(const Error& why) {
    constexpr std::array<std::string_view, 5> words = {"no space left on device", "disk quota exceeded",
                                                       "read-only file system", "too many open files",
                                                       "cannot allocate memory"};
    return std::ranges::any_of(words, [&why](std::string_view word) { return why.message.contains(word); });
}

Duration delay_after(unsigned failures) {
    return retry_delay(failures, first_command_retry, slowest_command_retry);
}

}  // namespace

ExitCommand::ExitCommand(PodContext* context, std::string sandbox_id, cri::PodSandboxConfig sandbox,
                         cri::ContainerConfig config)
    : context_(context),
      sandbox_id_(std::move(sandbox_id)),
      sandbox_(std::move(sandbox)),
      config_(std::move(config)) {
    const std::string container = config_.metadata.name;
    config_.metadata.name = name_for(container);
    config_.labels[label::container_name] = config_.metadata.name;
    config_.log_path = fmt::format("{}/on-exit.{}.log", container, config_.metadata.attempt);
    config_.args.clear();
    config_.stdin_ = config_.stdin_once = config_.tty = false;
}

std::string ExitCommand::name_for(const std::string& container) {
    return container + "-on-exit";
}

Task<Result<cri::ExecSyncResponse>> ExitCommand::run(std::vector<std::string> command,
                                                     std::vector<cri::KeyValue> env, Call call) {
    config_.command = std::move(command);
    config_.envs.insert(config_.envs.end(), env.begin(), env.end());
    Result<cri::ContainerStatus> end = co_await run_once(call);
    for (unsigned failures = 0; !end && may_try_again(end.error(), call); ++failures) {
        if (!is_away(end.error())) co_await remove();
        const bool in_time = co_await wait_to_retry(context_->ports.clock, delay_after(failures), call);
        if (!in_time) break;
        end = co_await run_once(call);
    }
    Result<cri::ExecSyncResponse> answer = std::unexpected(Error(Code::deadline, "timed out"));
    if (end) answer = response(*end);
    if (!end && context_->ports.clock->now() < call.deadline) answer = std::unexpected(end.error());
    co_await remove();
    co_return answer;
}

bool ExitCommand::may_try_again(const Error& why, const Call& call) {
    if (call.cancel.cancelled() || context_->ports.clock->now() >= call.deadline) return false;
    if (begun_ && is_at_most_once(context_->pod)) return false;
    return is_away(why) || is_of_the_machine(why) || !fresh_ || ++refusals_ < most_refusals;
}

Task<Result<cri::ContainerStatus>> ExitCommand::run_once(Call call) {
    Status going;
    if (id_.empty()) {
        going = co_await make();
    } else {
        going = co_await look();
    }
    if (going) going = co_await start();
    if (!going) co_return std::unexpected(going.error());
    auto end = co_await wait_for_end(call);
    if (!end || !is_lost(*end)) co_return end;
    co_await remove();
    co_return fail(Code::unavailable, "the engine lost the container of the command");
}

void ExitCommand::adopt(const cri::ContainerStatus& container) {
    id_ = container.id;
    state_ = container.state;
    begun_ = begun_ || state_ != cri::ContainerState::created;
    observe(container);
}

Call ExitCommand::engine_call() const {
    return context_->ports.clock->call_within(engine_call_limit, context_->abandon);
}

/// What has become of the container since somebody else, or an engine that has ended since, had to do with
/// it.
Task<Status> ExitCommand::look() {
    fresh_ = false;
    if (end_) co_return Status{};
    const Call call = engine_call();
    const auto status = co_await context_->ports.runtime->container_status(id_, call);
    if (!status) co_return std::unexpected(status.error());
    adopt(*status);
    co_return Status{};
}

Task<Status> ExitCommand::make() {
    if (std::exchange(made_before_, true)) co_await remove_unknown();
    fresh_ = true;
    const Call call = engine_call();
    const Result<std::string> id =
        co_await context_->ports.runtime->create_container(sandbox_id_, config_, sandbox_, call);
    if (!id) co_return std::unexpected(id.error());
    id_ = *id;
    state_ = cri::ContainerState::created;
    co_return Status{};
}

Task<Status> ExitCommand::start() {
    if (end_) co_return Status{};
    const Call call = engine_call();
    begun_ = true;
    if (state_ == cri::ContainerState::created)
        co_return co_await context_->ports.runtime->start_container(id_, call);
    co_return co_await context_->ports.runtime->watch_container(id_, call);
}

void ExitCommand::observe(const cri::ContainerStatus& status) {
    const bool has_ended =
        status.state == cri::ContainerState::exited || status.state == cri::ContainerState::unknown;
    if (status.id != id_ || !has_ended) return;
    end_ = status;
    ended_.cancel();
}

Task<Result<cri::ContainerStatus>> ExitCommand::wait_for_end(Call call) {
    const CancelRegistration on_cancel = call.cancel.on_cancel([this] { ended_.cancel(); });
    const Call until_end(call.deadline, ended_.token());
    if (!end_) (void)co_await sleep_until(context_->ports.clock, until_end);
    if (end_) co_return *end_;
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    co_return fail(Code::deadline, "timed out");
}

cri::ExecSyncResponse ExitCommand::response(const cri::ContainerStatus& status) const {
    cri::ExecSyncResponse out;
    out.exit_code = status.exit_code;
    out.stdout_ = log_text(context_->ports.files->read_tail(log_file(), hook_log_limit).value_or(""));
    return out;
}

std::string ExitCommand::log_file() const {
    return sandbox_.log_directory + "/" + config_.log_path;
}

Task<void> ExitCommand::remove() {
    if (context_->abandon.cancelled()) co_return;  // it is the next agent's
    const Call call = engine_call();
    for (unsigned failures = 0; !id_.empty(); ++failures) {
        const Status removed = co_await context_->ports.runtime->remove_container(id_, call);
        if (removed) break;
        const bool in_time = co_await wait_to_retry(context_->ports.clock, delay_after(failures), call);
        if (!in_time) break;
    }
    // What it has said is in the journal, without what the Pod was told in confidence.
    if (!context_->abandon.cancelled()) (void)context_->ports.files->remove_file(log_file());
    id_.clear();
    end_.reset();
    ended_ = CancelSource();
}

/// A container whose making was answered to nobody has its name, and may have begun.
Task<void> ExitCommand::remove_unknown() {
    cri::Filter mine;
    mine.label_selector[label::pod_uid] = context_->pod.metadata.uid;
    mine.label_selector[label::container_name] = config_.metadata.name;
    const Call call = engine_call();
    const auto found = co_await context_->ports.runtime->list_containers(mine, call);
    if (!found) co_return;
    for (const cri::Container& container : *found)
        (void)co_await context_->ports.runtime->remove_container(container.id, call);
}

}  // namespace hooklet
