// SPDX-License-Identifier: Apache-2.0
#include "support/sim_runtime.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

constexpr Latency run{60ms, 250ms};
constexpr Latency take_down{10ms, 60ms};

std::vector<cri::PodSandbox> list_sandboxes(const SimEngine& engine, const cri::Filter& filter) {
    std::vector<cri::PodSandbox> out;
    for (const auto& [id, s] : engine.sandboxes()) {
        if (!selected(filter, s.config.labels)) continue;
        out.push_back({id, s.config.metadata, s.state, s.created_at, s.config.labels, s.config.annotations});
    }
    return out;
}

Result<cri::PodSandboxStatus> sandbox_status_of(const SimEngine& engine, const std::string& id) {
    const auto found = engine.sandboxes().find(id);
    if (found == engine.sandboxes().end()) return std::unexpected(engine.unknown("sandbox", id));
    const SimSandbox& s = found->second;
    cri::PodSandboxStatus out;
    out.id = id;
    out.metadata = s.config.metadata;
    out.state = s.state;
    out.created_at = s.created_at;
    // A stopped sandbox has lost its network.
    if (!s.ip.empty() && s.state == cri::PodSandboxState::ready) out.ips = {s.ip};
    out.namespaces = s.config.security_context.namespaces;
    out.labels = s.config.labels;
    out.annotations = s.config.annotations;
    return out;
}

}  // namespace

SimRuntime::SimRuntime(SimEngine* engine, SimImages* images, SimWire wire, SimEvents events,
                       RuntimeOptions options)
    : engine_(engine),
      images_(images),
      wire_(std::move(wire)),
      events_(std::move(events)),
      options_(options) {
    engine_->on_exit([this](const SimContainer& c) {
        emit(cri::ContainerEventType::stopped, c);
        if (c.exit_code == 0 && c.reason != "OOMKilled") emit(cri::ContainerEventType::succeeded, c);
    });
    // Process handles know nothing of records.
    engine_->on_recorded([this](const SimContainer& c) {
        if (options_.all_events) emit(cri::ContainerEventType::stopped, c);
    });
}

Task<Result<cri::VersionResponse>> SimRuntime::version(Call call) {
    const auto passage = co_await wire_.request("version", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<cri::VersionResponse> answer = cri::VersionResponse{"simulated", "1.0", "v1"};
    co_return co_await wire_.answer(*passage, call, std::move(answer));
}

Task<Result<std::vector<cri::RuntimeCondition>>> SimRuntime::status(Call call) {
    const auto passage = co_await wire_.request("status", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    std::vector<cri::RuntimeCondition> conditions{{"RuntimeReady", true, {}, {}},
                                                  {"NetworkReady", options_.network_ready, {}, {}}};
    if (!options_.network_ready) {
        conditions[1].reason = "NetworkPluginNotReady";
        conditions[1].message = "Network plugin returns error: cni plugin not initialized";
    }
    Result<std::vector<cri::RuntimeCondition>> answer = std::move(conditions);
    co_return co_await wire_.answer(*passage, call, std::move(answer));
}

Task<Result<std::string>> SimRuntime::run_pod_sandbox(cri::PodSandboxConfig config, Call call) {
    const auto passage = co_await wire_.request("run_pod_sandbox", run, call);
    if (!passage) co_return std::unexpected(passage.error());
    const bool on_host = config.security_context.namespaces.network == cri::NamespaceMode::node;
    Result<std::string> id = fail(Code::internal, "cni plugin not initialized");
    if (on_host || options_.network_ready) id = engine_->run_sandbox(std::move(config));
    co_return co_await wire_.answer(*passage, call, std::move(id));
}

Task<Status> SimRuntime::stop_pod_sandbox(std::string id, Call call) {
    const auto passage = co_await wire_.request("stop_pod_sandbox", take_down, call);
    if (!passage) co_return std::unexpected(passage.error());
    Promise<Status> over;
    engine_->stop_sandbox(id, over);
    const Status stopped = co_await bounded(clock(), over, call);
    co_return co_await wire_.answer(*passage, call, stopped);
}

Task<Status> SimRuntime::remove_pod_sandbox(std::string id, Call call) {
    const auto passage = co_await wire_.request("remove_pod_sandbox", take_down, call);
    if (!passage) co_return std::unexpected(passage.error());
    const Status removed = engine_->remove_sandbox(id);
    co_return co_await wire_.answer(*passage, call, removed);
}

Task<Result<cri::PodSandboxStatus>> SimRuntime::pod_sandbox_status(std::string id, Call call) {
    const auto passage = co_await wire_.request("pod_sandbox_status", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<cri::PodSandboxStatus> found = sandbox_status_of(*engine_, id);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Result<std::vector<cri::PodSandbox>>> SimRuntime::list_pod_sandbox(cri::Filter filter, Call call) {
    const auto passage = co_await wire_.request("list_pod_sandbox", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::vector<cri::PodSandbox>> found = list_sandboxes(*engine_, filter);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

}  // namespace hooklet::sim
