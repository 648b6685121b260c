// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"
#include "support/sim_wire.hpp"

#include <cstdint>
#include <functional>
#include <map>

namespace hooklet::sim {

/// The engine's event stream: events come a little late; with faults much later, twice, out of order or
/// never.
class SimEvents {
  public:
    SimEvents(SimClock* clock, SimRandom random, FaultInjector* faults)
        : clock_(clock), random_(random), faults_(faults) {}

    void on_event(std::function<void(cri::ContainerEvent)> listener) { listener_ = std::move(listener); }
    void emit(cri::ContainerEvent event);
    /// The stream breaks: what is on its way is lost.
    void disconnect();
    [[nodiscard]] std::uint64_t state_hash() const { return random_.state_hash(); }

  private:
    void deliver(std::uint64_t number, cri::ContainerEvent event);

    SimClock* clock_;
    SimRandom random_;
    FaultInjector* faults_;
    std::function<void(cri::ContainerEvent)> listener_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, Timer> on_the_way_;
};

}  // namespace hooklet::sim
