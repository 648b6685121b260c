// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/inventory.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What follows from ownerReferences: pure.
namespace hooklet {

using ItemsByUid = std::map<std::string, Item>;

/// An owner that is named by an object and not known to be there.
struct MissingOwner {
    std::string namespace_;  ///< Of the object that names it.
    api::OwnerReference reference;
};

/// One for each uid and namespace.
std::vector<MissingOwner> missing_owners(const ItemsByUid& items);

/// Owners that are certainly not there, for objects of a namespace: `{namespace of the objects, uid}`.
using AbsentOwners = std::set<std::pair<std::string, std::string>>;

/// An owner that is there, but in a namespace in which the object that names it is not.
struct MisplacedOwner {
    Item item;  ///< That names it.
    api::OwnerReference reference;
};

std::vector<MisplacedOwner> misplaced_owners(const ItemsByUid& items);

/// Something to do with one object.
struct OwnershipStep {
    enum class Type { remove, set_owners, drop_finalizer };
    Type type = Type::remove;
    Item item;
    std::vector<api::OwnerReference> owners{};  ///< For set_owners: those that it keeps.
    std::string finalizer{};                    ///< For drop_finalizer.
};

/// What is to be done. An object goes when all its owners are absent, in another namespace, or wait in the
/// foreground for their dependents to go; while it has another one it only loses those. One without a
/// namespace never goes for an owner that has one: that one cannot be found from it. An owner that waits is
/// released when none of its dependents blocks it any more; one that leaves orphans behind, when none names
/// it any more.
std::vector<OwnershipStep> plan_ownership(const ItemsByUid& items, const AbsentOwners& absent);

}  // namespace hooklet
