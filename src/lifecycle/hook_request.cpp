// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_request.hpp"

#include "api/annotations.hpp"
#include "api/find_annotation.hpp"
#include "lifecycle/http_action.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

std::string_view timeout_annotation(HookType hook) {
    switch (hook) {
        case HookType::post_start:
            return api::annotation::post_start_timeout;
        case HookType::pre_stop:
            return api::annotation::pre_stop_timeout;
        case HookType::on_exit:
            break;
    }
    return api::annotation::on_exit_timeout;
}

}  // namespace

Duration hook_cap(const api::Pod& pod, HookType hook, Duration fallback) {
    const std::string* limit = api::find_annotation(pod.metadata, timeout_annotation(hook));
    if (limit == nullptr) return fallback;
    const Result<Duration> value = parse_go_duration(*limit);
    return value && *value > Duration::zero() ? *value : fallback;
}

bool passes_reason(const api::Pod& pod) {
    return api::annotation_of(pod.metadata, api::annotation::pass_reason) == "true";
}

bool is_at_most_once(const api::Pod& pod) {
    return api::annotation_of(pod.metadata, api::annotation::delivery) == "at-most-once";
}

bool may_still_run(const HookAttempt& last) {
    const bool in_container = last.handler == HookHandler::exec && last.hook != HookType::on_exit;
    return in_container && last.outcome.value_or(HookOutcome::unknown) == HookOutcome::unknown;
}

bool is_over(const HookAttempt& last, bool at_most_once) {
    const bool cut_off =
        !last.outcome || *last.outcome == HookOutcome::cancelled || *last.outcome == HookOutcome::unknown;
    return !cut_off || (at_most_once && !may_still_run(last));
}

HookResult earlier_result(const HookAttempt& attempt) {
    const bool failed = attempt.outcome == HookOutcome::failed || attempt.outcome == HookOutcome::timed_out;
    if (!failed) return {};
    return {*attempt.outcome, attempt.cause, attempt.cause};
}

HookHandler handler_of(const api::LifecycleHandler& handler) {
    if (handler.exec) return HookHandler::exec;
    if (handler.httpGet) return HookHandler::http_get;
    if (handler.sleep) return HookHandler::sleep;
    return HookHandler::tcp_socket;
}

std::string describe(const HookRequest& request) {
    const api::LifecycleHandler& handler = request.handler;
    switch (handler_of(handler)) {
        case HookHandler::exec:
            return fmt::format("{}", fmt::join(handler.exec->command, " "));
        case HookHandler::http_get: {
            const Result<HttpRequest> http =
                make_http_request(*handler.httpGet, request.container, request.host, hook_user_agent);
            return http ? url_of(*http) : "httpGet (" + http.error().message + ")";
        }
        case HookHandler::sleep:
            return fmt::format("sleep {}s", handler.sleep->seconds);
        case HookHandler::tcp_socket:
            break;
    }
    const api::TCPSocketAction& tcp = *handler.tcpSocket;
    return fmt::format("tcp://{}:{}", tcp.host.empty() ? request.host : tcp.host, tcp.port.text());
}

}  // namespace hooklet
