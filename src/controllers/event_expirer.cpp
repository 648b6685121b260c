// SPDX-License-Identifier: Apache-2.0
#include "controllers/event_expirer.hpp"

#include "controllers/resource.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace hooklet {

namespace {

/// Between two rounds for the sake of age, and before the first: an agent that starts has other things to
/// read.
constexpr Duration shortest_pause = std::chrono::minutes{1};

ObjectName name_of(const api::Node& event) {
    return {text_at(event, {"metadata", "namespace"}), text_at(event, {"metadata", "name"})};
}

/// When the event happened last, by what it says itself, but not before it was told.
WallTime last_time(const api::Event& event) {
    const WallTime again = event.series ? event.series->lastObservedTime.wall() : WallTime{};
    return std::max({event.metadata.creationTimestamp.wall(), event.lastTimestamp.wall(), again});
}

}  // namespace

EventExpirer::EventExpirer(Api* api, Clock* clock, const Executor& executor, EventLimits limits)
    : api_(api),
      clock_(clock),
      limits_(limits),
      events_(api, clock, executor, {{"", "v1", "events"}}, this, Reflector::Start::with_watch),
      loop_(clock, executor, [this](CancelToken cancel) { return remove_old(std::move(cancel)); }) {}

void EventExpirer::start() {
    loop_.start();
    look_again(clock_->now() + shortest_pause);
}

Task<void> EventExpirer::stop() {
    co_await loop_.stop();  // which may start to listen
    co_await events_.stop();
}

void EventExpirer::put(api::Node object) {
    // A clock that was set must not make an event stay for ever.
    const WallTime now = clock_->wall();
    const Duration age = now - std::clamp(last_time(read_as<api::Event>(object)), now - limits_.age, now);
    const MonotonicTime written = clock_->now() - age;
    written_[name_of(object)] = written;
    if (written_.size() > limits_.number) loop_.poke();
    look_again(written + limits_.age);
}

void EventExpirer::look_again(MonotonicTime by) {
    if (by >= next_look_) return;
    next_look_ = by;
    loop_.poke_at(by);
}

void EventExpirer::erase(api::Node object) {
    written_.erase(name_of(object));
}

EventExpirer::Written EventExpirer::old() const {
    std::vector<MonotonicTime> times;
    for (const auto& [name, time] : written_) times.push_back(time);
    MonotonicTime limit = clock_->now() - limits_.age;
    if (times.size() > limits_.number) {
        // Some more than must, so that not each event that comes makes another one go.
        const auto newest_to_go = times.end() - static_cast<std::ptrdiff_t>(limits_.number * 9 / 10 + 1);
        std::ranges::nth_element(times, newest_to_go);
        limit = std::max(limit, *newest_to_go);
    }
    Written found;
    std::ranges::copy_if(written_, std::inserter(found, found.end()),
                         [limit](const auto& entry) { return entry.second <= limit; });
    return found;
}

Task<Status> EventExpirer::remove_old(CancelToken cancel) {
    next_look_ = MonotonicTime::max();
    if (!std::exchange(listening_, true)) events_.start();
    Status all;
    const Written leaving = old();
    for (const auto& [name, time] : leaving) {
        const auto known = written_.find(name);
        if (cancel.cancelled() || known == written_.end() || known->second != time) continue;
        const Call call = clock_->call_within(longest_request, cancel);
        const ApiPath event{"", "v1", "events", name.namespace_, name.name};
        const ApiDelete unconditionally;
        const auto gone = co_await api_->remove(event, unconditionally, call);
        if (gone || gone.error().code == Code::not_found) {
            written_.erase(name);
        } else {
            all = std::unexpected(gone.error());
        }
    }
    if (!written_.empty()) {
        const MonotonicTime oldest = std::ranges::min(written_ | std::views::values);
        look_again(std::max(oldest + limits_.age, clock_->now() + shortest_pause));
    }
    co_return all;
}

}  // namespace hooklet
