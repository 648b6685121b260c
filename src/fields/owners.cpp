// SPDX-License-Identifier: Apache-2.0
#include "fields/owners.hpp"

#include "api/issue.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace hooklet::fields {

namespace {

constexpr std::string_view fields_type = "FieldsV1";
constexpr std::string_view ancient = "ancient-changes";
constexpr std::ptrdiff_t most_updaters = 10;

/// In whole seconds, as it is stored.
std::chrono::sys_seconds time_of(const Owner& owner) {
    return std::chrono::floor<std::chrono::seconds>(owner.entry.time.value_or(api::Time{}).at);
}

bool stands_before(const Owner& a, const Owner& b) {
    const auto rank = [](const Owner& owner) {
        const api::ManagedFieldsEntry& entry = owner.entry;
        return std::tuple(entry.operation, time_of(owner), entry.manager, entry.apiVersion,
                          entry.subresource);
    };
    return rank(a) < rank(b);
}

/// Puts the oldest updaters together until there are not too many. Expects them in order.
void cap(Owners& owners) {
    const auto updaters = [&] {
        return std::ranges::count_if(owners, [](const Owner& owner) { return !owner.applies(); });
    };
    while (updaters() > most_updaters) {
        const auto first = std::ranges::find_if(owners, [](const Owner& owner) { return !owner.applies(); });
        const auto second = std::next(first);
        second->fields = united(std::move(second->fields), first->fields);
        second->entry.manager = ancient;
        second->entry.subresource.clear();
        owners.erase(first);
    }
}

}  // namespace

bool Owner::is(const api::ManagedFieldsEntry& other) const {
    return entry.manager == other.manager && entry.operation == other.operation &&
           entry.subresource == other.subresource && (applies() || entry.apiVersion == other.apiVersion);
}

std::string Owner::text() const {
    std::string name = api::quote(entry.manager);
    if (!entry.subresource.empty()) name += " with subresource " + api::quote(entry.subresource);
    return applies() ? name : fmt::format("{} using {}", name, entry.apiVersion);
}

Result<Owners> read_owners(const std::vector<api::ManagedFieldsEntry>& entries) {
    Owners owners;
    for (const api::ManagedFieldsEntry& entry : entries) {
        const bool known = entry.operation == apply_operation || entry.operation == update_operation;
        if (!known || entry.fieldsType != fields_type || !entry.fieldsV1)
            return fail(Code::invalid, "an entry of managedFields has a form that is not known");
        auto fields = read_fields(*entry.fieldsV1);
        if (!fields) return std::unexpected(fields.error());
        owners.push_back({.entry = entry, .fields = *std::move(fields)});
        owners.back().entry.fieldsV1.reset();
    }
    return owners;
}

std::vector<api::ManagedFieldsEntry> write_owners(Owners owners) {
    std::erase_if(owners, [](const Owner& owner) { return owner.fields.empty(); });
    std::ranges::sort(owners, stands_before);
    cap(owners);
    std::vector<api::ManagedFieldsEntry> entries;
    for (Owner& owner : owners) {
        entries.push_back(std::move(owner.entry));
        entries.back().fieldsType = fields_type;
        entries.back().fieldsV1 = write_fields(owner.fields);
    }
    return entries;
}

}  // namespace hooklet::fields
