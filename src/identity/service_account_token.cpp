// SPDX-License-Identifier: Apache-2.0
#include "identity/service_account_token.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace hooklet::identity {

namespace {

using std::chrono::seconds;

constexpr std::string_view own_claims = "kubernetes.io";
constexpr seconds leeway_of_deletion{60};

/// The optional names of a token: where they stand in it, and in the claims.
struct NameField {
    std::string_view key;
    BoundKind kind;
    std::optional<BoundName> ServiceAccountClaims::* member;
};
constexpr std::array<NameField, 3> name_fields = {{
    {"node", BoundKind::node, &ServiceAccountClaims::node},
    {"pod", BoundKind::pod, &ServiceAccountClaims::pod},
    {"secret", BoundKind::secret, &ServiceAccountClaims::secret},
}};

std::int64_t unix_seconds(WallTime at) {
    return std::chrono::floor<seconds>(at.time_since_epoch()).count();
}

api::Node node_of(const BoundName& name) {
    api::Node node;
    node.set("name", api::Node(name.name));
    if (!name.uid.empty()) node.set("uid", api::Node(name.uid));
    return node;
}

std::string subject_of(const ServiceAccountClaims& claims) {
    return fmt::format("system:serviceaccount:{}:{}", claims.namespace_, claims.service_account.name);
}

std::string text_at(const api::Node& node, std::string_view key) {
    const api::Node* const value = node.find(key);
    return value != nullptr && value->as_string() != nullptr ? *value->as_string() : "";
}

std::optional<WallTime> time_at(const api::Node& node, std::string_view key) {
    // The times that nanoseconds of 64 bits can express.
    constexpr std::int64_t latest = 9'000'000'000;
    const api::Node* const value = node.find(key);
    if (value == nullptr || value->as_int() == nullptr) return std::nullopt;
    if (*value->as_int() < 0 || *value->as_int() > latest) return std::nullopt;
    return WallTime(seconds(*value->as_int()));
}

BoundName name_at(const api::Node& node, std::string_view key) {
    const api::Node* const value = node.find(key);
    return value == nullptr ? BoundName{} : BoundName{text_at(*value, "name"), text_at(*value, "uid")};
}

bool complete(const BoundName& name) {
    return !name.name.empty() && !name.uid.empty();
}

/// One text or a list of them (RFC 7519, 4.1.3).
std::vector<std::string> audiences_of(const api::Node& node) {
    const api::Node* const value = node.find("aud");
    if (value == nullptr) return {};
    if (const auto* one = value->as_string()) return {*one};
    std::vector<std::string> found;
    if (const auto* list = value->as_array()) {
        for (const api::Node& item : *list) {
            if (item.as_string() != nullptr) found.push_back(*item.as_string());
        }
    }
    return found;
}

Status check_one(const BoundObjects& objects, BoundKind kind, const ServiceAccountClaims& claims,
                 const BoundName& bound, WallTime now) {
    const std::string_view namespace_ = kind == BoundKind::node ? "" : std::string_view(claims.namespace_);
    const auto found = objects.find(kind, namespace_, bound.name);
    if (!found || found->uid != bound.uid) return fail(Code::invalid, "what the token is bound to is gone");
    if (found->deleted_at && now > *found->deleted_at + leeway_of_deletion) {
        return fail(Code::invalid, "what the token is bound to was deleted");
    }
    return {};
}

}  // namespace

api::Node to_node(const ServiceAccountClaims& claims) {
    api::Node audiences = api::Node::array();
    for (const std::string& audience : claims.audiences) audiences.push(api::Node(audience));
    api::Node own;
    own.set("namespace", api::Node(claims.namespace_));
    for (const NameField& field : name_fields) {
        if (const auto& name = claims.*field.member) own.set(std::string(field.key), node_of(*name));
    }
    own.set("serviceaccount", node_of(claims.service_account));
    api::Node node;
    node.set("aud", std::move(audiences));
    node.set("exp", api::Node(unix_seconds(claims.expires_at)));
    node.set("iat", api::Node(unix_seconds(claims.issued_at)));
    node.set("iss", api::Node(claims.issuer));
    node.set("jti", api::Node(claims.id));
    node.set(std::string(own_claims), std::move(own));
    node.set("nbf", api::Node(unix_seconds(claims.issued_at)));
    node.set("sub", api::Node(subject_of(claims)));
    return node;
}

