// SPDX-License-Identifier: Apache-2.0
#include "client/description.hpp"

#include "client/columns.hpp"
#include "client/document.hpp"
#include "client/three_way_patch.hpp"
#include "kinds/human_duration.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::client {

namespace {

using api::Node;

constexpr std::size_t longest_annotation = 140;

std::int64_t count_of(const Node& event) {
    for (const char* path : {"series.count", "count"}) {
        const Node* count = find(event, path);
        if (count != nullptr && count->as_int() != nullptr) return *count->as_int();
    }
    return 1;
}

/// `creationTimestamp` -> `Creation Timestamp`; what is no name of a field stays as it is.
std::string label(std::string_view name) {
    const auto of_field = [](unsigned char c) { return std::isalpha(c) != 0 || c == '-'; };
    if (!std::ranges::all_of(name, of_field)) return std::string(name);
    if (name == "uid") return "UID";
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        const bool begins =
            i > 0 && std::isupper(c) != 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
        if (begins) out += ' ';
        out += i == 0 ? static_cast<char>(std::toupper(c)) : name[i];
    }
    return out;
}

void add_value(Page& page, std::size_t level, std::string_view name, const Node& value);

void add_members(Page& page, std::size_t level, const Node::Object& members) {
    std::vector<const api::Member*> sorted;
    for (const api::Member& member : members) sorted.push_back(&member);
    std::ranges::sort(sorted, {}, &api::Member::key);
    for (const api::Member* member : sorted) add_value(page, level, label(member->key), member->value);
}

void add_value(Page& page, std::size_t level, std::string_view name, const Node& value) {
    if (const auto* members = value.as_object()) {
        page.line(level, fmt::format("{}:", name));
        return add_members(page, level + 1, *members);
    }
    if (const auto* list = value.as_array()) {
        page.line(level, fmt::format("{}:", name));
        for (const Node& item : *list) {
            const auto* members = item.as_object();
            if (members != nullptr) add_members(page, level + 1, *members);
            if (members == nullptr) page.line(level + 1, shown(item));
        }
        return;
    }
    const std::string text = shown(value);
    if (!text.contains('\n')) return page.field(level, name, text);
    page.line(level, fmt::format("{}:", name));
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        page.line(level + 1, rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

/// What a Namespace still holds, as its conditions tell it.
std::vector<std::string> what_remains(const Node& object) {
    std::vector<std::string> messages;
    for (const Node& condition : items(object, "status.conditions")) {
        const std::string type = text_at(condition, "type");
        const bool holds = type == "NamespaceContentRemaining" || type == "NamespaceFinalizersRemaining";
        if (holds && text_at(condition, "status") == "True")
            messages.push_back(text_at(condition, "message"));
    }
    return messages;
}

/// Without what nobody reads.
Node readable(const Node& object) {
    Node out = object;
    for (const char* shown_above : {"kind", "apiVersion"}) out.erase(shown_above);
    if (Node* metadata = out.find("metadata")) {
        for (const char* key : {"managedFields", "name", "namespace", "labels", "annotations"})
            metadata->erase(key);
    }
    return out;
}

}  // namespace

std::string event_time(const Node& event) {
    for (const char* path : {"series.lastObservedTime", "lastTimestamp", "eventTime", "firstTimestamp"}) {
        if (std::string time = text_at(event, path); !time.empty()) return time;
    }
    return "";
}

std::string event_interval(const Node& event, WallTime now) {
    std::string last = age(event_time(event), now);
    const std::string first = text_at(event, "firstTimestamp").empty() ? text_at(event, "eventTime")
                                                                       : text_at(event, "firstTimestamp");
    if (count_of(event) <= 1) return last;
    return fmt::format("{} (x{} over {})", last, count_of(event), age(first, now));
}

void Page::line(std::size_t level, std::string_view text) {
    lines_.append(2 * level, ' ').append(text).append("\n");
}

void Page::field(std::size_t level, std::string_view name, std::string_view value) {
    line(level, fmt::format("{}:\t{}", name, value));
}

std::string Page::text() const {
    return align(lines_);
}

void add_map(Page& page, std::size_t level, std::string_view name, const Node* map, char between) {
    std::string heading = fmt::format("{}:", name);
    static const Node::Object nothing;
    const auto* members = map == nullptr ? nullptr : map->as_object();
    for (const api::Member& member : members == nullptr ? nothing : *members) {
        if (member.key == last_applied) continue;
        std::string value = shown(member.value);
        std::ranges::replace(value, '\n', ' ');
        if (value.size() > longest_annotation) value = value.substr(0, longest_annotation) + "...";
        page.line(level, fmt::format("{}\t{}{}{}{}", heading, member.key, between, between == ':' ? " " : "",
                                     value));
        heading.clear();
    }
    if (!heading.empty()) page.field(level, name, "<none>");
}

void add_events(Page& page, const Subject& subject) {
    if (!subject.events) return;
    if (subject.events->empty()) return page.field(0, "Events", "<none>");
    std::vector<const Node*> events;
    for (const Node& event : *subject.events) events.push_back(&event);
    std::ranges::stable_sort(events, {}, [](const Node* event) { return event_time(*event); });
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for (const Node* event : events) {
        std::string source = text_at(*event, "source.component");
        if (source.empty()) source = text_at(*event, "reportingComponent");
        std::string message = text_at(*event, "message");
        std::ranges::replace(message, '\n', ' ');
        page.line(1, fmt::format("{}\t{}\t{}\t{}\t{}", text_at(*event, "type"), text_at(*event, "reason"),
                                 event_interval(*event, subject.now), source, message));
    }
}

void add_deletion(Page& page, const Subject& subject) {
    const std::string deleted = text_at(subject.object, "metadata.deletionTimestamp");
    if (deleted.empty()) return;
    std::vector<std::string> names;
    // Those of a Namespace stand in its spec too.
    for (const char* path : {"metadata.finalizers", "spec.finalizers"}) {
        for (const Node& finalizer : items(subject.object, path)) names.push_back(shown(finalizer));
    }
    if (names.empty()) return;
    page.field(0, "Held By",
               fmt::format("{} {}", names.size() == 1 ? "finalizer" : "finalizers", fmt::join(names, ", ")));
    page.line(0, fmt::format("\t(deletion asked for {} ago; the object goes when this list is empty)",
                             age(deleted, subject.now)));
    for (const std::string& message : what_remains(subject.object)) page.line(0, "\t" + message);
}

std::string people_time(std::string_view rfc3339_text) {
    const auto at = parse_rfc3339(rfc3339_text);
    if (!at) return "";
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(*at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(*at - day));
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                       days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                       months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string age(std::string_view rfc3339_text, WallTime now) {
    const auto at = parse_rfc3339(rfc3339_text);
    return at ? kinds::human_duration(now - *at) : "<unknown>";
}

std::string describe_object(const Subject& subject) {
    Page page;
    const Node& object = subject.object;
    page.field(0, "Name", text_at(object, "metadata.name"));
    page.field(0, "Namespace", text_at(object, "metadata.namespace"));
    add_map(page, 0, "Labels", find(object, "metadata.labels"), '=');
    add_map(page, 0, "Annotations", find(object, "metadata.annotations"), ':');
    page.field(0, "API Version", text_at(object, "apiVersion"));
    page.field(0, "Kind", text_at(object, "kind"));
    add_deletion(page, subject);
    const Node rest = readable(object);
    if (rest.as_object() != nullptr) add_members(page, 0, *rest.as_object());
    add_events(page, subject);
    return page.text();
}

}  // namespace hooklet::client
