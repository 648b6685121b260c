// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/call.hpp"
#include "ports/cri_messages.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The container engine as hooklet sees it: the services of the CRI v1 API (k8s.io/cri-api runtime/v1), as
/// far as hooklet uses them.
namespace hooklet::cri {

/// The part of the engine that connects streams. Each call returns the URL of the engine's streaming server
/// where the streams can be connected once, within some seconds, with the protocols of Kubernetes' remote
/// commands. Nothing runs before that. Errors as ContainerRuntime's.
class StreamingRuntime {
  public:
    virtual ~StreamingRuntime() = default;
    virtual Task<Result<std::string>> exec(ExecRequest request, Call call) = 0;
    virtual Task<Result<std::string>> attach(AttachRequest request, Call call) = 0;
    virtual Task<Result<std::string>> port_forward(PortForwardRequest request, Call call) = 0;
};

/// The engine. All calls come from the loop's thread, and answers come back on it. Errors: not_found for
/// unknown ids, unavailable when the engine can't be reached, deadline, cancelled, invalid, else internal;
/// the message is the engine's own description. A cancelled or late call may still take effect in the engine.
class ContainerRuntime : public StreamingRuntime {
  public:
    virtual Task<Result<VersionResponse>> version(Call call) = 0;
    virtual Task<Result<std::vector<RuntimeCondition>>> status(Call call) = 0;

    /// Returns the sandbox's id. Fails for a runtime handler that the engine does not know. On an error
    /// nothing usable is left, but a not-ready sandbox may be listed.
    virtual Task<Result<std::string>> run_pod_sandbox(PodSandboxConfig config, Call call) = 0;
    /// Ends what still runs in the sandbox (SIGKILL) and takes its network down. Idempotent.
    virtual Task<Status> stop_pod_sandbox(std::string id, Call call) = 0;
    /// Removes a sandbox and its containers' records. Idempotent.
    virtual Task<Status> remove_pod_sandbox(std::string id, Call call) = 0;
    virtual Task<Result<PodSandboxStatus>> pod_sandbox_status(std::string id, Call call) = 0;
    virtual Task<Result<std::vector<PodSandbox>>> list_pod_sandbox(Filter filter, Call call) = 0;

    /// Returns the container's id; its state is `created`.
    virtual Task<Result<std::string>> create_container(std::string sandbox_id, ContainerConfig config,
                                                       PodSandboxConfig sandbox_config, Call call) = 0;
    /// Starts a created container. From here on its end is reported to watchers.
    virtual Task<Status> start_container(std::string id, Call call) = 0;
    /// Sends the stop signal, and SIGKILL after `timeout` (rounded up to whole seconds); 0 kills at once.
    /// Returns when the container has ended. A second call while one is running may shorten, never lengthen.
    /// Idempotent.
    virtual Task<Status> stop_container(std::string id, Duration timeout, Call call) = 0;
    /// Removes the record, killing the container first if need be. Idempotent.
    /// Sends a signal (`SIGUSR1`) to the container's first process alone, whatever the engine's own stop
    /// sends; nothing to one that has ended. Fails with invalid where the process cannot be reached.
    virtual Task<Status> signal_container(std::string id, std::string signal, Call call) = 0;
    virtual Task<Status> remove_container(std::string id, Call call) = 0;
    virtual Task<Result<std::vector<Container>>> list_containers(Filter filter, Call call) = 0;
    virtual Task<Result<ContainerStatus>> container_status(std::string id, Call call) = 0;
    /// Runs a command in a running container. When the call ends early (deadline or cancelled) the command is
    /// ended too, with every process it started.
    virtual Task<Result<ExecSyncResponse>> exec_sync(ExecSyncRequest request, Call call) = 0;
    /// Waits for a command that was left running, by its name; ends it as exec_sync does. Code::not_found
    /// when the engine has no such command: it never began, its result was given before, or it has ended with
    /// the engine or with whoever waited for it. Output may lack what came before.
    virtual Task<Result<ExecSyncResponse>> await_exec(AwaitExecRequest request, Call call) = 0;
    /// Changes the limits of a created or running container; what is not set (0) stays as it is.
    virtual Task<Status> update_container_resources(std::string id, LinuxResources resources, Call call) = 0;
    virtual Task<Status> reopen_container_log(std::string id, Call call) = 0;

    virtual Task<Result<std::vector<ContainerStats>>> list_container_stats(Filter filter, Call call) = 0;

    /// Called from the loop with every event; one listener. The implementation notices exits by itself
    /// (process handle or the engine's stream), for containers that it started and for those given to
    /// watch_container.
    virtual void on_event(std::function<void(ContainerEvent)> listener) = 0;
    /// Asks to be told of the end of a container that was started before, e.g. by an earlier agent.
    /// Idempotent.
    virtual Task<Status> watch_container(std::string id, Call call) = 0;

    /// Returns the reference to use in ContainerConfig.image. Without `login` the registry is asked
    /// anonymously.
    virtual Task<Result<std::string>> pull_image(std::string image, std::optional<AuthConfig> login,
                                                 Call call) = 0;
    /// nullopt when the image is not present.
    virtual Task<Result<std::optional<Image>>> image_status(std::string image, Call call) = 0;
    virtual Task<Result<std::vector<Image>>> list_images(Call call) = 0;
    virtual Task<Status> remove_image(std::string image, Call call) = 0;
    virtual Task<Result<std::vector<FilesystemUsage>>> image_fs_info(Call call) = 0;
};

}  // namespace hooklet::cri
