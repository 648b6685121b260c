// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hooklet {

/// Counts the changes of all objects together, one for each change; as text it is the API's resourceVersion.
/// The first change of a new store has revision 2, as the API gives 0 a meaning of its own and a list of
/// nothing needs one too.
using Revision = std::int64_t;
inline constexpr Revision revision_of_nothing = 1;

/// Names an object of the API.
struct ObjectKey {
    std::string resource;    ///< As the API's messages name it: `pods`, `leases.coordination.k8s.io`.
    std::string namespace_;  ///< Empty for objects of the whole cluster.
    std::string name;
    auto operator<=>(const ObjectKey&) const = default;
};

/// An object's whole text. Shared between threads, never changed.
using ObjectText = std::shared_ptr<const std::string>;

struct StoredObject {
    ObjectKey key;
    Revision revision = 0;  ///< Of its last change.
    ObjectText text;
};

struct StoredObjects {
    Revision revision = revision_of_nothing;
    std::vector<StoredObject> objects;  ///< In no particular order.
};

/// One change of one object; without text it is the object's end.
using ObjectChange = StoredObject;

/// Keeps the API's objects on disk, for one owner.
class ObjectStorage {
  public:
    virtual ~ObjectStorage() = default;
    /// Everything that is kept. Errors: internal (the disk, the file).
    virtual Task<Result<StoredObjects>> load() = 0;
    /// The revision of the last change that is on disk. Errors as load().
    virtual Task<Result<Revision>> revision() = 0;
    /// Makes the changes, all or none; their revisions follow the last one's without a gap. Success means
    /// that they survive the loss of power. After an error nobody knows: revision() tells whether they were
    /// made. Either way nothing of this call happens after it has returned. Code::conflict when the revisions
    /// do not follow, Code::internal for the disk, Code::unavailable when the storage is closed.
    virtual Task<Status> write(std::vector<ObjectChange> changes) = 0;
};

}  // namespace hooklet
