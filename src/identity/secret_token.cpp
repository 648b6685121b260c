// SPDX-License-Identifier: Apache-2.0
#include "identity/secret_token.hpp"

namespace hooklet::identity {

namespace {

constexpr std::string_view secret_issuer = "kubernetes/serviceaccount";

/// Where the texts stand in the token.
constexpr std::string_view namespace_claim = "kubernetes.io/serviceaccount/namespace";
constexpr std::string_view secret_claim = "kubernetes.io/serviceaccount/secret.name";
constexpr std::string_view account_claim = "kubernetes.io/serviceaccount/service-account.name";
constexpr std::string_view account_uid_claim = "kubernetes.io/serviceaccount/service-account.uid";

std::string claim_text(const api::Node& node, std::string_view key) {
    const api::Node* const value = node.find(key);
    return value != nullptr && value->as_string() != nullptr ? *value->as_string() : "";
}

std::string subject_in(const SecretTokenClaims& claims) {
    return "system:serviceaccount:" + claims.namespace_ + ":" + claims.service_account.name;
}

}  // namespace

bool is_of_secret(const api::Node& claims) {
    return claim_text(claims, "iss") == secret_issuer;
}

api::Node to_node(const SecretTokenClaims& claims) {
    api::Node node;
    node.set("iss", api::Node(std::string(secret_issuer)));
    node.set(std::string(namespace_claim), api::Node(claims.namespace_));
    node.set(std::string(secret_claim), api::Node(claims.secret));
    node.set(std::string(account_claim), api::Node(claims.service_account.name));
    node.set(std::string(account_uid_claim), api::Node(claims.service_account.uid));
    node.set("sub", api::Node(subject_in(claims)));
    return node;
}

Result<SecretTokenClaims> secret_claims_of(const api::Node& node) {
    SecretTokenClaims claims{
        .namespace_ = claim_text(node, namespace_claim),
        .secret = claim_text(node, secret_claim),
        .service_account = {claim_text(node, account_claim), claim_text(node, account_uid_claim)}};
    const BoundName& account = claims.service_account;
    const bool complete =
        !claims.namespace_.empty() && !claims.secret.empty() && !account.name.empty() && !account.uid.empty();
    if (!complete) return fail(Code::invalid, "the token lacks claims");
    if (claim_text(node, "sub") != subject_in(claims))
        return fail(Code::invalid, "the token's subject is not its service account");
    return claims;
}

Status check_stored(const SecretTokenClaims& claims, std::string_view token, const BoundObjects& objects) {
    const auto secret = objects.find(BoundKind::secret, claims.namespace_, claims.secret);
    if (!secret || secret->deleted_at) return fail(Code::invalid, "the token's Secret is gone");
    if (secret->token != token) return fail(Code::invalid, "the token's Secret holds another one");
    const BoundName& wanted = claims.service_account;
    const auto account = objects.find(BoundKind::service_account, claims.namespace_, wanted.name);
    if (!account || account->deleted_at || account->uid != wanted.uid)
        return fail(Code::invalid, "the token's service account is gone");
    return {};
}

Identity identity_of(const SecretTokenClaims& claims) {
    return {.username = subject_in(claims),
            .uid = claims.service_account.uid,
            .groups = {"system:serviceaccounts", "system:serviceaccounts:" + claims.namespace_,
                       std::string(authenticated_group)}};
}

}  // namespace hooklet::identity
