// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "identity/identity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::identity {

/// What tokens are signed with and for, unless the request says otherwise.
inline constexpr std::string_view default_issuer = "https://kubernetes.default.svc.cluster.local";

/// Kinds of objects that a token is good for only as long as they are there.
enum class BoundKind { service_account, pod, secret, node };

/// An object as a token names it.
struct BoundName {
    std::string name;
    std::string uid;
    bool operator==(const BoundName&) const = default;
};

/// What is behind a bound name now.
struct BoundObject {
    std::string uid;
    std::optional<WallTime> deleted_at{};  ///< metadata.deletionTimestamp
    std::string token{};                   ///< `data.token` of a Secret; empty when there is none.
};

/// The objects of the API, as far as tokens are bound to them.
class BoundObjects {
  public:
    virtual ~BoundObjects() = default;
    /// nullopt: there is none. The namespace is empty for nodes.
    [[nodiscard]] virtual std::optional<BoundObject> find(BoundKind kind, std::string_view namespace_,
                                                          std::string_view name) const = 0;
};

/// What a service account's token says, in whole seconds.
struct ServiceAccountClaims {
    std::string issuer{default_issuer};
    std::vector<std::string> audiences{std::string(default_issuer)};
    std::string id{};  ///< `jti`
    WallTime issued_at{};
    WallTime expires_at{};
    std::string namespace_{};
    BoundName service_account{};
    std::optional<BoundName> pod{};
    std::optional<BoundName> secret{};
    std::optional<BoundName> node{};  ///< Beside a Pod: where that runs; without uid when it is not known.
    bool operator==(const ServiceAccountClaims&) const = default;
};

/// The claims as they stand in the token (`nbf` is `iat`), with the API's names.
api::Node to_node(const ServiceAccountClaims& claims);
/// The reverse. Code::invalid when one of them is missing, of another type, or contradicts another.
Result<ServiceAccountClaims> claims_of(const api::Node& node);

/// Whether the claims hold now: made by `issuer`, not expired, and for one of the `audiences`. Code::invalid
/// with the reason.
Status check(const ServiceAccountClaims& claims, std::string_view issuer,
             const std::vector<std::string>& audiences, WallTime now);
/// Whether all that the token is bound to is still there, under the same uid. An object that is being deleted
/// counts for another minute: what ends with it may still have to talk to the API.
Status check_bound(const ServiceAccountClaims& claims, const BoundObjects& objects, WallTime now);

/// `system:serviceaccount:NS:NAME` with its groups, and what the token was bound to as `extra`.
Identity identity_of(const ServiceAccountClaims& claims);

}  // namespace hooklet::identity
