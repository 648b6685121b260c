// SPDX-License-Identifier: Apache-2.0
#include "api/event_forms.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::kinds {

namespace {

const std::string& first_of(const std::string& one, const std::string& other) {
    return one.empty() ? other : one;
}

/// The times and the count of an event, whichever way its sender counts.
struct Occurrences {
    api::Time first;
    api::Time last;
    std::int64_t count;

    explicit Occurrences(const api::Event& event)
        : first(event.firstTimestamp.is_zero() ? event.eventTime : event.firstTimestamp),
          last(event.lastTimestamp.is_zero() ? first : event.lastTimestamp),
          count(std::max(event.count, 1)) {
        if (!event.series) return;
        last = event.series->lastObservedTime;
        count = event.series->count;
    }
};

std::string object_text(const api::ObjectReference& object) {
    const std::string kind = lower_case(object.kind);
    return object.name.empty() ? kind : fmt::format("{}/{}", kind, object.name);
}

std::string source_text(const api::Event& event) {
    const std::string& component = first_of(event.source.component, event.reportingComponent);
    const std::string& instance = first_of(event.source.host, event.reportingInstance);
    return instance.empty() ? component : fmt::format("{}, {}", component, instance);
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(space) - begin + 1));
}

Row event_row(const api::Event& event, WallTime now) {
    const Occurrences times(event);
    return row_of(age_of(times.last, now), event.type, event.reason, object_text(event.involvedObject),
                  event.involvedObject.fieldPath, source_text(event), trimmed(event.message),
                  age_of(times.first, now), times.count, event.metadata.name);
}

Row v1_row(const api::EventsV1Event& event, WallTime now) {
    return event_row(api::core_event(event), now);
}

std::vector<Column> event_columns() {
    return {column("Last Seen", "Time since it last happened."),
            column("Type", "Normal or Warning."),
            column("Reason", "What happened, in one word."),
            column("Object", "What it happened to."),
            wide("Subobject", "The part of the object, such as a container."),
            wide("Source", "Who says so."),
            column("Message", "What happened."),
            wide("First Seen", "Time since it first happened."),
            {.name = "Count", .type = "integer", .priority = 1},
            {.name = "Name", .format = "name", .priority = 1}};
}

/// The paths of a reference's parts, in the order of add_reference().
using ReferencePaths = std::array<std::string_view, 7>;

constexpr ReferencePaths regarding{"regarding.kind",     "regarding.namespace",  "regarding.name",
                                   "regarding.uid",      "regarding.apiVersion", "regarding.resourceVersion",
                                   "regarding.fieldPath"};
constexpr ReferencePaths involved_object{"involvedObject.kind",       "involvedObject.namespace",
                                         "involvedObject.name",       "involvedObject.uid",
                                         "involvedObject.apiVersion", "involvedObject.resourceVersion",
                                         "involvedObject.fieldPath"};

void add_reference(Fields& fields, const ReferencePaths& paths, const api::ObjectReference& object) {
    const std::array parts{&object.kind,       &object.namespace_,      &object.name,     &object.uid,
                           &object.apiVersion, &object.resourceVersion, &object.fieldPath};
    for (std::size_t i = 0; i < paths.size(); ++i) fields.emplace_back(paths[i], *parts[i]);
}

Fields v1_fields(const api::EventsV1Event& event) {
    Fields fields;
    add_reference(fields, regarding, event.regarding);
    fields.emplace_back("reason", event.reason);
    fields.emplace_back("reportingController", event.reportingController);
    fields.emplace_back("type", event.type);
    return fields;
}

/// The names of both forms: what is stored is found by either.
Fields core_fields(const api::Event& event) {
    Fields fields = v1_fields(api::events_v1_event(event));
    add_reference(fields, involved_object, event.involvedObject);
    fields.emplace_back("reportingComponent", event.reportingComponent);
    fields.emplace_back("source", first_of(event.source.component, event.reportingComponent));
    return fields;
}

}  // namespace

Kind events() {
    return kind_of<api::Event>({.name = "Event",
                                .plural = "events",
                                .singular = "event",
                                .verbs = every_verb,
                                .short_names = {"ev"},
                                .create_on_update = true,
                                .columns = event_columns()},
                               {.validate = api::validate, .fields = core_fields, .row = event_row});
}

Kind events_v1_events() {
    Kind kind =
        kind_of<api::EventsV1Event>({.group = "events.k8s.io",
                                     .name = "Event",
                                     .plural = "events",
                                     .singular = "event",
                                     .verbs = every_verb,
                                     .short_names = {"ev"},
                                     .create_on_update = true,
                                     .stored_as = "events",
                                     .columns = event_columns()},
                                    {.validate = api::validate,
                                     .validate_update = of_object<api::EventsV1Event, api::validate_update>,
                                     .fields = v1_fields,
                                     .row = v1_row});
    kind.to_stored = [](const void* event) {
        return std::make_shared<api::Event>(api::core_event(*static_cast<const api::EventsV1Event*>(event)));
    };
    kind.from_stored = [](const void* event) {
        return std::make_shared<api::EventsV1Event>(
            api::events_v1_event(*static_cast<const api::Event*>(event)));
    };
    return kind;
}

}  // namespace hooklet::kinds
