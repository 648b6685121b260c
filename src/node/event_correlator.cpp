// SPDX-License-Identifier: Apache-2.0
#include "node/event_correlator.hpp"

#include "api/event_forms.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hooklet {

namespace {

constexpr std::array<std::string_view, 22> lifecycle_reasons{
    "Created",
    "DeadlineExceeded",
    "Evicted",
    "ExceededGracePeriod",
    "FailedOnExitHook",
    "FailedPostStartHook",
    "FailedPreStopHook",
    "Killing",
    "LifecycleHTTPFallback",
    "NodeNotReady",
    "NodeReady",
    "OnExitHookTimedOut",
    "PostStartHookTimedOut",
    "PreStopHookTimedOut",
    "Preempting",
    "Pulled",
    "Pulling",
    "SandboxChanged",
    "Scheduled",
    "Shutdown",
    "Started",
    "Starting",
};
static_assert(std::ranges::is_sorted(lifecycle_reasons));

constexpr std::string_view combined = "(combined from similar events): ";

/// Forgets the oldest entry when there are too many.
template <class Map, class Order>
void bound(Map& map, Order& order) {
    if (map.size() <= EventCorrelator::remembered) return;
    map.erase(order.front());
    order.pop_front();
}

}  // namespace

bool is_lifecycle_reason(const std::string& reason) {
    return std::ranges::binary_search(lifecycle_reasons, std::string_view(reason));
}

bool EventCorrelator::take_token(Rate& rate, WallTime now) {
    const auto earned = static_cast<std::size_t>(std::max<Duration>(now - rate.refilled, {}) / refill);
    rate.refilled += refill * static_cast<Duration::rep>(earned);
    rate.tokens = std::min(burst, rate.tokens + earned);
    if (rate.tokens == 0) return false;
    if (rate.tokens == burst) rate.refilled = now;
    --rate.tokens;
    return true;
}

bool EventCorrelator::are_too_many(Rate& rate, const std::string& message, WallTime now) {
    std::erase_if(rate.messages, [now](const auto& seen) { return now - seen.second > similar_window; });
    if (rate.messages.size() < similar_limit || rate.messages.contains(message)) {
        rate.messages[message] = now;
        return false;
    }
    return true;
}

std::string EventCorrelator::unused_name(const std::string& object, WallTime now) {
    // Two events of one moment are two objects.
    last_name_ = std::max(now, last_name_ + Duration{1});
    return api::event_name(object, last_name_);
}

std::optional<EventSeries> EventCorrelator::observe(const InvolvedObject& object, const event::Text& text,
                                                    WallTime now) {
    const Subject subject{object, text.warning, text.reason};
    std::string message = text.message;
    if (!is_lifecycle_reason(text.reason)) {
        const auto [rate, is_new] = rates_.try_emplace(subject, Rate{.refilled = now});
        if (is_new) rate_order_.push_back(subject);
        if (are_too_many(rate->second, message, now)) message.insert(0, combined);
        const bool allowed = take_token(rate->second, now);
        bound(rates_, rate_order_);
        if (!allowed) return std::nullopt;
    }
    // All combined ones are one series, which shows the newest text.
    const bool is_combined = message.starts_with(combined);
    const SeriesKey key{subject, is_combined ? std::string(combined) : message};
    const auto known = series_.find(key);
    if (known != series_.end()) {
        EventSeries& series = known->second;
        ++series.count;
        series.last = now;
        series.text.message = std::move(message);
        return series;
    }
    EventSeries series;
    series.namespace_ = object.namespace_.empty() ? "default" : object.namespace_;
    series.name = unused_name(object.name, now);
    series.object = object;
    series.text = {text.warning, text.reason, std::move(message), text.annotations};
    series.first = series.last = now;
    series_.emplace(key, series);
    series_order_.push_back(key);
    bound(series_, series_order_);
    return series;
}

}  // namespace hooklet
