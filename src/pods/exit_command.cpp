// SPDX-License-Identifier: Apache-2.0
#include "pods/exit_command.hpp"

#include "base/back_off.hpp"
#include "pods/container_log.hpp"
#include "pods/names.hpp"
#include "ports/retry.hpp"

#include <fmt/format.h>

namespace hooklet {

namespace {
constexpr Duration first_removal_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_removal_retry = std::chrono::seconds{5};
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
    const Status made = co_await make();
    if (!made) co_return std::unexpected(made.error());
    auto answer = co_await run_to_end(call);
    co_await remove();
    co_return answer;
}

Task<Result<cri::ExecSyncResponse>> ExitCommand::run_to_end(Call call) {
    const Status started = co_await start();
    if (!started) co_return std::unexpected(started.error());
    const auto end = co_await wait_for_end(call);
    if (!end) co_return std::unexpected(end.error());
    co_return response(*end);
}

void ExitCommand::adopt(const cri::ContainerStatus& container) {
    id_ = container.id;
    state_ = container.state;
    observe(container);
}

Call ExitCommand::engine_call() const {
    return context_->ports.clock->call_within(engine_call_limit, context_->abandon);
}

Task<Status> ExitCommand::make() {
    if (!id_.empty()) co_return Status{};
    const Call call = engine_call();
    const Result<std::string> id =
        co_await context_->ports.runtime->create_container(sandbox_id_, config_, sandbox_, call);
    if (!id) co_return std::unexpected(id.error());
    id_ = *id;
    state_ = cri::ContainerState::created;
    co_return Status{};
}

Task<Status> ExitCommand::start() {
    const Call call = engine_call();
    if (state_ == cri::ContainerState::created)
        co_return co_await context_->ports.runtime->start_container(id_, call);
    if (!end_) co_return co_await context_->ports.runtime->watch_container(id_, call);
    co_return Status{};
}

void ExitCommand::observe(const cri::ContainerStatus& status) {
    if (status.id != id_ || status.state != cri::ContainerState::exited) return;
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
    const Call call = engine_call();
    for (unsigned failures = 0;; ++failures) {
        const Status removed = co_await context_->ports.runtime->remove_container(id_, call);
        if (removed) break;
        const Duration delay = retry_delay(failures, first_removal_retry, slowest_removal_retry);
        const bool in_time = co_await wait_to_retry(context_->ports.clock, delay, call);
        if (!in_time) break;
    }
    // What it has said is in the journal, without what the Pod was told in confidence.
    if (!context_->abandon.cancelled()) (void)context_->ports.files->remove_file(log_file());
    id_.clear();
}

}  // namespace hooklet
