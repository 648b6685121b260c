// SPDX-License-Identifier: Apache-2.0
#include "server/ownership.hpp"

#include "fields/merge.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

using fields::FieldSet;

/// What is left of the set below the members of that name.
FieldSet only(const FieldSet& set, std::string_view name) {
    FieldSet left;
    if (const FieldSet* found = set.find(fields::member_name(name)))
        left.put(fields::member_name(name), *found);
    return left;
}

/// Of containers: what a resize decides.
FieldSet resources_of(const FieldSet& containers) {
    FieldSet left;
    for (const auto& [name, container] : containers.below) {
        FieldSet kept = only(container, "resources");
        kept = fields::united(std::move(kept), only(container, "resizePolicy"));
        left.put(name, std::move(kept));
    }
    return left;
}

FieldSet of_spec(const FieldSet& set, FieldSet (*part)(const FieldSet& spec)) {
    FieldSet left;
    if (const FieldSet* spec = set.find("f:spec")) left.put("f:spec", part(*spec));
    return left;
}

FieldSet resized(const FieldSet& spec) {
    FieldSet left;
    for (const char* list : {"f:containers", "f:initContainers"}) {
        if (const FieldSet* containers = spec.find(list)) left.put(list, resources_of(*containers));
    }
    return left;
}

/// The same division as in Kind::prepare_update.
void drop_undecided(FieldSet& set, std::string_view part) {
    if (part == "status") {
        set.below.erase("f:spec");
    } else if (part == "ephemeralcontainers") {
        set = of_spec(set, [](const FieldSet& spec) { return only(spec, "ephemeralContainers"); });
    } else if (part == "resize") {
        set = of_spec(set, resized);
    } else {
        set.below.erase("f:status");
    }
}

fields::Writer writer_of(const Target& target, const std::string& manager, WallTime now) {
    return {.manager = manager,
            .api_version = target.kind->api_version(),
            .subresource = target.part,
            .now = now,
            .decided = drop_undecided};
}

/// The owners in the object's metadata; what cannot be read has none.
fields::Owners owners_of(const fields::Entries& entries) {
    return fields::read_owners(entries).value_or(fields::Owners{});
}

/// Whose the fields were, as the client has it or as it is stored.
fields::Owners owners_before(const Target& target, const fields::Entries& given,
                             const fields::Entries& stored) {
    const bool reset = given.size() == 1 && given.front() == api::ManagedFieldsEntry{};
    if (!target.part.empty()) return owners_of(stored);
    if (reset) return {};
    fields::Owners owners = owners_of(given);
    return owners.empty() ? owners_of(stored) : owners;
}

ApiStatus conflicting(const std::vector<fields::Conflict>& conflicts) {
    std::map<std::string, std::vector<std::string>> by_owner;
    ApiStatus status = status::failure(409, "Conflict", "");
    api::StatusDetails& details = status.details.emplace();
    for (const fields::Conflict& conflict : conflicts) {
        by_owner[conflict.owner].push_back(conflict.path);
        details.causes.push_back({.reason = "FieldManagerConflict",
                                  .message = "conflict with " + conflict.owner,
                                  .field = conflict.path});
    }
    if (conflicts.size() == 1) {
        status.message = fmt::format("Apply failed with 1 conflict: conflict with {}: {}",
                                     conflicts.front().owner, conflicts.front().path);
        return status;
    }
    status.message = fmt::format("Apply failed with {} conflicts:", conflicts.size());
    std::string_view separator = " ";
    for (const auto& [owner, paths] : by_owner) {
        status.message += fmt::format("{}conflicts with {}:", separator, owner);
        for (const std::string& path : paths) status.message += "\n- " + path;
        separator = "\n";
    }
    return status;
}

std::string word_of(const api::Node& document, std::string_view name) {
    const api::Node* member = document.find(name);
    return member != nullptr && member->as_string() != nullptr ? *member->as_string() : "";
}

Answer<void> check_applied(const Target& target, const api::Node& wanted) {
    const kinds::Kind& kind = *target.kind;
    if (const std::string version = word_of(wanted, "apiVersion"); version != kind.api_version()) {
        return std::unexpected(status::bad_request(fmt::format(
            "Incorrect version specified in apply patch. Specified patch version: {}, expected: {}", version,
            kind.api_version())));
    }
    if (const std::string name = word_of(wanted, "kind"); name != kind.name) {
        return std::unexpected(status::bad_request(
            fmt::format("the kind in the apply patch is {}, expected: {}", api::quote(name), kind.name)));
    }
    const api::Node* metadata = wanted.find("metadata");
    const api::Node* owners = metadata == nullptr ? nullptr : metadata->find("managedFields");
    if (owners != nullptr && !owners->is_null())
        return std::unexpected(status::bad_request("metadata.managedFields must be nil"));
    const std::vector<std::string> misfits = fields::misfits(fields::Place(*kind.type), wanted);
    if (misfits.empty()) return {};
    return std::unexpected(
        status::failure(500, "",
                        fmt::format("failed to create typed patch object ({}/{}; {}/{}, Kind={}): {}{}",
                                    target.namespace_, target.name, kind.group, kind.version, kind.name,
                                    misfits.size() == 1 ? "" : "errors:\n  ", fmt::join(misfits, "\n  "))));
}

}  // namespace

std::string manager_of(std::string_view user_agent) {
    constexpr std::size_t longest = 128;
    std::string name(user_agent.substr(0, std::min(user_agent.find('/'), longest)));
    std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return name;
}

bool note_owners(const Target& target, void* now, void* before, const std::string& manager, WallTime at) {
    const kinds::Kind& kind = *target.kind;
    const kinds::Object blank = before == nullptr ? kind.make() : nullptr;
    void* old = before == nullptr ? blank.get() : before;
    fields::Entries& entries = kind.metadata(now)->managedFields;
    fields::Owners owners = owners_before(target, entries, kind.metadata(old)->managedFields);
    entries.clear();
    if (owners.empty() && before != nullptr) return false;
    const fields::Writer writer = writer_of(target, manager, at);
    // Owners own no owners: comparing them would only take time.
    const fields::Entries stored = std::exchange(kind.metadata(old)->managedFields, {});
    const api::Node old_content = encode(kind, old);
    kind.metadata(old)->managedFields = stored;
    const api::Node content = encode(kind, now);
    entries = fields::after_update(*kind.type, old_content, content, owners, writer);
    return content != old_content;
}

Answer<Applied> apply(const Target& target, const store::Object* stored, const api::Node& wanted,
                      const WriteOptions& options, WallTime now) {
    if (auto fits = check_applied(target, wanted); !fits) return std::unexpected(fits.error());
    const kinds::Kind& kind = *target.kind;
    const api::Node blank = encode(kind, kind.make().get());
    const kinds::Object object = stored == nullptr ? kind.make() : decode(kind, *stored);
    fields::Entries entries = std::exchange(kind.metadata(object.get())->managedFields, {});
    auto applied = fields::apply(*kind.type, blank, encode(kind, object.get()), wanted, owners_of(entries),
                                 writer_of(target, options.field_manager, now), options.force);
    if (!applied) return std::unexpected(conflicting(applied.error()));
    return *std::move(applied);
}

}  // namespace hooklet::server