Result<ServiceAccountClaims> claims_of(const api::Node& node) {
    const api::Node* const own = node.find(own_claims);
    const auto issued_at = time_at(node, "nbf");
    const auto expires_at = time_at(node, "exp");
    if (own == nullptr || !issued_at || !expires_at) return fail(Code::invalid, "the token lacks claims");
    ServiceAccountClaims claims{.issuer = text_at(node, "iss"),
                                .audiences = audiences_of(node),
                                .id = text_at(node, "jti"),
                                .issued_at = *issued_at,
                                .expires_at = *expires_at,
                                .namespace_ = text_at(*own, "namespace"),
                                .service_account = name_at(*own, "serviceaccount")};
    for (const NameField& field : name_fields) {
        if (own->find(field.key) == nullptr) continue;
        const BoundName name = name_at(*own, field.key);
        claims.*field.member = name;
        // With a Pod the node is only told, and the API may not know it.
        const bool told = field.kind == BoundKind::node && own->find("pod") != nullptr && !name.name.empty();
        if (!complete(name) && !told) return fail(Code::invalid, "the token lacks claims");
    }
    if (claims.namespace_.empty() || !complete(claims.service_account)) {
        return fail(Code::invalid, "the token lacks claims");
    }
    if (text_at(node, "sub") != subject_of(claims)) {
        return fail(Code::invalid, "the token's subject is not its service account");
    }
    return claims;
}

Status check(const ServiceAccountClaims& claims, std::string_view issuer,
             const std::vector<std::string>& audiences, WallTime now) {
    if (claims.issuer != issuer) return fail(Code::invalid, "the token has another issuer");
    if (now < claims.issued_at) return fail(Code::invalid, "the token is not valid yet");
    if (now >= claims.expires_at) return fail(Code::invalid, "the token has expired");
    if (std::ranges::find_first_of(claims.audiences, audiences) == claims.audiences.end()) {
        return fail(Code::invalid, "the token is for another audience");
    }
    return {};
}

Status check_bound(const ServiceAccountClaims& claims, const BoundObjects& objects, WallTime now) {
    auto checked = check_one(objects, BoundKind::service_account, claims, claims.service_account, now);
    for (const NameField& field : name_fields) {
        const auto& name = claims.*field.member;
        // With a Pod the node is only told, and may be gone before its Pod.
        if (!checked || !name || (field.kind == BoundKind::node && claims.pod)) continue;
        checked = check_one(objects, field.kind, claims, *name, now);
    }
    return checked;
}

Identity identity_of(const ServiceAccountClaims& claims) {
    constexpr std::string_view prefix = "authentication.kubernetes.io/";
    Identity identity{.username = subject_of(claims),
                      .uid = claims.service_account.uid,
                      .groups = {"system:serviceaccounts", "system:serviceaccounts:" + claims.namespace_,
                                 std::string(authenticated_group)}};
    const auto add = [&](std::string_view name, std::string value) {
        identity.extra[std::string(prefix).append(name)] = {std::move(value)};
    };
    if (!claims.id.empty()) add("credential-id", "JTI=" + claims.id);
    if (claims.pod) {
        add("pod-name", claims.pod->name);
        add("pod-uid", claims.pod->uid);
    }
    if (claims.node) {
        add("node-name", claims.node->name);
        if (!claims.node->uid.empty()) add("node-uid", claims.node->uid);
    }
    return identity;
}

}  // namespace hooklet::identity
