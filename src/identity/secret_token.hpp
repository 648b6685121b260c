// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/service_account_token.hpp"

#include <string>
#include <string_view>

/// The tokens that stand in Secrets of type `kubernetes.io/service-account-token`. They do not expire, and
/// are good as long as the Secret holds them and its account is there. Their claims are those that Kubernetes
/// has given such tokens from the beginning.
namespace hooklet::identity {

struct SecretTokenClaims {
    std::string namespace_{};
    std::string secret{};
    BoundName service_account{};
    bool operator==(const SecretTokenClaims&) const = default;
};

/// Whether claims are those of such a token: their issuer says so.
bool is_of_secret(const api::Node& claims);

api::Node to_node(const SecretTokenClaims& claims);
/// The reverse. Code::invalid when one of them is missing or contradicts another.
Result<SecretTokenClaims> secret_claims_of(const api::Node& node);

/// Whether the Secret is still there with this very token, and the account under the same uid; neither may be
/// under deletion. Code::invalid with the reason.
Status check_stored(const SecretTokenClaims& claims, std::string_view token, const BoundObjects& objects);

/// `system:serviceaccount:NS:NAME` with its groups.
Identity identity_of(const SecretTokenClaims& claims);

}  // namespace hooklet::identity
