// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_runner.hpp"

#include "base/back_off.hpp"
#include "lifecycle/http_action.hpp"
#include "lifecycle/output.hpp"
#include "ports/retry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

struct HookRunner::Ending {
    Status status;      // a failure in the words of lifecycle spec 2.5, without output
    std::string cause;  // its short form
    std::optional<std::int32_t> exit_code;
    std::optional<std::int32_t> http_status;
    std::string stdout_;
    std::string stderr_;

    /// The command did not end by itself: perhaps its container did.
    [[nodiscard]] bool may_be_cut_off() const;
    /// The engine ended, or could not be reached: nobody knows how far the command has come.
    [[nodiscard]] bool went_with_engine(const HookRequest& request) const;
};

struct HookRunner::Try {
    HookResult result;
    HookAttempt record;
    bool cut_off = false;  ///< Nobody knows its end: it goes on, or has to be made again.
};

namespace {

/// What SIGKILL leaves as exit code. A dying container takes the commands that run in it along this way.
constexpr std::int32_t killed_exit_code = 137;
/// How long the news of the container's end may come after the news of the command's end.
constexpr Duration container_end_delay = std::chrono::milliseconds{200};
/// How often an engine that is away is asked.
constexpr Duration first_engine_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_engine_retry = std::chrono::seconds{5};
/// What a command is given that went on without an agent until its cap was over: it may have ended by now.
constexpr Duration least_resumed_time = std::chrono::seconds{1};

HookOutcome outcome_of(const Status& status) {
    if (status) return HookOutcome::succeeded;
    switch (status.error().code) {
        case Code::deadline:
            return HookOutcome::timed_out;
        case Code::cancelled:
            return HookOutcome::cancelled;
        default:
            return HookOutcome::failed;
    }
}

std::string failure_message(const HookRequest& request, const std::string& error) {
    const api::LifecycleHandler& handler = request.handler;
    const std::string where = fmt::format("for Container \"{}\" in Pod \"{}\" failed - error: {}",
                                          request.container.name, request.pod.description(), error);
    switch (handler_of(handler)) {
        case HookHandler::exec:
            return fmt::format("Exec lifecycle hook ([{}]) {}", fmt::join(handler.exec->command, " "), where);
        case HookHandler::http_get:
            return fmt::format("HTTP lifecycle hook ({}) {}", handler.httpGet->path, where);
        case HookHandler::sleep:
            return fmt::format("Sleep lifecycle hook ({}) {}", handler.sleep->seconds, where);
        case HookHandler::tcp_socket:
            break;
    }
    return fmt::format("TCP lifecycle hook ({}) {}", handler.tcpSocket->port.text(), where);
}

HookAttempt attempt_of(const HookRequest& request) {
    HookAttempt attempt;
    attempt.pod = request.pod;
    attempt.container = request.container.name;
    attempt.container_id = request.container_id;
    attempt.hook = request.hook;
    attempt.handler = handler_of(request.handler);
    attempt.command = describe(request);
    attempt.reason = request.reason;
    attempt.cap = request.cap;
    if (request.again) {
        attempt.delivery_id = request.again->last.delivery_id;
        attempt.attempt = request.again->last.attempt + 1;
    }
    return attempt;
}

/// The name by which a command is known to the engine.
std::string exec_id_of(const HookAttempt& attempt) {
    return fmt::format("hook-{}-{}", attempt.delivery_id, attempt.attempt);
}

/// Whether the hook is a command that the engine runs in the container.
bool is_in_container(const HookRequest& request) {
    return handler_of(request.handler) == HookHandler::exec && request.runner == nullptr;
}

bool is_unavailable(const CommandResult& result) {
    return !result && result.error().code == Code::unavailable;
}

/// The command of a hook whose container has ended.
Task<CommandResult> run_outside(HookRequest request, Call call) {
    const std::vector<std::string> command = request.handler.exec->command;
    std::vector<cri::KeyValue> env = as_environment(request.facts);
    co_return co_await request.runner->run(command, std::move(env), std::move(call));
}

/// Tells the hook what its journal entry says.
void add_reason(const HookAttempt& attempt, HookRequest& request) {
    request.facts.push_back({"REASON", attempt.reason});
    request.facts.push_back({"DELIVERY_ID", attempt.delivery_id});
    request.facts.push_back({"ATTEMPT", std::to_string(attempt.attempt)});
    if (!request.grace) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*request.grace);
    request.facts.push_back({"GRACE_SECONDS", std::to_string(seconds.count())});
}

}  // namespace

bool HookRunner::Ending::may_be_cut_off() const {
    if (exit_code) return *exit_code == killed_exit_code;
    return !status && status.error().code != Code::deadline && status.error().code != Code::cancelled;
}

bool HookRunner::Ending::went_with_engine(const HookRequest& request) const {
    return is_in_container(request) && !status && status.error().code == Code::unavailable;
}

