// SPDX-License-Identifier: Apache-2.0
#include "server/selection.hpp"

#include "api/selector.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

constexpr std::string_view name_field = "metadata.name";
constexpr std::string_view namespace_field = "metadata.namespace";

/// Old names of fields that clients still use.
std::string canonical(const Target& target, std::string path) {
    return target.is("pods") && path == "spec.host" ? "spec.nodeName" : path;
}

/// What the kind's selectors may ask for.
std::vector<std::string> known_fields(const kinds::Kind& kind) {
    std::vector<std::string> known{std::string(name_field)};
    if (kind.namespaced) known.emplace_back(namespace_field);
    if (!kind.fields) return known;
    for (const auto& [path, value] : kind.fields(kind.make().get())) known.emplace_back(path);
    return known;
}

ApiStatus unknown_field(const kinds::Kind& kind, std::string_view path,
                        const std::vector<std::string>& known) {
    if (kind.fields) return status::bad_request(fmt::format("field label not supported: {}", path));
    std::vector<std::string> quoted(known.size());
    std::ranges::transform(known, quoted.begin(), api::quote);
    return status::bad_request(
        fmt::format("{} is not a known field selector: only {}", api::quote(path), fmt::join(quoted, ", ")));
}

Answer<api::FieldRequirements> read_fields(const Target& target, std::string_view text) {
    auto read = api::parse_field_selector(text);
    if (!read) return std::unexpected(status::of(read.error(), *target.kind, ""));
    const auto known = known_fields(*target.kind);
    for (api::FieldRequirement& one : *read) {
        one.path = canonical(target, std::move(one.path));
        if (std::ranges::find(known, one.path) == known.end())
            return std::unexpected(unknown_field(*target.kind, one.path, known));
    }
    return *std::move(read);
}

bool labels_match(const store::Object& object, const api::LabelRequirements& labels) {
    return labels.empty() || api::matches(labels, {object.labels.begin(), object.labels.end()});
}

bool fields_match(const store::Object& object, const api::FieldRequirements& fields) {
    return api::matches(fields, [&object](std::string_view path) {
        const std::string* value = object.field(path);
        return value == nullptr ? std::string() : *value;
    });
}

/// A selector for one name is a place in the store, not a search.
void take_name(api::FieldRequirements& fields, store::Selection& selection) {
    const auto one = std::ranges::find_if(fields, [](const api::FieldRequirement& field) {
        return field.equal && field.path == name_field && !field.value.empty();
    });
    if (one == fields.end() || !selection.name.empty()) return;
    selection.name = one->value;
    fields.erase(one);
}

}  // namespace

Answer<store::Selection> select(const Target& target, std::string_view label_selector,
                                std::string_view field_selector) {
    store::Selection selection{stored_resource(*target.kind), target.namespace_, target.name, nullptr};
    auto labels = api::parse_label_selector(label_selector);
    if (!labels) return std::unexpected(status::of(labels.error(), *target.kind, ""));
    auto fields = read_fields(target, field_selector);
    if (!fields) return std::unexpected(fields.error());
    take_name(*fields, selection);
    if (!labels->empty() || !fields->empty()) {
        selection.predicate = [labels = *std::move(labels),
                               fields = *std::move(fields)](const store::Object& object) {
            return labels_match(object, labels) && fields_match(object, fields);
        };
    }
    return selection;
}

}  // namespace hooklet::server
