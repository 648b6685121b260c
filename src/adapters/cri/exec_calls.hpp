// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/cri/exec_tree.hpp"
#include "adapters/cri/kept_execs.hpp"
#include "base/gate.hpp"
#include "base/promise.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hooklet::cri {

/// ExecSync with an end: a call that is over its deadline, or cancelled, takes its processes with it.
class ExecCalls {
  public:
    /// The engine's ExecSync.
    using Send = std::function<Task<Result<ExecSyncResponse>>(ExecSyncRequest, Call)>;
    /// The pid of a container's init process; 0 when it has none.
    using FindInit = std::function<Task<pid_t>(std::string id)>;

    ExecCalls(Executor executor, Clock* clock, KeptExecs* kept, Send send, FindInit find_init)
        : clock_(clock),
          kept_(kept),
          send_(std::move(send)),
          find_init_(std::move(find_init)),
          gate_(std::move(executor)) {}

    Task<Result<ExecSyncResponse>> run(ExecSyncRequest request, Call call);
    Task<Result<ExecSyncResponse>> await(AwaitExecRequest request, Call call);
    /// Somebody else is about to run a command there, through a stream: it is not taken for one of ours.
    void note_stream(const std::string& container_id, const std::vector<std::string>& command);
    /// After the calls have ended. To be called once.
    Task<void> stop();

  private:
    struct Active;
    using Shared = std::shared_ptr<Active>;
    using Answer = Promise<Result<ExecSyncResponse>>;
    Shared begin(std::string container_id, std::vector<std::string> command);
    Task<Result<ExecSyncResponse>> follow(Shared active, Answer answer, Call call);
    Task<void> send(ExecSyncRequest request, Shared active, Answer answer);
    Task<void> send_await(ExecName exec, Shared active, Answer answer);
    void finish(const Shared& active, const Answer& answer, Result<ExecSyncResponse> response);
    [[nodiscard]] KeptExecs::Started knowing(const Shared& active);
    [[nodiscard]] static bool is_left(const Shared& active);
    [[nodiscard]] std::vector<ActiveExec> others_of(const Shared& active) const;
    void end_early(Shared active, Error why);
    Task<void> kill(Shared active);

    Clock* clock_;
    KeptExecs* kept_;
    Send send_;
    FindInit find_init_;
    std::list<Shared> active_;
    std::deque<std::pair<std::string, ActiveExec>> streams_;  ///< By container, the last ones.
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
