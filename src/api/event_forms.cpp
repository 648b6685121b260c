// SPDX-License-Identifier: Apache-2.0
#include "api/event_forms.hpp"

#include <fmt/format.h>

namespace hooklet::api {

namespace {

/// Calls `pair(core, v1)` for each field that has the same type and meaning in both forms.
template <class Core, class V1, class Pair>
void for_each_pair(Core& core, V1& v1, Pair pair) {
    pair(core.metadata, v1.metadata);
    pair(core.involvedObject, v1.regarding);
    pair(core.related, v1.related);
    pair(core.reason, v1.reason);
    pair(core.message, v1.note);
    pair(core.type, v1.type);
    pair(core.action, v1.action);
    pair(core.eventTime, v1.eventTime);
    pair(core.reportingComponent, v1.reportingController);
    pair(core.reportingInstance, v1.reportingInstance);
    pair(core.source, v1.deprecatedSource);
    pair(core.firstTimestamp, v1.deprecatedFirstTimestamp);
    pair(core.lastTimestamp, v1.deprecatedLastTimestamp);
    pair(core.count, v1.deprecatedCount);
}

}  // namespace

std::string event_name(std::string_view object, WallTime at) {
    constexpr std::size_t longest = 253;
    const std::string time = fmt::format(".{:x}", at.time_since_epoch().count());
    object = object.substr(0, longest - time.size());
    return std::string(object.substr(0, object.find_last_not_of("-.") + 1)) + time;
}

EventsV1Event events_v1_event(const Event& event) {
    EventsV1Event out;
    out.kind = "Event";
    out.apiVersion = "events.k8s.io/v1";
    for_each_pair(event, out, [](const auto& from, auto& to) { to = from; });
    if (event.series)
        out.series = EventsV1EventSeries{.count = event.series->count,
                                         .lastObservedTime = event.series->lastObservedTime};
    return out;
}

Event core_event(const EventsV1Event& event) {
    Event out;
    out.kind = "Event";
    out.apiVersion = "v1";
    for_each_pair(out, event, [](auto& to, const auto& from) { to = from; });
    if (event.series)
        out.series =
            EventSeries{.count = event.series->count, .lastObservedTime = event.series->lastObservedTime};
    return out;
}

}  // namespace hooklet::api
