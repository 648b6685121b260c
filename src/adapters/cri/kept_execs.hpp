// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/cri/grpc_client.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <sys/types.h>

namespace hooklet::cri {

/// Commands in containers that live on when the one who began them, or containerd, ends: they belong to the
/// container's shim alone, which keeps their exit code until somebody has it. Through containerd's own
/// services, since CRI's ExecSync ends a command with its call.
///
/// Their output comes through two pipes in the file system, which the shim keeps open as well: without a
/// reader a command can write some 64 KiB, then it waits. What it wrote is lost when it ends while there is
/// none. Of more than 256 KiB the middle is lost.
class KeptExecs {
  public:
    using Response = Result<ExecSyncResponse>;
    /// Told the command's pid.
    using Started = std::function<void(pid_t)>;

    /// `folder` is for the pipes; empty when the engine can't do this.
    KeptExecs(Executor executor, Clock* clock, GrpcClient* client, std::string folder)
        : clock_(clock), client_(client), folder_(std::move(folder)), gate_(std::move(executor)) {}

    [[nodiscard]] bool available() const { return !folder_.empty(); }
    /// Begins the command and waits for its end and that of its output. After Code::unavailable, deadline and
    /// cancelled it goes on, or may do so.
    Task<Response> run(ExecSyncRequest request, Started started, Call call);
    /// The pid of one that was begun, -1 when it has ended. Fails with not_found when there is none; one that
    /// was made and never begun is removed.
    Task<Result<pid_t>> find(ExecName name, Call call);
    /// Waits for one that was found, as run does.
    Task<Response> await(ExecName name, Call call);
    /// The container is gone, and its commands with it.
    void forget(const std::string& container_id) const;
    /// After the client's stop. To be called once.
    Task<void> stop();

  private:
    struct Output;
    struct Pipes;
    [[nodiscard]] std::string pipe_of(const ExecName& name, const char* stream) const;
    Result<std::shared_ptr<Output>> open(const ExecName& name, const char* stream, bool make) const;
    Result<std::shared_ptr<Pipes>> open(const ExecName& name, bool make);
    Task<Result<pid_t>> begin(ExecName name, ExecSyncRequest request, Call call);
    Task<Response> end(ExecName name, std::shared_ptr<Pipes> pipes, Call call);
    Task<void> remove(ExecName name);

    Clock* clock_;
    GrpcClient* client_;
    std::string folder_;
    /// By the command's name: its output so far, for one that is awaited again.
    std::map<std::string, std::shared_ptr<Pipes>> pipes_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
