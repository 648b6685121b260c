// SPDX-License-Identifier: Apache-2.0
#include "server/bound_objects.hpp"

#include "api/base64.hpp"

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

/// What a Secret holds as its token.
std::string token_in(const api::Node& secret) {
    const api::Node* const data = secret.find("data");
    const api::Node* const token = data == nullptr ? nullptr : data->find("token");
    if (token == nullptr || token->as_string() == nullptr) return "";
    return api::from_base64(*token->as_string()).value_or("");
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
    if (kind == identity::BoundKind::secret) object.token = token_in(content);
    return object;
}

}  // namespace hooklet::server
