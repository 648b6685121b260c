// SPDX-License-Identifier: Apache-2.0
#include "server/token.hpp"

#include "identity/jwt.hpp"
#include "identity/service_account_token.hpp"
#include "server/get.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

constexpr std::int64_t shortest_s = 600;
constexpr std::int64_t longest_s = 1LL << 32;
constexpr std::int64_t default_s = 3600;

std::unexpected<ApiStatus> refused(const std::string& name, api::Issue issue) {
    return std::unexpected(
        status::invalid("authentication.k8s.io", "TokenRequest", name, {std::move(issue)}));
}

/// A request that names an account names the one of its path.
Answer<void> check_names(const Target& account, const api::ObjectMeta& metadata) {
    if (!metadata.name.empty() && metadata.name != account.name)
        return refused(account.name,
                       api::issue::invalid_text("metadata.name", metadata.name,
                                                "must match the service account name if specified"));
    if (!metadata.namespace_.empty() && metadata.namespace_ != account.namespace_)
        return refused(account.name,
                       api::issue::invalid_text("metadata.namespace", metadata.namespace_,
                                                "must match the service account namespace if specified"));
    return {};
}

Answer<void> check_duration(std::int64_t seconds) {
    if (seconds >= shortest_s && seconds <= longest_s) return {};
    return refused("", api::issue::invalid_raw("spec.expirationSeconds", std::to_string(seconds),
                                               seconds < shortest_s
                                                   ? "may not specify a duration less than 10 minutes"
                                                   : "may not specify a duration larger than 2^32 seconds"));
}

/// As which the Pod runs.
std::string account_of(const api::Pod& pod) {
    return pod.spec.serviceAccountName.empty() ? "default" : pod.spec.serviceAccountName;
}

/// The node that a Pod is on.
std::optional<identity::BoundName> node_of(const Services& services, const api::Pod& pod) {
    if (pod.spec.nodeName.empty()) return std::nullopt;
    const Target node{kinds::find("", "v1", "nodes"), "", pod.spec.nodeName};
    const auto found = services.objects->get(node.key());
    return identity::BoundName{node.name, found ? (*found)->uid : ""};
}

/// Binds the token to what the request names.
Answer<void> bind_token(const Services& services, const Target& account, const api::BoundObjectReference& to,
                        identity::ServiceAccountClaims& claims) {
    const bool node = to.kind == "Node";
    if (!node && to.kind != "Pod" && to.kind != "Secret") {
        return std::unexpected(
            status::bad_request(fmt::format("cannot bind token for {} serviceaccount to object of type {}.{}",
                                            account.name, to.apiVersion, to.kind)));
    }
    const char* resource = node ? "nodes" : to.kind == "Pod" ? "pods" : "secrets";
    const Target bound{kinds::find("", "v1", resource), node ? "" : account.namespace_, to.name};
    const auto found = get(services, bound);
    if (!found) return std::unexpected(found.error());
    if (to.kind == "Pod") {
        const auto pod = std::static_pointer_cast<api::Pod>(decode(*bound.kind, **found));
        if (account_of(*pod) != account.name) {
            return std::unexpected(status::bad_request(
                fmt::format("cannot bind token for serviceaccount {} to pod running with different "
                            "serviceaccount name.",
                            api::quote(account.name))));
        }
        claims.node = node_of(services, *pod);
    }
    if (!to.uid.empty() && to.uid != (*found)->uid) {
        return std::unexpected(status::conflict(
            *bound.kind, to.name,
            fmt::format("the UID in the bound object reference ({}) does not match the UID in record. The "
                        "object might have been deleted and then recreated",
                        to.uid)));
    }
    auto& place = node ? claims.node : to.kind == "Pod" ? claims.pod : claims.secret;
    place = identity::BoundName{to.name, (*found)->uid};
    return {};
}

Answer<identity::ServiceAccountClaims> claims_of(const Services& services, const Target& account,
                                                 const store::Object& stored,
                                                 const api::TokenRequest& request) {
    const WallTime now = services.clock->wall();
    identity::ServiceAccountClaims claims;
    if (!request.spec.audiences.empty()) claims.audiences = request.spec.audiences;
    claims.id = make_uuid(*services.random);
    claims.issued_at = now;
    claims.expires_at = now + std::chrono::seconds(*request.spec.expirationSeconds);
    claims.namespace_ = account.namespace_;
    claims.service_account = {account.name, stored.uid};
    if (request.spec.boundObjectRef) {
        auto bound = bind_token(services, account, *request.spec.boundObjectRef, claims);
        if (!bound) return std::unexpected(bound.error());
    }
    return claims;
}

}  // namespace

Answer<api::TokenRequest> issue_token(const Services& services, Target target, api::TokenRequest request) {
    target.part.clear();
    if (services.signer == nullptr) return std::unexpected(status::unknown_resource());
    if (auto same = check_names(target, request.metadata); !same) return std::unexpected(same.error());
    const auto account = get(services, target);
    if (!account) return std::unexpected(account.error());
    const std::int64_t seconds = request.spec.expirationSeconds.value_or(default_s);
    if (auto legal = check_duration(seconds); !legal) return std::unexpected(legal.error());
    request.spec.expirationSeconds = seconds;
    const auto claims = claims_of(services, target, **account, request);
    if (!claims) return std::unexpected(claims.error());
    auto token = identity::sign_jwt(*services.signer, identity::to_node(*claims));
    if (!token) return std::unexpected(status::internal(token.error().text()));
    request.metadata.name = target.name;
    request.metadata.namespace_ = target.namespace_;
    request.metadata.uid = (*account)->uid;
    request.metadata.creationTimestamp = claims->issued_at;
    request.spec.audiences = claims->audiences;
    request.status.token = *std::move(token);
    request.status.expirationTimestamp = claims->expires_at;
    return request;
}

}  // namespace hooklet::server
