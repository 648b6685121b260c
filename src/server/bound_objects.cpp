// SPDX-License-Identifier: Apache-2.0
#include "server/bound_objects.hpp"

namespace hooklet::server {

namespace {

std::string resource_of(identity::BoundKind kind) {
    switch (kind) {
        case identity::BoundKind::service_account:
            return "serviceaccounts";
        case identity::BoundKind::pod:
            return "pods";
        case identity::BoundKind::secret:
            return "secrets";
        case identity::BoundKind::node:
            return "nodes";
    }
    return "";
}

}  // namespace

std::optional<identity::BoundObject> StoredBoundObjects::find(identity::BoundKind kind,
                                                              std::string_view namespace_,
                                                              std::string_view name) const {
    const auto found = objects_->get({resource_of(kind), std::string(namespace_), std::string(name)});
    if (!found) return std::nullopt;
    identity::BoundObject object{.uid = (*found)->uid};
    const api::Node content = (*found)->node();
    const auto deleted = parse_rfc3339(store::metadata_text(content, "deletionTimestamp"));
    if (deleted) object.deleted_at = *deleted;
    return object;
}

}  // namespace hooklet::server
