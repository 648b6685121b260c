// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "events/event_texts.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Which events become objects of the API, and how (lifecycle spec 9, row 33): a step machine without I/O.
namespace hooklet {

/// What an event is about.
struct InvolvedObject {
    std::string kind = "Pod";
    std::string namespace_{};  ///< Empty for objects of the whole cluster.
    std::string name{};
    std::string uid{};
    std::string field_path{};  ///< `spec.containers{app}`; empty: the object itself.
    auto operator<=>(const InvolvedObject&) const = default;
};

/// One object of the API that tells of the same thing happening once or more.
struct EventSeries {
    std::string namespace_;
    std::string name;  ///< `<object>.<hex of the first time in nanoseconds>`
    InvolvedObject object;
    event::Text text;
    WallTime first;
    WallTime last;
    std::int32_t count = 1;
};

/// Counts repeated events instead of making new ones, and holds back what comes too often. Unlike on a
/// kubelet, what a Pod's life is told by (Killing, hooks, Created, Started, ...) is never held back, and one
/// noisy reason costs no other.
class EventCorrelator {
  public:
    /// What is to be written: a new object with count 1, or a grown count of one that is there. nullopt:
    /// nothing.
    std::optional<EventSeries> observe(const InvolvedObject& object, const event::Text& text, WallTime now);

    static constexpr std::size_t burst = 25;                              ///< For each object and reason;
    static constexpr Duration refill = std::chrono::minutes{5};           ///< then one in so long.
    static constexpr std::size_t similar_limit = 10;                      ///< Messages of one reason, within
    static constexpr Duration similar_window = std::chrono::minutes{10};  ///< so long, that stay apart.
    static constexpr std::size_t remembered = 4096;                       ///< Series, and reasons of objects.

  private:
    struct Subject {
        InvolvedObject object;
        bool warning = false;
        std::string reason;
        auto operator<=>(const Subject&) const = default;
    };
    /// How often one reason has come for one object.
    struct Rate {
        std::size_t tokens = burst;
        WallTime refilled;
        std::map<std::string, WallTime> messages{};  // when each came last
    };
    struct SeriesKey {
        Subject subject;
        std::string message;
        auto operator<=>(const SeriesKey&) const = default;
    };

    [[nodiscard]] static bool take_token(Rate& rate, WallTime now);
    [[nodiscard]] static bool are_too_many(Rate& rate, const std::string& message, WallTime now);
    [[nodiscard]] std::string unused_name(const std::string& object, WallTime now);

    std::map<Subject, Rate> rates_;
    std::map<SeriesKey, EventSeries> series_;
    std::list<SeriesKey> series_order_;  // oldest first
    std::list<Subject> rate_order_;      // oldest first
    WallTime last_name_;
};

/// True for reasons that tell a Pod's life and are few by nature.
bool is_lifecycle_reason(const std::string& reason);

}  // namespace hooklet
