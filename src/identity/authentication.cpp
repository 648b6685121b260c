// SPDX-License-Identifier: Apache-2.0
#include "identity/authentication.hpp"

#include "base/contains.hpp"
#include "identity/jwt.hpp"
#include "identity/secret_token.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>

namespace hooklet::identity {

namespace {

/// Takes as long whatever the texts are, as long as they have the same size.
bool same_secret(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    }
    return difference == 0;
}

Identity identity_of(const HttpPeer::Certificate& certificate) {
    Identity identity{.username = certificate.common_name, .groups = certificate.organizations};
    if (!identity.in_group(authenticated_group)) identity.groups.emplace_back(authenticated_group);
    return identity;
}

/// What is in both, in the order of `of`.
std::vector<std::string> common(const std::vector<std::string>& of, const std::vector<std::string>& with) {
    std::vector<std::string> both;
    std::ranges::copy_if(of, std::back_inserter(both),
                         [&](const std::string& one) { return contains(with, one); });
    return both;
}

}  // namespace

std::string_view bearer_token(const HttpServerRequest& request) {
    constexpr std::string_view scheme = "Bearer ";
    std::string_view value = request.header("Authorization");
    if (!boost::algorithm::istarts_with(value, scheme)) return {};
    value.remove_prefix(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

Authenticator::Authenticator(const Clock* clock, const TokenSigner* signer, const BoundObjects* objects,
                             AuthenticationOptions options)
    : clock_(clock), signer_(signer), objects_(objects), options_(std::move(options)) {}

Result<Identity> Authenticator::authenticate(const HttpServerRequest& request) const {
    const HttpPeer& peer = request.peer;
    if (peer.certificate && !peer.certificate->common_name.empty()) return identity_of(*peer.certificate);
    if (const std::string_view token = bearer_token(request); !token.empty()) {
        auto known = authenticate_token(token);
        if (!known) return std::unexpected(known.error());
        return std::move(known->user);
    }
    if (peer.certificate_refused) return fail(Code::invalid, "the client certificate does not verify");
    if (peer.certificate) return fail(Code::invalid, "the client certificate has no common name");
    if (!request.header("Authorization").empty()) return fail(Code::invalid, "not a bearer token");
    if (peer.user_id && (*peer.user_id == 0 || *peer.user_id == options_.agent_user)) return administrator();
    return anonymous();
}

Result<TokenIdentity> Authenticator::authenticate_token(std::string_view token,
                                                        const std::vector<std::string>& audiences) const {
    const auto& wanted = audiences.empty() ? options_.audiences : audiences;
    if (!options_.admin_token.empty() && same_secret(token, options_.admin_token)) {
        auto both = common(options_.audiences, wanted);
        if (both.empty()) return fail(Code::invalid, "the token is for another audience");
        return TokenIdentity{administrator(), std::move(both)};
    }
    const auto node = verify_jwt(*signer_, token);
    if (!node) return std::unexpected(node.error());
    if (is_of_secret(*node)) return authenticate_stored(token, *node, wanted);
    const auto claims = claims_of(*node);
    if (!claims) return std::unexpected(claims.error());
    if (auto good = check(*claims, options_.issuer, wanted, clock_->wall()); !good) {
        return std::unexpected(good.error());
    }
    if (auto bound = check_bound(*claims, *objects_, clock_->wall()); !bound) {
        return std::unexpected(bound.error());
    }
    return TokenIdentity{identity::identity_of(*claims), common(claims->audiences, wanted)};
}

Result<TokenIdentity> Authenticator::authenticate_stored(std::string_view token, const api::Node& claims,
                                                         const std::vector<std::string>& audiences) const {
    const auto said = secret_claims_of(claims);
    if (!said) return std::unexpected(said.error());
    auto both = common(options_.audiences, audiences);
    if (both.empty()) return fail(Code::invalid, "the token is for another audience");
    if (auto stored = check_stored(*said, token, *objects_); !stored) return std::unexpected(stored.error());
    return TokenIdentity{identity::identity_of(*said), std::move(both)};
}

}  // namespace hooklet::identity