HookResult HookRunner::result_of(const HookRequest& request, const Ending& ending,
                                 const CancelToken& cancel) {
    HookResult result;
    result.outcome = outcome_of(ending.status);
    if (ending.status) return result;
    result.cause = ending.cause.empty() ? ending.status.error().message : ending.cause;
    const bool over_cap = result.outcome == HookOutcome::timed_out && !cancel.cancelled();
    if (over_cap) result.cause = "timed out";
    result.message = failure_message(request, ending.status.error().message);
    return result;
}

Task<HookResult> HookRunner::run(HookRequest request, CancelToken cancel) {
    Call call = ports_.clock->call_within(request.cap, std::move(cancel));
    const MonotonicTime first =
        ports_.clock->now() - (request.again ? request.again->since_first : Duration{});
    while (true) {
        if (request.again) {
            Try resumed = co_await resume(request, call);
            if (!resumed.cut_off) co_return std::move(resumed.result);
            if (request.at_most_once) co_return HookResult{};
        }
        const MonotonicTime begun = ports_.clock->now();
        Try tried = co_await attempt(request, call);
        if (!tried.cut_off) co_return std::move(tried.result);
        co_await engine_is_back(call);
        const MonotonicTime now = ports_.clock->now();
        request.again = Redelivery{tried.record, now - first, now - begun};
    }
}

Task<void> HookRunner::engine_is_back(Call call) {
    for (unsigned failures = 0;; ++failures) {
        const Duration delay = retry_delay(failures, first_engine_retry, slowest_engine_retry);
        const bool in_time = co_await wait_to_retry(ports_.clock, delay, call);
        if (!in_time) co_return;
        if (co_await ports_.runtime->version(call)) co_return;
    }
}

Task<HookRunner::Try> HookRunner::attempt(HookRequest request, Call call) {
    const HookAttempt attempt = co_await ports_.journal->begin(attempt_of(request));
    if (request.pass_reason) add_reason(attempt, request);
    Ending ending;
    if (call.cancel.cancelled()) {  // nobody needs it any more since it began to be recorded
        ending.status = std::unexpected(call.cancel.reason());
    } else {
        ending = co_await handle(request, exec_id_of(attempt), call);
    }
    co_return co_await conclude(std::move(request), attempt, std::move(ending), call.cancel);
}

Task<HookRunner::Try> HookRunner::resume(HookRequest request, Call call) {
    HookAttempt attempt = request.again->last;
    const bool goes_on = request.runner == nullptr ? may_still_run(attempt) : request.runner->is_under_way();
    if (!goes_on) co_return Try{{}, attempt, true};
    const Duration left = std::max(attempt.cap - request.again->since_last, least_resumed_time);
    call.deadline = std::min(call.deadline, ports_.clock->now() + left);
    if (attempt.outcome) co_await ports_.journal->resume(attempt, request.again->since_last);
    const std::string exec_id = exec_id_of(attempt);
    CommandResult response = co_await await_end(request, exec_id, call);
    if (response || response.error().code != Code::not_found) {
        Ending ending = ending_of(request, std::move(response));
        co_return co_await conclude(std::move(request), attempt, std::move(ending), call.cancel);
    }
    attempt.outcome = HookOutcome::unknown;
    if (attempt.cause.empty()) attempt.cause = response.error().message;
    co_await ports_.journal->finish(attempt);
    co_return Try{{}, attempt, true};
}

Task<CommandResult> HookRunner::await_end(HookRequest request, std::string exec_id, Call call) {
    if (request.runner != nullptr) co_return co_await run_outside(request, call);
    while (true) {
        CommandResult response = co_await await_command(ports_.runtime, ports_.clock, request, exec_id, call);
        if (!is_unavailable(response)) co_return response;
        if (call.cancel.cancelled() || ports_.clock->now() >= call.deadline)
            co_return fail(Code::deadline, "the engine is away");
        co_await engine_is_back(call);
    }
}

Task<HookRunner::Try> HookRunner::conclude(HookRequest request, HookAttempt attempt, Ending ending,
                                           CancelToken cancel) {
    if (attempt.handler == HookHandler::exec && ending.may_be_cut_off()) {
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(container_end_delay, cancel));
    }
    // Whatever a handler makes of an interruption, the interruption is what ended it.
    if (!ending.status && cancel.cancelled()) {
        ending.status = std::unexpected(cancel.reason());
        ending.cause.clear();
    }
    Try tried{result_of(request, ending, cancel), attempt, ending.went_with_engine(request)};
    tried.record.cause = tried.result.cause;
    // What goes on, or may do so, has no end yet.
    const bool goes_on = is_in_container(request) || (request.runner && request.runner->is_under_way());
    const bool is_left = goes_on && !ending.status && request.abandon.cancelled();
    if (tried.cut_off || is_left) co_return tried;
    attempt.outcome = tried.result.outcome;
    attempt.exit_code = ending.exit_code;
    attempt.http_status = ending.http_status;
    attempt.cause = tried.result.cause;
    attempt.stdout_ = std::move(ending.stdout_);
    attempt.stderr_ = std::move(ending.stderr_);
    co_await ports_.journal->finish(std::move(attempt));
    co_return tried;
}

