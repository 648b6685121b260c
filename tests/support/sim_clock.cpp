// SPDX-License-Identifier: Apache-2.0
#include "support/sim_clock.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

namespace hooklet::sim {

namespace {
using namespace std::chrono;
// Not zero, so that a time that was never set is seen as long past.
constexpr MonotonicTime beginning{hours{1}};
constexpr WallTime epoch{sys_days{year{2026} / January / 1}};
}  // namespace

struct SimClock::Queue {
    using Key = std::pair<MonotonicTime, std::uint64_t>;
    MonotonicTime now = beginning;
    Duration jumped{};
    std::uint64_t tie_break = 0;
    std::map<Key, std::move_only_function<void()>> timers;
};

namespace {
struct Withdrawal final : Timer::Handle {
    Withdrawal(std::weak_ptr<SimClock::Queue> q, SimClock::Queue::Key k) : queue(std::move(q)), key(k) {}
    ~Withdrawal() override {
        const auto alive = queue.lock();
        if (!alive) return;
        // Moved out first: destroying the callback may destroy other timers.
        const auto node = alive->timers.extract(key);
    }
    std::weak_ptr<SimClock::Queue> queue;
    SimClock::Queue::Key key;
};
}  // namespace

SimClock::SimClock() : queue_(std::make_shared<Queue>()) {}

MonotonicTime SimClock::now() const {
    return queue_->now;
}

WallTime SimClock::wall() const {
    return wall_of(queue_->now);
}

WallTime SimClock::wall_of(MonotonicTime at) const {
    return epoch + (at - beginning) + queue_->jumped;
}

void SimClock::jump(Duration by) {
    queue_->jumped += by;
}

Duration SimClock::elapsed_at(MonotonicTime at) {
    return at - beginning;
}

MonotonicTime SimClock::moment(Duration since_the_beginning) {
    return beginning + since_the_beginning;
}

Timer SimClock::at(MonotonicTime when, std::move_only_function<void()> callback) {
    const Queue::Key key{std::max(when, queue_->now), queue_->tie_break++};
    queue_->timers.emplace(key, std::move(callback));
    return Timer(std::make_unique<Withdrawal>(queue_, key));
}

std::optional<MonotonicTime> SimClock::next() const {
    if (queue_->timers.empty()) return std::nullopt;
    const MonotonicTime when = queue_->timers.begin()->first.first;
    return when == MonotonicTime::max() ? std::nullopt : std::optional(when);
}

void SimClock::fire_next() {
    auto node = queue_->timers.extract(queue_->timers.begin());
    queue_->now = node.key().first;
    node.mapped()();
}

void SimClock::advance_to(MonotonicTime when) {
    assert(!next() || *next() >= when);
    queue_->now = std::max(queue_->now, when);
}

}  // namespace hooklet::sim
