// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/options.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// `no new finalizers can be added if the object is being deleted`, when the object is and has.
api::Issues new_finalizers(const api::ObjectMeta& now, const api::ObjectMeta& before);

/// Leaves in the finalizers who has to act on the object's dependents: `orphan`, `foregroundDeletion`, or
/// nobody. Without a wish the object's own finalizers stay. Whether anything changed.
bool set_propagation(api::ObjectMeta& metadata, std::optional<DeleteOptions::Propagation> wish);

/// Whether something keeps the object beside its metadata: a namespace with content.
bool has_spec_finalizers(const kinds::Kind& kind, void* object);

}  // namespace hooklet::server
