// SPDX-License-Identifier: Apache-2.0
#include "fields/apply.hpp"

#include "fields/comparison.hpp"
#include "fields/last_applied.hpp"
#include "fields/merge.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::fields {

namespace {

constexpr std::string_view before_first_apply = "before-first-apply";
/// Who goes on from what kubectl applied by itself.
constexpr std::string_view kubectl = "kubectl";

/// What the server decides, or what names the object.
const FieldSet& unowned() {
    static const FieldSet set = [] {
        FieldSet metadata{.here = true};
        for (const char* name : {"name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
                                 "generation", "managedFields", "resourceVersion"})
            metadata.put(member_name(name), {.here = true});
        // The list counts as one field, whatever is in it.
        FieldSet all;
        all.put(member_name("metadata"), std::move(metadata));
        for (const char* name : {"apiVersion", "kind"}) all.put(member_name(name), {.here = true});
        return all;
    }();
    return set;
}

FieldSet ownable(FieldSet fields, const Writer& writer) {
    fields = without(std::move(fields), unowned());
    if (writer.decided != nullptr) writer.decided(fields, writer.subresource);
    return fields;
}

/// The writer's place among the owners, which it gets if it has none.
Owner& place_of(Owners& owners, const Writer& writer, std::string_view operation) {
    const api::ManagedFieldsEntry entry{.manager = writer.manager,
                                        .operation = std::string(operation),
                                        .apiVersion = writer.api_version,
                                        .subresource = writer.subresource};
    const auto found = std::ranges::find_if(owners, [&](const Owner& owner) { return owner.is(entry); });
    if (found != owners.end()) {
        found->entry.apiVersion = writer.api_version;
        return *found;
    }
    owners.push_back({.entry = entry});
    return owners.back();
}

void take_away(Owners& owners, const FieldSet& fields) {
    for (Owner& owner : owners) owner.fields = without(std::move(owner.fields), fields);
}

Owners updated(const Place& place, const api::Node& before, const api::Node& now, Owners owners,
               const Writer& writer) {
    const Comparison comparison = compare(place, &before, &now);
    const FieldSet changed = comparison.changed();
    take_away(owners, changed);
    take_away(owners, comparison.removed);
    FieldSet taken = ownable(changed, writer);
    if (taken.empty()) return owners;
    Owner& own = place_of(owners, writer, update_operation);
    own.fields = united(std::move(own.fields), taken);
    own.entry.time = writer.now;
    return owners;
}

std::vector<Conflict> conflicts_of(const Owners& owners, const Owner& own, const FieldSet& changed) {
    std::vector<Conflict> all;
    for (const Owner& owner : owners) {
        if (&owner == &own) continue;
        for (std::string& path : paths(common(owner.fields, changed)))
            all.push_back({.owner = owner.text(), .path = std::move(path)});
    }
    return all;
}

/// Whether all that others own and that changes was applied by kubectl itself.
bool is_own(const Owners& owners, const Owner& own, const FieldSet& changed, const FieldSet& applied) {
    return std::ranges::all_of(owners, [&](const Owner& owner) {
        return &owner == &own || without(common(owner.fields, changed), applied).empty();
    });
}

/// What applying must leave in place: what somebody owns, the writer's new fields included, and what nobody
/// can.
FieldSet kept_fields(const Owners& owners) {
    FieldSet all = unowned();
    for (const Owner& owner : owners) all = united(std::move(all), owner.fields);
    return all;
}

}  // namespace

Entries after_update(const api::TypeDescriptor& type, const api::Node& before, const api::Node& now,
                     const Owners& owners, const Writer& writer) {
    return write_owners(updated(Place(type), before, now, owners, writer));
}

std::expected<Applied, std::vector<Conflict>> apply(const api::TypeDescriptor& type, const api::Node& blank,
                                                    const api::Node& live, const api::Node& wanted,
                                                    Owners owners, const Writer& writer, bool force) {
    const Place place(type);
    if (owners.empty()) {
        Writer unknown = writer;
        unknown.manager = before_first_apply;
        unknown.subresource.clear();
        owners = updated(place, blank, live, {}, unknown);
    }
    Owner& own = place_of(owners, writer, apply_operation);
    const FieldSet last = std::exchange(own.fields, ownable(fields_of(place, wanted), writer));
    const bool same_fields = own.fields == last;
    api::Node next = merged(place, live, wanted);
    prune(place, next, last, kept_fields(owners));
    const Comparison comparison = compare(place, &live, &next);
    const FieldSet changed = ownable(comparison.changed(), writer);
    const bool takes_over =
        writer.manager == kubectl && is_own(owners, own, changed, last_applied(place, live));
    if (std::vector<Conflict> conflicts = conflicts_of(owners, own, changed);
        !force && !takes_over && !conflicts.empty())
        return std::unexpected(std::move(conflicts));
    if (!same_fields || !changed.empty() || !comparison.removed.empty()) own.entry.time = writer.now;
    const FieldSet mine = own.fields;
    take_away(owners, changed);
    take_away(owners, comparison.removed);
    place_of(owners, writer, apply_operation).fields = mine;
    if (writer.manager == kubectl) set_last_applied(next, wanted);
    return Applied{.document = std::move(next), .owners = write_owners(std::move(owners))};
}

}  // namespace hooklet::fields
