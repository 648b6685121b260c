// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"
#include "lifecycle/hook_runner.hpp"
#include "lifecycle/stop_machine.hpp"

#include <deque>
#include <functional>

namespace hooklet {

/// One stop of one running container.
struct StopRequest {
    std::string container_id;
    Duration grace{};
    std::optional<HookRequest> pre_stop;  ///< Its cap is cut to the grace period.
    std::string message;   ///< Of the Killing event: `Stopping container c`; empty: it was told before.
    bool ordered = false;  ///< The stop signal waits for allow_term() or the end of grace.
    /// Sent by hooklet itself, as not all engines know of another one than the image's; empty: the engine's.
    std::string stop_signal{};
};

/// Carries a stop out: drives a StopMachine with the clock, the preStop hook and the engine.
/// Lives until run() has returned.
class ContainerStop {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        cri::ContainerRuntime* runtime = nullptr;
        HookRunner* hooks = nullptr;
    };

    /// `ended` is called when the engine says that the container is not running any more; the owner then
    /// finds out how it ended and calls container_exited().
    ContainerStop(Ports ports, StopRequest request, Recorder recorder, std::function<void()> ended);

    /// Ends the grace period `grace` from now, if that is sooner. Takes effect at once.
    void shorten(Duration grace);
    /// Those that an ordered stop waits for have ended.
    void allow_term();
    [[nodiscard]] bool awaits_turn() const { return machine_.awaits_turn(); }
    /// The container has ended; the stop is over.
    void container_exited();

    /// Returns when container_exited() has been called and nothing of the stop is running any more, or when
    /// cancelled (the container is then left as it is).
    Task<void> run(CancelToken cancel);

  private:
    using Event = std::function<std::vector<StopAction>(MonotonicTime)>;
    void post(Event event);
    void perform(const std::vector<StopAction>& actions);
    void perform(const RunPreStop& action);
    void perform(const SendTerm& action);
    void send_kill();
    Task<void> run_pre_stop(HookRequest hook);
    Task<void> send_own_signal(Duration until_kill, CancelToken cancel);
    Task<void> stop_in_engine(Duration timeout, CancelToken cancel);

    Ports ports_;
    StopRequest request_;
    Recorder recorder_;
    std::function<void()> ended_;
    StopMachine machine_;
    std::deque<Event> events_;
    Signal changed_;
    CancelSource hook_cancel_;
    CancelSource engine_cancel_;
    Gate gate_;
};

}  // namespace hooklet