Task<HookRunner::Ending> HookRunner::handle(HookRequest request, std::string exec_id, Call call) {
    switch (handler_of(request.handler)) {
        case HookHandler::exec:
            co_return co_await exec(std::move(request), std::move(exec_id), call);
        case HookHandler::http_get:
            co_return co_await http_get(std::move(request), call);
        case HookHandler::tcp_socket:
            co_return co_await tcp_socket(std::move(request), call);
        case HookHandler::sleep:
            break;
    }
    co_return co_await sleep(std::move(request), call);
}

Task<HookRunner::Ending> HookRunner::exec(HookRequest request, std::string exec_id, Call call) {
    CommandResult response;
    if (request.runner != nullptr) {
        response = co_await run_outside(request, call);
    } else {
        response = co_await run_command(ports_.runtime, ports_.clock, request, std::move(exec_id), call);
    }
    co_return ending_of(request, std::move(response));
}

HookRunner::Ending HookRunner::ending_of(const HookRequest& request, CommandResult response) const {
    Ending ending;
    if (!response) {
        ending.cause = exec_error_cause(response.error().message);
        ending.status = std::unexpected(response.error());
        return ending;
    }
    ending.exit_code = response->exit_code;
    // What must not be read is taken out first: a cut through it would leave a part.
    const HiddenValues& hidden = ports_.journal->hidden();
    const auto kept = [&hidden, &request](std::string output) {
        return head_and_tail(hidden.hide(request.pod.uid, std::move(output)), hook_output_limit);
    };
    ending.stdout_ = kept(std::move(response->stdout_));
    ending.stderr_ = kept(std::move(response->stderr_));
    if (response->exit_code != 0) {
        ending.cause = fmt::format("exit code {}", response->exit_code);
        ending.status = fail(Code::internal,
                             fmt::format("command '{}' exited with {}",
                                         fmt::join(request.handler.exec->command, " "), response->exit_code));
    }
    return ending;
}

bool HookRunner::is_success(int http_status) const {
    return any_http_status_ || (http_status >= 200 && http_status <= 399);
}

Task<HookRunner::Ending> HookRunner::http_get(HookRequest request, Call call) {
    Ending ending;
    Result<HttpRequest> first =
        make_http_request(*request.handler.httpGet, request.container, request.host, hook_user_agent);
    if (!first) {
        ending.status = std::unexpected(first.error());
        co_return ending;
    }
    for (HttpHeader& header : as_headers(request.facts)) first->headers.push_back(std::move(header));
    Result<HttpResponse> response = co_await fetch(ports_.network, *first, call);
    if (!response && response.error().code == Code::conflict) {
        const Result<HttpResponse> plain = co_await fetch(ports_.network, without_tls(*first), call);
        if (plain) response = plain;
        if (plain && is_success(plain->status)) {
            Recorder(ports_.journal, request.pod)
                .event(event::http_fallback(fmt::format("{}:{}", first->host, first->port)));
        }
    }
    if (!response) {
        ending.status = std::unexpected(response.error());
        co_return ending;
    }
    ending.http_status = response->status;
    ending.stdout_ = response->body;
    if (!is_success(response->status)) {
        ending.cause = fmt::format("HTTP status {}", response->status);
        ending.status = fail(Code::internal, ending.cause);
    }
    co_return ending;
}

Task<HookRunner::Ending> HookRunner::tcp_socket(HookRequest request, Call call) {
    const api::TCPSocketAction action = *request.handler.tcpSocket;
    Ending ending;
    const Result<std::uint16_t> port = resolve_port(action.port, request.container);
    if (!port) {
        ending.status = std::unexpected(port.error());
        co_return ending;
    }
    const std::string host = action.host.empty() ? request.host : action.host;
    ending.status = co_await ports_.network->tcp_connect(host, *port, call);
    co_return ending;
}

Task<HookRunner::Ending> HookRunner::sleep(HookRequest request, Call call) {
    Duration length = std::chrono::seconds{request.handler.sleep->seconds};
    if (request.again) length = std::max(length - request.again->since_first, Duration::zero());
    const MonotonicTime until = ports_.clock->now() + length;
    const bool capped = until > call.deadline;
    if (!capped) call.deadline = until;
    Ending ending;
    ending.status = co_await sleep_until(ports_.clock, call);
    if (ending.status && capped) ending.status = fail(Code::deadline, "timed out");
    co_return ending;
}

}  // namespace hooklet
