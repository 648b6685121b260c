// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "support/sim_engine.hpp"
#include "support/sim_events.hpp"
#include "support/sim_images.hpp"
#include "support/sim_wire.hpp"

#include <set>
#include <string>

namespace hooklet::sim {

struct RuntimeOptions {
    /// Whether all kinds of events come, or `stopped` only, as with process handles.
    bool all_events = false;
    bool network_ready = true;
};

/// The agent's connection to the simulated engine: every call has a latency and may go wrong.
class SimRuntime final : public cri::ContainerRuntime {
  public:
    SimRuntime(SimEngine* engine, SimImages* images, SimWire wire, SimEvents events, RuntimeOptions options);

    Task<Result<cri::VersionResponse>> version(Call call) override;
    Task<Result<std::vector<cri::RuntimeCondition>>> status(Call call) override;
    Task<Result<std::string>> run_pod_sandbox(cri::PodSandboxConfig config, Call call) override;
    Task<Status> stop_pod_sandbox(std::string id, Call call) override;
    Task<Status> remove_pod_sandbox(std::string id, Call call) override;
    Task<Result<cri::PodSandboxStatus>> pod_sandbox_status(std::string id, Call call) override;
    Task<Result<std::vector<cri::PodSandbox>>> list_pod_sandbox(cri::Filter filter, Call call) override;
    Task<Result<std::string>> create_container(std::string sandbox_id, cri::ContainerConfig config,
                                               cri::PodSandboxConfig sandbox_config, Call call) override;
    Task<Status> start_container(std::string id, Call call) override;
    Task<Status> stop_container(std::string id, Duration timeout, Call call) override;
    Task<Status> signal_container(std::string id, std::string signal, Call call) override;
    Task<Status> remove_container(std::string id, Call call) override;
    Task<Result<std::vector<cri::Container>>> list_containers(cri::Filter filter, Call call) override;
    Task<Result<cri::ContainerStatus>> container_status(std::string id, Call call) override;
    Task<Result<cri::ExecSyncResponse>> exec_sync(cri::ExecSyncRequest request, Call call) override;
    Task<Result<cri::ExecSyncResponse>> await_exec(cri::AwaitExecRequest request, Call call) override;
    Task<Result<std::string>> exec(cri::ExecRequest request, Call call) override;
    Task<Result<std::string>> attach(cri::AttachRequest request, Call call) override;
    Task<Result<std::string>> port_forward(cri::PortForwardRequest request, Call call) override;
    Task<Result<std::vector<cri::ContainerStats>>> list_container_stats(cri::Filter filter,
                                                                        Call call) override;
    Task<Status> update_container_resources(std::string id, cri::LinuxResources resources,
                                            Call call) override;
    Task<Status> reopen_container_log(std::string id, Call call) override;
    void on_event(std::function<void(cri::ContainerEvent)> listener) override;
    Task<Status> watch_container(std::string id, Call call) override;
    Task<Result<std::string>> pull_image(std::string image, std::optional<cri::AuthConfig> login,
                                         Call call) override;
    Task<Result<std::optional<cri::Image>>> image_status(std::string image, Call call) override;
    Task<Result<std::vector<cri::Image>>> list_images(Call call) override;
    Task<Status> remove_image(std::string image, Call call) override;
    Task<Result<std::vector<cri::FilesystemUsage>>> image_fs_info(Call call) override;

    [[nodiscard]] RuntimeOptions& options() { return options_; }
    /// What a new agent process starts with: no listener, nothing watched, no event on its way.
    void disconnect();
    [[nodiscard]] std::uint64_t state_hash() const { return wire_.state_hash() ^ events_.state_hash(); }

  private:
    void watch(const std::string& id);
    void emit(cri::ContainerEventType type, const SimContainer& container);
    Task<Result<cri::ExecSyncResponse>> exec_end(cri::ExecSyncRequest request, std::uint64_t number,
                                                 Passage passage, Promise<Result<cri::ExecSyncResponse>> over,
                                                 Call call);
    [[nodiscard]] SimClock* clock() const { return wire_.clock(); }

    SimEngine* engine_;
    SimImages* images_;
    SimWire wire_;
    SimEvents events_;
    RuntimeOptions options_;
    std::set<std::string> watched_;
};

}  // namespace hooklet::sim
