// SPDX-License-Identifier: Apache-2.0
#include "controllers/ownership.hpp"

#include <algorithm>

namespace hooklet {

namespace {

using Dependents = std::multimap<std::string, const Item*>;  // by the owner's uid

constexpr const char* waits_finalizer = "foregroundDeletion";
constexpr const char* orphans_finalizer = "orphan";

bool ends_with(const Item& item, const char* name) {
    const auto& finalizers = item.metadata->finalizers;
    return item.metadata->deletionTimestamp && std::ranges::find(finalizers, name) != finalizers.end();
}

/// An owner in a namespace owns only there.
bool may_own(const Item& owner, const Item& item) {
    return owner.metadata->namespace_.empty() || owner.metadata->namespace_ == item.metadata->namespace_;
}

/// Whether the reference still stands for something.
bool holds(const api::OwnerReference& reference, const Item& item, const ItemsByUid& items,
           const AbsentOwners& absent) {
    if (absent.contains({item.metadata->namespace_, reference.uid})) return false;
    const auto owner = items.find(reference.uid);
    if (owner == items.end()) return true;
    if (!may_own(owner->second, item)) return item.metadata->namespace_.empty();
    return !ends_with(owner->second, waits_finalizer);
}

void plan_dependent(const Item& item, const ItemsByUid& items, const AbsentOwners& absent,
                    std::vector<OwnershipStep>& steps) {
    const auto& references = item.metadata->ownerReferences;
    if (references.empty() || item.metadata->deletionTimestamp) return;
    std::vector<api::OwnerReference> kept;
    std::ranges::copy_if(references, std::back_inserter(kept), [&](const api::OwnerReference& reference) {
        return holds(reference, item, items, absent);
    });
    if (kept.size() == references.size()) return;
    if (kept.empty()) {
        steps.push_back({OwnershipStep::Type::remove, item});
    } else {
        steps.push_back({OwnershipStep::Type::set_owners, item, std::move(kept)});
    }
}

/// Those that are where their owners are: others are not theirs to wait for.
Dependents dependents_of(const ItemsByUid& items) {
    Dependents dependents;
    for (const auto& [uid, item] : items) {
        for (const api::OwnerReference& reference : item.metadata->ownerReferences) {
            const auto owner = items.find(reference.uid);
            if (owner != items.end() && may_own(owner->second, item))
                dependents.emplace(reference.uid, &item);
        }
    }
    return dependents;
}

bool blocks(const Item& item, const std::string& owner) {
    return std::ranges::any_of(item.metadata->ownerReferences, [&owner](const auto& reference) {
        return reference.uid == owner && reference.blockOwnerDeletion.value_or(false);
    });
}

void plan_waiting_owner(const Item& owner, const Dependents& dependents, std::vector<OwnershipStep>& steps) {
    const std::string& uid = owner.metadata->uid;
    const auto [begin, end] = dependents.equal_range(uid);
    const bool blocked = std::any_of(begin, end, [&uid](const auto& it) { return blocks(*it.second, uid); });
    if (!blocked) steps.push_back({OwnershipStep::Type::drop_finalizer, owner, {}, waits_finalizer});
}

void plan_orphaning_owner(const Item& owner, const Dependents& dependents,
                          std::vector<OwnershipStep>& steps) {
    const auto [begin, end] = dependents.equal_range(owner.metadata->uid);
    if (begin == end) steps.push_back({OwnershipStep::Type::drop_finalizer, owner, {}, orphans_finalizer});
    for (auto it = begin; it != end; ++it) {
        std::vector<api::OwnerReference> kept = it->second->metadata->ownerReferences;
        std::erase_if(kept, [&owner](const auto& reference) { return reference.uid == owner.metadata->uid; });
        steps.push_back({OwnershipStep::Type::set_owners, *it->second, std::move(kept)});
    }
}

}  // namespace

std::vector<MissingOwner> missing_owners(const ItemsByUid& items) {
    std::map<AbsentOwners::key_type, MissingOwner> missing;
    for (const auto& [uid, item] : items) {
        for (const api::OwnerReference& reference : item.metadata->ownerReferences) {
            if (items.contains(reference.uid)) continue;
            const std::string& namespace_ = item.metadata->namespace_;
            missing.try_emplace({namespace_, reference.uid}, namespace_, reference);
        }
    }
    std::vector<MissingOwner> all;
    for (auto& [key, owner] : missing) all.push_back(std::move(owner));
    return all;
}

std::vector<MisplacedOwner> misplaced_owners(const ItemsByUid& items) {
    std::vector<MisplacedOwner> misplaced;
    for (const auto& [uid, item] : items) {
        for (const api::OwnerReference& reference : item.metadata->ownerReferences) {
            const auto owner = items.find(reference.uid);
            if (owner != items.end() && !may_own(owner->second, item)) misplaced.push_back({item, reference});
        }
    }
    return misplaced;
}

std::vector<OwnershipStep> plan_ownership(const ItemsByUid& items, const AbsentOwners& absent) {
    const Dependents dependents = dependents_of(items);
    std::vector<OwnershipStep> steps;
    for (const auto& [uid, item] : items) {
        plan_dependent(item, items, absent, steps);
        if (ends_with(item, waits_finalizer)) plan_waiting_owner(item, dependents, steps);
        if (ends_with(item, orphans_finalizer)) plan_orphaning_owner(item, dependents, steps);
    }
    return steps;
}

}  // namespace hooklet
