// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_runner.hpp"

#include "base/back_off.hpp"
#include "lifecycle/http_action.hpp"
#include "lifecycle/output.hpp"
#include "ports/bounded.hpp"

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
    [[nodiscard]] bool with_engine(const HookRequest& request) const;
};

struct HookRunner::Try {
    HookResult result;
    HookAttempt record;
    bool cut_off = false;  ///< By the engine's end.
};

namespace {

/// What SIGKILL leaves as exit code. A dying container takes the commands that run in it along this way.
constexpr std::int32_t killed_exit_code = 137;
/// How long the news of the container's end may come after the news of the command's end.
constexpr Duration container_end_delay = std::chrono::milliseconds{200};
/// How often an engine that is away is asked.
constexpr Duration first_engine_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_engine_retry = std::chrono::seconds{5};

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
        attempt.delivery_id = request.again->delivery_id;
        attempt.attempt = request.again->attempt;
    }
    return attempt;
}

/// For whoever waits as long as the answer takes, or less.
Task<void> exec_for(cri::ContainerRuntime* runtime, cri::ExecSyncRequest request, Call call,
                    Promise<Result<cri::ExecSyncResponse>> answer) {
    Result<cri::ExecSyncResponse> response = co_await runtime->exec_sync(std::move(request), std::move(call));
    answer.set(std::move(response));
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

bool HookRunner::Ending::with_engine(const HookRequest& request) const {
    const bool in_container = handler_of(request.handler) == HookHandler::exec && request.runner == nullptr;
    return in_container && !status && status.error().code == Code::unavailable;
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
    const MonotonicTime begun = ports_.clock->now();
    while (true) {
        Try tried = co_await attempt(request, call);
        if (!tried.cut_off) co_return std::move(tried.result);
        if (request.at_most_once) co_return HookResult{};
        co_await engine_is_back(call);
        const Duration since = request.again ? request.again->since_first : Duration::zero();
        request.again = Redelivery{tried.record.delivery_id, tried.record.attempt + 1,
                                   since + ports_.clock->now() - begun};
    }
}

Task<void> HookRunner::engine_is_back(Call call) {
    for (unsigned failures = 0; !call.cancel.cancelled() && ports_.clock->now() < call.deadline; ++failures) {
        const Duration delay = retry_delay(failures, first_engine_retry, slowest_engine_retry);
        const Call pause{std::min(ports_.clock->now() + delay, call.deadline), call.cancel};
        (void)co_await sleep_until(ports_.clock, pause);
        if (co_await ports_.runtime->version(call)) co_return;
    }
}

Task<HookRunner::Try> HookRunner::attempt(HookRequest request, Call call) {
    const CancelToken cancel = call.cancel;
    HookAttempt attempt = co_await ports_.journal->begin(attempt_of(request));
    if (request.pass_reason) add_reason(attempt, request);
    Ending ending;
    if (cancel.cancelled()) {  // nobody needs it any more since it began to be recorded
        ending.status = std::unexpected(cancel.reason());
    } else {
        ending = co_await handle(request, call);
    }
    if (attempt.handler == HookHandler::exec && ending.may_be_cut_off()) {
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(container_end_delay, cancel));
    }
    // Whatever a handler makes of an interruption, the interruption is what ended it.
    if (!ending.status && cancel.cancelled()) {
        ending.status = std::unexpected(cancel.reason());
        ending.cause.clear();
    }

    Try tried{result_of(request, ending, cancel), {}, ending.with_engine(request)};
    attempt.outcome = tried.cut_off ? HookOutcome::unknown : tried.result.outcome;
    attempt.exit_code = ending.exit_code;
    attempt.http_status = ending.http_status;
    attempt.cause = tried.result.cause;
    attempt.stdout_ = std::move(ending.stdout_);
    attempt.stderr_ = std::move(ending.stderr_);
    tried.record = attempt;
    co_await ports_.journal->finish(std::move(attempt));
    co_return tried;
}

Task<HookRunner::Ending> HookRunner::handle(HookRequest request, Call call) {
    switch (handler_of(request.handler)) {
        case HookHandler::exec:
            co_return co_await exec(std::move(request), call);
        case HookHandler::http_get:
            co_return co_await http_get(std::move(request), call);
        case HookHandler::tcp_socket:
            co_return co_await tcp_socket(std::move(request), call);
        case HookHandler::sleep:
            break;
    }
    co_return co_await sleep(std::move(request), call);
}

Task<HookRunner::Ending> HookRunner::exec(HookRequest request, Call call) {
    const std::vector<std::string> command = request.handler.exec->command;
    const std::string uid = request.pod.uid;
    const Result<cri::ExecSyncResponse> response = co_await run_command(std::move(request), call);
    Ending ending;
    if (!response) {
        ending.cause = exec_error_cause(response.error().message);
        ending.status = std::unexpected(response.error());
        co_return ending;
    }
    ending.exit_code = response->exit_code;
    // What must not be read is taken out first: a cut through it would leave a part.
    const HiddenValues& hidden = ports_.journal->hidden();
    ending.stdout_ = head_and_tail(hidden.hide(uid, response->stdout_), hook_output_limit);
    ending.stderr_ = head_and_tail(hidden.hide(uid, response->stderr_), hook_output_limit);
    if (response->exit_code != 0) {
        ending.cause = fmt::format("exit code {}", response->exit_code);
        ending.status = fail(Code::internal, fmt::format("command '{}' exited with {}",
                                                         fmt::join(command, " "), response->exit_code));
    }
    co_return ending;
}

Task<Result<cri::ExecSyncResponse>> HookRunner::run_command(HookRequest request, Call call) {
    const std::vector<std::string>& command = request.handler.exec->command;
    if (request.runner != nullptr)
        co_return co_await request.runner->run(command, as_environment(request.facts), call);
    cri::ExecSyncRequest exec_request;
    exec_request.container_id = request.container_id;
    exec_request.command = with_environment(request.facts, command);
    const Duration longest = request.cap + (request.afterlife ? request.afterlife->limit : Duration::zero());
    // The engine's own limit only counts should the agent be gone by then.
    exec_request.timeout_s = std::chrono::ceil<std::chrono::seconds>(longest).count() + 1;
    if (!request.afterlife) co_return co_await ports_.runtime->exec_sync(exec_request, call);

    const Promise<Result<cri::ExecSyncResponse>> answer;
    const Call life{call.deadline + request.afterlife->limit, request.afterlife->cancel};
    request.afterlife->gate->spawn(exec_for(ports_.runtime, std::move(exec_request), life, answer));
    co_return co_await bounded(ports_.clock, answer, call);
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
