// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lifecycle/command_runner.hpp"
#include "pods/pod_context.hpp"

#include <string>

namespace hooklet {

/// Runs the command of an on-exit hook: in a short-lived container of its own, made like the one that has
/// ended - same image, volumes and environment - in the same sandbox.
class ExitCommand final : public CommandRunner {
  public:
    /// `config` is what the ended container was made from.
    ExitCommand(PodContext* context, std::string sandbox_id, cri::PodSandboxConfig sandbox,
                cri::ContainerConfig config);

    /// What the command's container is called for this one.
    static std::string name_for(const std::string& container);

    /// The container that an earlier agent has begun to run this command in.
    void adopt(const cri::ContainerStatus& container);

    Task<Result<cri::ExecSyncResponse>> run(std::vector<std::string> command, std::vector<cri::KeyValue> env,
                                            Call call) override;
    [[nodiscard]] bool is_under_way() const override { return !id_.empty(); }

    /// The engine's word on a container; others than the command's are ignored.
    void observe(const cri::ContainerStatus& status);
    /// The container's id while there is one.
    [[nodiscard]] const std::string& container_id() const { return id_; }

  private:
    /// An engine that is interrupted while it starts a container leaves half of it behind, which nobody can
    /// remove: the hook's own limit counts once it is started.
    [[nodiscard]] Call engine_call() const;
    /// From what there is of the container to its end. Code::unavailable: the engine is away, and what there
    /// is may go on without it; or it has lost the container.
    Task<Result<cri::ContainerStatus>> run_once(Call call);
    Task<Status> look();
    Task<Status> make();
    Task<Status> start();
    Task<Result<cri::ContainerStatus>> wait_for_end(Call call);
    /// Whether another container is to do what this one has not, by why.
    bool may_try_again(const Error& why, const Call& call);
    [[nodiscard]] cri::ExecSyncResponse response(const cri::ContainerStatus& status) const;
    [[nodiscard]] std::string log_file() const;
    Task<void> remove();
    Task<void> remove_unknown();

    PodContext* context_;
    std::string sandbox_id_;
    cri::PodSandboxConfig sandbox_;
    cri::ContainerConfig config_;
    std::string id_;
    cri::ContainerState state_ = cri::ContainerState::unknown;
    std::optional<cri::ContainerStatus> end_;
    bool made_before_ = false;
    bool begun_ = false;  // the command may have run
    bool fresh_ = false;  // the container is of this process and of an engine that lives
    unsigned refusals_ = 0;
    CancelSource ended_;
};

}  // namespace hooklet
