// SPDX-License-Identifier: Apache-2.0
#include "server/issuer.hpp"

#include "api/json.hpp"
#include "identity/base64url.hpp"
#include "identity/service_account_token.hpp"
#include "server/answer.hpp"

#include <utility>

namespace hooklet::server {

namespace {

api::Node list_of_one(std::string_view text) {
    api::Node list = api::Node::array();
    list.push(api::Node(std::string(text)));
    return list;
}

api::Node configuration(const std::string& address) {
    api::Node document;
    document.set("issuer", api::Node(std::string(identity::default_issuer)));
    document.set("jwks_uri", api::Node("https://" + address + "/openid/v1/jwks"));
    document.set("response_types_supported", list_of_one("id_token"));
    document.set("subject_types_supported", list_of_one("public"));
    document.set("id_token_signing_alg_values_supported", list_of_one("ES256"));
    return document;
}

api::Node key_set(const TokenSigner& signer) {
    const std::string point = signer.public_key();
    const std::size_t half = point.size() / 2;
    api::Node key;
    key.set("use", api::Node("sig"));
    key.set("kty", api::Node("EC"));
    key.set("kid", api::Node(identity::to_base64url(signer.key_digest())));
    key.set("crv", api::Node("P-256"));
    key.set("alg", api::Node("ES256"));
    key.set("x", api::Node(identity::to_base64url(point.substr(0, half))));
    key.set("y", api::Node(identity::to_base64url(point.substr(half))));
    api::Node keys = api::Node::array();
    keys.push(std::move(key));
    api::Node document;
    document.set("keys", std::move(keys));
    return document;
}

}  // namespace

std::optional<HttpReply> issuer_reply(const TokenSigner* signer, const std::string& address,
                                      const std::vector<std::string>& segments) {
    if (signer == nullptr) return std::nullopt;
    HttpReply reply;
    if (segments == std::vector<std::string>{".well-known", "openid-configuration"}) {
        reply = json_reply(200, api::write_json(configuration(address)));
    } else if (segments == std::vector<std::string>{"openid", "v1", "jwks"}) {
        reply = json_reply(200, api::write_json(key_set(*signer)));
        reply.headers.front().value = "application/jwk-set+json";
    } else {
        return std::nullopt;
    }
    // The keys are public, and stay.
    reply.headers.push_back({"Cache-Control", "public, max-age=3600"});
    return reply;
}

}  // namespace hooklet::server
