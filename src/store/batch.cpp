// SPDX-License-Identifier: Apache-2.0
#include "store/batch.hpp"

#include "api/issue.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::store {

namespace {

auto conflict(std::string_view what, const ObjectKey& key, std::string_view why) {
    return fail(Code::conflict,
                fmt::format("Operation cannot be fulfilled on {} {}: {}", what, api::quote(key.name), why));
}

Status check_size(const Object& object) {
    const std::size_t size = object.text->size();
    if (size <= largest_object) return {};
    return fail(Code::invalid,
                fmt::format("Request is too large: the object would take {} bytes, {} are allowed", size,
                            largest_object));
}

}  // namespace

Status check(const Preconditions& preconditions, const Object& object) {
    const auto unmet = [&object](const std::string& why) {
        // This message alone names the kind, not the resource.
        const api::Node content = object.node();
        const api::Node* kind = content.find("kind");
        const bool known = kind != nullptr && kind->as_string() != nullptr;
        return conflict(known ? *kind->as_string() : object.key.resource, object.key, why);
    };
    if (!preconditions.uid.empty() && preconditions.uid != object.uid) {
        return unmet(
            fmt::format("the UID in the precondition ({}) does not match the UID in record ({}). The "
                        "object might have been deleted and then recreated",
                        preconditions.uid, object.uid));
    }
    const std::string& wanted = preconditions.resource_version;
    if (!wanted.empty() && wanted != std::to_string(object.revision)) {
        return unmet(
            fmt::format("the ResourceVersion in the precondition ({}) does not match the "
                        "ResourceVersion in record ({}). The object might have been modified",
                        wanted, object.revision));
    }
    return {};
}

Result<ObjectPtr> Batch::plan(Mutation mutation) {
    const ObjectPtr before = find(mutation.key);
    if (mutation.verb == Mutation::Verb::create) return create(std::move(mutation), before);
    if (!before) return std::unexpected(not_found(mutation.key));
    if (mutation.verb == Mutation::Verb::update) return update(std::move(mutation), before);
    return remove(std::move(mutation), before);
}

ObjectPtr Batch::find(const ObjectKey& key) const {
    const auto planned = planned_.find(key);
    return planned == planned_.end() ? stored_(key) : planned->second;
}

Result<ObjectPtr> Batch::create(Mutation mutation, const ObjectPtr& before) {
    if (before) {
        const bool ending = !metadata_text(before->node(), "deletionTimestamp").empty();
        return fail(Code::already_exists,
                    fmt::format("{}{} {} already exists", ending ? "object is being deleted: " : "",
                                mutation.key.resource, api::quote(mutation.key.name)));
    }
    if (!metadata_text(*mutation.content, "resourceVersion").empty()) {
        return fail(Code::internal, "resourceVersion should not be set on objects to be created");
    }
    auto made = make_object(std::move(mutation.key), last_ + 1, *std::move(mutation.content), fields_of_);
    if (const Status fits = check_size(*made); !fits) return std::unexpected(fits.error());
    add(nullptr, made);
    return made;
}

Result<ObjectPtr> Batch::update(Mutation mutation, const ObjectPtr& before) {
    const std::string_view seen = metadata_text(*mutation.content, "resourceVersion");
    if (!seen.empty() && seen != std::to_string(before->revision)) {
        return conflict(mutation.key.resource, mutation.key,
                        "the object has been modified; please apply your changes to the latest version and "
                        "try again");
    }
    const std::string_view uid = metadata_text(*mutation.content, "uid");
    if (!uid.empty() && uid != before->uid) {
        return conflict(mutation.key.resource, mutation.key,
                        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}",
                                    uid, before->uid));
    }
    const auto same = make_object(mutation.key, before->revision, *mutation.content, nullptr);
    if (*same->text == *before->text) return before;
    auto made = make_object(std::move(mutation.key), last_ + 1, *std::move(mutation.content), fields_of_);
    if (const Status fits = check_size(*made); !fits) return std::unexpected(fits.error());
    add(before, made);
    return made;
}

Result<ObjectPtr> Batch::remove(Mutation mutation, const ObjectPtr& before) {
    if (auto met = check(mutation.preconditions, *before); !met) return std::unexpected(met.error());
    ObjectPtr gone = mutation.content ? make_object(std::move(mutation.key), last_ + 1,
                                                    *std::move(mutation.content), fields_of_)
                                      : at_revision(*before, last_ + 1);
    add(before, nullptr, gone);
    return gone;
}

void Batch::add(ObjectPtr before, ObjectPtr after, ObjectPtr gone) {
    auto change = std::make_shared<Change>();
    change->revision = ++last_;
    change->before = std::move(before);
    change->after = std::move(after);
    change->gone = std::move(gone);
    planned_[change->key()] = change->after;
    changes_.push_back(std::move(change));
}

Error not_found(const ObjectKey& key) {
    return {Code::not_found, fmt::format("{} {} not found", key.resource, api::quote(key.name)), nullptr};
}

}  // namespace hooklet::store
