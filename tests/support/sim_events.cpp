// SPDX-License-Identifier: Apache-2.0
#include "support/sim_events.hpp"

#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;

void SimEvents::emit(cri::ContainerEvent event) {
    const EventFate fate = faults_->decide_event();
    for (int copy = 0; copy < fate.copies; ++copy) {
        const std::uint64_t number = ++last_;
        const Duration wait = random_.between(200us, 3ms) + fate.late;
        on_the_way_[number] = clock_->after(wait, [this, number, event] { deliver(number, event); });
    }
}

void SimEvents::deliver(std::uint64_t number, cri::ContainerEvent event) {
    on_the_way_.erase(number);
    event.seen_at = clock_->now();
    if (listener_ && !faults_->severed()) listener_(std::move(event));
}

void SimEvents::disconnect() {
    on_the_way_.clear();
    listener_ = nullptr;
}

}  // namespace hooklet::sim
