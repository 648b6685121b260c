// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/cri/exit_watcher.hpp"
#include "adapters/cri/grpc_client.hpp"
#include "adapters/cri/task_events.hpp"
#include "base/gate.hpp"
#include "ports/clock.hpp"

#include <functional>
#include <string>

namespace hooklet::cri {

/// The event streams of the engine: CRI's (GetContainerEvents), and containerd's own, which tells a success
/// early. One that is lost is opened again, after 1 s at first and 30 s at most; one that the engine does not
/// offer is left alone.
class EventStreams {
  public:
    using IsContainer = std::function<bool(const std::string& id)>;
    using Emit = std::function<void(ContainerEvent)>;

    /// `client` and `exits` outlive it. `is_container` is false for sandboxes and for what others have made.
    EventStreams(Executor executor, Clock* clock, GrpcClient* client, ExitWatcher* exits,
                 IsContainer is_container, Emit emit)
        : clock_(clock),
          client_(client),
          exits_(exits),
          is_container_(std::move(is_container)),
          emit_(std::move(emit)),
          gate_(std::move(executor)) {}

    /// Begins with both streams; does nothing when it has.
    void begin();
    /// To be called once.
    Task<void> stop();

  private:
    using Receiver = void (EventStreams::*)(const std::string& message);
    void receive_from_cri(const std::string& message);
    void receive_from_containerd(const std::string& message);
    /// Returns when the engine does not offer the stream, or at the end.
    Task<void> follow(std::string method, std::string request, Receiver receiver);

    Clock* clock_;
    GrpcClient* client_;
    ExitWatcher* exits_;
    IsContainer is_container_;
    Emit emit_;
    TaskEvents task_events_;
    bool begun_ = false;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet::cri
