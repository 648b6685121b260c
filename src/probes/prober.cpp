// SPDX-License-Identifier: Apache-2.0
#include "probes/prober.hpp"

#include "api/references.hpp"
#include "lifecycle/http_action.hpp"
#include "probes/go_texts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

using Verdict = ProbeReport::Verdict;

constexpr int attempts_on_error = 3;
/// Bytes of a command's output that are kept.
constexpr std::size_t output_limit = 10UL * 1024;

ProbeReport failure(std::string output) {
    return {Verdict::failure, std::move(output)};
}
ProbeReport error(const Error& why) {
    return {Verdict::error, why.message};
}

Duration timeout_of(const api::Probe& probe) {
    return std::chrono::seconds{std::max(probe.timeoutSeconds, 1)};
}

/// The command with `$(NAME)` replaced by the values that stand in the manifest. Nothing else is known of the
/// environment here: a variable with another source is empty, and values are not expanded themselves.
std::vector<std::string> expanded(std::vector<std::string> command, const std::vector<api::EnvVar>& env) {
    const auto value_of = [&env](std::string_view name) {
        const auto last = std::ranges::find(env.rbegin(), env.rend(), name, &api::EnvVar::name);
        return last == env.rend() ? fmt::format("$({})", name) : last->value;
    };
    for (std::string& word : command) word = api::replace_references(word, value_of);
    return command;
}

}  // namespace

Task<ProbeReport> Prober::probe(api::Probe probe, ProbeTarget target, CancelToken cancel) const {
    for (int attempts = 1;; ++attempts) {
        const Call call = ports_.clock->call_within(timeout_of(probe), cancel);
        ProbeReport report = co_await attempt(probe, target, call);
        const bool again = report.verdict == Verdict::error && attempts < attempts_on_error;
        if (!again || cancel.cancelled()) co_return report;
    }
}

Task<ProbeReport> Prober::attempt(api::Probe probe, ProbeTarget target, Call call) const {
    const Duration timeout = timeout_of(probe);
    if (probe.exec) {
        const auto command = expanded(probe.exec->command, target.container.env);
        co_return co_await exec(command, target.container_id, timeout, call);
    }
    if (probe.httpGet) co_return co_await http_get(*probe.httpGet, std::move(target), call);
    if (probe.tcpSocket) co_return co_await tcp_socket(*probe.tcpSocket, std::move(target), call);
    co_return co_await grpc(*probe.grpc, target.host, timeout, call);
}

Task<ProbeReport> Prober::exec(std::vector<std::string> command, std::string container_id, Duration timeout,
                               Call call) const {
    cri::ExecSyncRequest request;
    request.container_id = std::move(container_id);
    request.command = command;
    // The engine's own limit only counts should the agent be gone by then.
    request.timeout_s = std::chrono::ceil<std::chrono::seconds>(timeout).count() + 1;
    const Result<cri::ExecSyncResponse> response = co_await ports_.runtime->exec_sync(request, call);
    if (!response) {
        const bool late = response.error().code == Code::deadline && ports_.clock->now() >= call.deadline;
        if (!late) co_return error(response.error());
        co_return failure(go_text::command_timed_out(command, timeout));
    }
    ProbeReport report;
    report.verdict = response->exit_code == 0 ? Verdict::success : Verdict::failure;
    report.output = (response->stdout_ + response->stderr_).substr(0, output_limit);
    co_return report;
}

Task<ProbeReport> Prober::http_get(api::HTTPGetAction action, ProbeTarget target, Call call) const {
    const Result<HttpRequest> request =
        make_http_request(action, target.container, target.host, probe_user_agent);
    if (!request) co_return error(request.error());
    const Result<HttpResponse> response = co_await fetch(ports_.network, *request, call);
    if (!response) {
        if (response.error().code == Code::invalid) co_return error(response.error());
        co_return failure(go_text::get(*request, response.error()));
    }
    const int status = response->status;
    if (status < 200 || status >= 400) {
        co_return failure(fmt::format("HTTP probe failed with statuscode: {}", status));
    }
    if (status < 300) co_return ProbeReport(Verdict::success, response->body);
    co_return ProbeReport(Verdict::warning, "Probe terminated redirects, Response body: " + response->body);
}

Task<ProbeReport> Prober::tcp_socket(api::TCPSocketAction action, ProbeTarget target, Call call) const {
    const Result<std::uint16_t> port = resolve_port(action.port, target.container);
    if (!port) co_return error(port.error());
    const std::string host = action.host.empty() ? target.host : action.host;
    const Status connected = co_await ports_.network->tcp_connect(host, *port, call);
    if (!connected) co_return failure(go_text::dial(host, *port, connected.error()));
    co_return ProbeReport();
}

Task<ProbeReport> Prober::grpc(api::GRPCAction action, std::string host, Duration timeout, Call call) const {
    GrpcHealthRequest request;
    request.host = std::move(host);
    request.port = static_cast<std::uint16_t>(action.port);
    request.service = action.service.value_or("");
    request.user_agent = probe_user_agent;
    const Result<GrpcHealth> health = co_await ports_.network->grpc_health_check(request, call);
    if (!health) co_return failure(go_text::grpc_connect(request, timeout, health.error()));
    std::string unhealthy = go_text::grpc_answer(*health, timeout);
    if (!unhealthy.empty()) co_return failure(std::move(unhealthy));
    co_return ProbeReport();
}

}  // namespace hooklet
