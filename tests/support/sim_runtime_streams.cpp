// SPDX-License-Identifier: Apache-2.0
#include "support/sim_runtime.hpp"

#include <utility>

namespace hooklet::sim {

namespace {

constexpr std::string_view streaming_server = "http://127.0.0.1:10010";

/// What containerd refuses, and what it would go wrong with later.
template <class Request>
Result<std::string> container_url(const SimEngine& engine, std::string_view kind, const Request& request) {
    if (request.tty && request.stderr_) return fail(Code::invalid, "tty and stderr cannot both be true");
    if (!request.stdin_ && !request.stdout_ && !request.stderr_) {
        return fail(Code::invalid, "one of stdin, stdout, or stderr must be set");
    }
    const auto found = engine.containers().find(request.container_id);
    if (found == engine.containers().end()) {
        return std::unexpected(engine.unknown("container", request.container_id));
    }
    if (found->second.state != cri::ContainerState::running) {
        return fail(Code::internal, "container is not running");
    }
    return std::string(streaming_server).append(kind) + request.container_id;
}

}  // namespace

Task<Result<std::string>> SimRuntime::exec(cri::ExecRequest request, Call call) {
    const auto passage = co_await wire_.request("exec", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::string> url = request.command.empty() ? fail(Code::invalid, "the command is empty")
                                                      : container_url(*engine_, "/exec/", request);
    co_return co_await wire_.answer(*passage, call, std::move(url));
}

Task<Result<std::string>> SimRuntime::attach(cri::AttachRequest request, Call call) {
    const auto passage = co_await wire_.request("attach", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::string> url = container_url(*engine_, "/attach/", request);
    co_return co_await wire_.answer(*passage, call, std::move(url));
}

Task<Result<std::string>> SimRuntime::port_forward(cri::PortForwardRequest request, Call call) {
    const auto passage = co_await wire_.request("port_forward", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::string> url =
        std::string(streaming_server).append("/portforward/").append(request.pod_sandbox_id);
    if (!engine_->sandboxes().contains(request.pod_sandbox_id)) {
        url = std::unexpected(engine_->unknown("sandbox", request.pod_sandbox_id));
    }
    co_return co_await wire_.answer(*passage, call, std::move(url));
}

}  // namespace hooklet::sim
