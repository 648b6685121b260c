// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <memory>
#include <string>

namespace hooklet::cri {

/// A container engine behind the CRI v1 gRPC API (containerd, CRI-O).
///
/// The end of a container is noticed through a pidfd of its init process, and through the engine's event
/// streams where there are any: CRI's, and containerd's own, which tells a success early. For pids to mean
/// the same, the engine has to be in hooklet's PID namespace.
///
/// exec_sync ends the command at the Call's deadline or cancellation, with every process that it started and
/// that can still be told from the container's own. `timeout_s` is only passed on: engines kill just the
/// command itself, and then wait for whoever holds its output. When 0, the engine is given a limit somewhat
/// later than the Call's, so that a command does not outlive an agent that died.
class CriRuntime final : public ContainerRuntime {
  public:
    /// Ends all calls as cancelled. To be called once, before the loop ends and before destruction.
    Task<void> stop();

    Task<Result<VersionResponse>> version(Call call) override;
    Task<Result<std::vector<RuntimeCondition>>> status(Call call) override;
    Task<Result<std::string>> run_pod_sandbox(PodSandboxConfig config, Call call) override;
    Task<Status> stop_pod_sandbox(std::string id, Call call) override;
    Task<Status> remove_pod_sandbox(std::string id, Call call) override;
    Task<Result<PodSandboxStatus>> pod_sandbox_status(std::string id, Call call) override;
    Task<Result<std::vector<PodSandbox>>> list_pod_sandbox(Filter filter, Call call) override;
    Task<Result<std::string>> create_container(std::string sandbox_id, ContainerConfig config,
                                               PodSandboxConfig sandbox_config, Call call) override;
    Task<Status> start_container(std::string id, Call call) override;
    Task<Status> stop_container(std::string id, Duration timeout, Call call) override;
    Task<Status> signal_container(std::string id, std::string signal, Call call) override;
    Task<Status> remove_container(std::string id, Call call) override;
    Task<Result<std::vector<Container>>> list_containers(Filter filter, Call call) override;
    Task<Result<ContainerStatus>> container_status(std::string id, Call call) override;
    Task<Result<ExecSyncResponse>> exec_sync(ExecSyncRequest request, Call call) override;
    Task<Result<ExecSyncResponse>> await_exec(AwaitExecRequest request, Call call) override;
    Task<Result<std::string>> exec(ExecRequest request, Call call) override;
    Task<Result<std::string>> attach(AttachRequest request, Call call) override;
    Task<Result<std::string>> port_forward(PortForwardRequest request, Call call) override;
    Task<Result<std::vector<ContainerStats>>> list_container_stats(Filter filter, Call call) override;
    Task<Status> update_container_resources(std::string id, LinuxResources resources, Call call) override;
    Task<Status> reopen_container_log(std::string id, Call call) override;
    void on_event(std::function<void(ContainerEvent)> listener) override;
    Task<Status> watch_container(std::string id, Call call) override;
    Task<Result<std::string>> pull_image(std::string image, std::optional<AuthConfig> login,
                                         Call call) override;
    Task<Result<std::optional<Image>>> image_status(std::string image, Call call) override;
    Task<Result<std::vector<Image>>> list_images(Call call) override;
    Task<Status> remove_image(std::string image, Call call) override;
    Task<Result<std::vector<FilesystemUsage>>> image_fs_info(Call call) override;

    ~CriRuntime() override;

  private:
    friend Result<std::unique_ptr<CriRuntime>> make_cri_runtime(Executor, Clock*, const std::string&,
                                                                std::string);
    struct Impl;
    explicit CriRuntime(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// `endpoint` is `unix:///path` (or a bare absolute path). Nothing is connected yet; the first call does
/// that, and a lost connection comes back by itself. Fails with invalid when the endpoint is no such address.
/// With an `exec_folder` commands that have an `exec_id` can be left and awaited again: the engine is a
/// containerd that has the same view of the file system, and the folder is for the pipes of their output.
Result<std::unique_ptr<CriRuntime>> make_cri_runtime(Executor executor, Clock* clock,
                                                     const std::string& endpoint,
                                                     std::string exec_folder = {});

}  // namespace hooklet::cri
