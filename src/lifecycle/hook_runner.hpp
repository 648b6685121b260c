// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "events/recorder.hpp"
#include "lifecycle/container_command.hpp"
#include "lifecycle/hook_request.hpp"
#include "ports/container_runtime.hpp"
#include "ports/network.hpp"

namespace hooklet {

/// Delivers hooks: runs the handler within its cap and keeps the record of the attempt.
class HookRunner {
  public:
    struct Ports {
        Clock* clock = nullptr;
        cri::ContainerRuntime* runtime = nullptr;
        Network* network = nullptr;
        Journal* journal = nullptr;
    };
    /// `any_http_status`: an httpGet hook succeeds with whatever status, as on a kubelet.
    HookRunner(Ports ports, bool any_http_status) : ports_(ports), any_http_status_(any_http_status) {}

    /// Runs the hook to its end. Cancelling ends it at once: as TimedOut when the token's reason is
    /// Code::deadline (the grace period is spent), else as Cancelled. Events are the caller's, except those
    /// about the handler itself (HTTP fallback, tcpSocket).
    /// A command goes on when the agent or the engine ends, where the engine can do that, and is awaited
    /// further, as the same attempt and within its cap. Else it is run again, as another attempt; with
    /// at_most_once it stays Unknown and counts as done.
    Task<HookResult> run(HookRequest request, CancelToken cancel);

  private:
    struct Ending;  // what a handler leaves behind
    struct Try;     // what an attempt came to
    Task<Try> attempt(HookRequest request, Call call);
    /// The last attempt, if it goes on; else it is recorded as cut off, and stays so.
    Task<Try> resume(HookRequest request, Call call);
    /// The end of a command that was begun earlier, whatever becomes of the engine meanwhile.
    Task<Result<cri::ExecSyncResponse>> await_end(HookRequest request, std::string exec_id, Call call);
    Task<Try> conclude(HookRequest request, HookAttempt attempt, Ending ending, CancelToken cancel);
    Task<void> engine_is_back(Call call);
    static HookResult result_of(const HookRequest& request, const Ending& ending, const CancelToken& cancel);
    Task<Ending> handle(HookRequest request, std::string exec_id, Call call);
    Task<Ending> exec(HookRequest request, std::string exec_id, Call call);
    [[nodiscard]] Ending ending_of(const HookRequest& request, CommandResult response) const;
    Task<Ending> http_get(HookRequest request, Call call);
    Task<Ending> tcp_socket(HookRequest request, Call call);
    Task<Ending> sleep(HookRequest request, Call call);

    [[nodiscard]] bool is_success(int http_status) const;

    Ports ports_;
    bool any_http_status_;
};

}  // namespace hooklet
