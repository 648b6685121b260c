// SPDX-License-Identifier: Apache-2.0
// Events in both forms.
#include "api/event_forms.hpp"
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t most_name = 128;
constexpr std::size_t most_note = 1024;

/// The names of the fields that the two forms call differently.
struct Names {
    std::string_view object;
    std::string_view controller;
    std::string_view note;
};
constexpr Names core_names{"involvedObject", "reportingComponent", "message"};
constexpr Names v1_names{"regarding", "reportingController", "note"};

void check_place(const Event& event, const Names& names, Issues& issues) {
    const std::string& place = event.involvedObject.namespace_;
    const std::string& own = event.metadata.namespace_;
    const bool fits = place.empty() ? own.empty() || own == "default" : own == place;
    if (fits) return;
    issues.push_back(issue::invalid_text(fmt::format("{}.namespace", names.object), place,
                                         "does not match event.namespace"));
}

void check_length(const std::string& value, std::size_t most, std::string_view path, Issues& issues) {
    if (value.size() <= most) return;
    issues.push_back(
        issue::invalid_text(std::string(path), "", fmt::format("can have at most {} characters", most)));
}

void check_name(const std::string& value, std::string_view path, Issues& issues) {
    if (value.empty()) issues.push_back(issue::required(std::string(path)));
    check_length(value, most_name, path, issues);
}

/// The rules of events that say when they happened.
void check_texts(const Event& event, const Names& names, Issues& issues) {
    const std::string controller(names.controller);
    if (event.reportingComponent.empty())
        issues.push_back(issue::required(controller));
    else
        add_problems(qualified_name(event.reportingComponent), controller, event.reportingComponent, issues);
    check_name(event.reportingInstance, "reportingInstance", issues);
    check_name(event.action, "action", issues);
    check_name(event.reason, "reason", issues);
    check_length(event.message, most_note, names.note, issues);
}

Issues check_event(const Event& event, const Names& names) {
    Issues issues;
    check_metadata(event.metadata, issues);
    check_place(event, names, issues);
    if (!event.eventTime.is_zero()) check_texts(event, names, issues);
    return issues;
}

}  // namespace

Issues validate(const Event& event) {
    return check_event(event, core_names);
}

Issues validate(const EventsV1Event& event) {
    Issues issues = check_event(core_event(event), v1_names);
    if (event.eventTime.is_zero()) issues.push_back(issue::required("eventTime"));
    if (event.type != "Normal" && event.type != "Warning")
        issues.push_back(issue::invalid_text("type", "", fmt::format("has invalid value: {}", event.type)));
    return issues;
}

Issues validate_update(const EventsV1Event& next, const EventsV1Event& old) {
    // What was written in the other form may break the rules of this one, and stays.
    Issues issues = check_event(core_event(next), v1_names);
    const auto keep = [&](bool changed, std::string path, std::string_view value) {
        if (changed) issues.push_back(issue::invalid_text(std::move(path), value, "field is immutable"));
    };
    keep(next.reportingController != old.reportingController, "reportingController",
         next.reportingController);
    keep(next.reportingInstance != old.reportingInstance, "reportingInstance", next.reportingInstance);
    keep(next.action != old.action, "action", next.action);
    keep(next.reason != old.reason, "reason", next.reason);
    keep(next.note != old.note, "note", next.note);
    keep(next.type != old.type, "type", next.type);
    keep(next.regarding != old.regarding, "regarding", next.regarding.name);
    keep(next.related != old.related, "related", next.related ? next.related->name : "");
    return issues;
}

}  // namespace hooklet::api
