// SPDX-License-Identifier: Apache-2.0
#include "identity/jwt.hpp"

#include "api/json.hpp"
#include "identity/base64url.hpp"

#include <utility>

namespace hooklet::identity {

namespace {

/// Longer than any token that was signed here: one has some names and uids.
constexpr std::size_t longest_token = 16UL * 1024;

std::unexpected<Error> malformed() {
    return fail(Code::invalid, "the token is malformed");
}

Result<api::Node> read_part(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return malformed();
    auto node = api::parse_json(*text);
    if (!node || node->as_object() == nullptr || !api::duplicate_keys(*node).empty()) return malformed();
    return *std::move(node);
}

bool has_text(const api::Node& object, std::string_view key, std::string_view wanted) {
    const api::Node* const value = object.find(key);
    return value != nullptr && value->as_string() != nullptr && *value->as_string() == wanted;
}

}  // namespace

Result<std::string> sign_jwt(const TokenSigner& signer, const api::Node& claims) {
    api::Node header;
    header.set("alg", api::Node("ES256"));
    header.set("kid", api::Node(to_base64url(signer.key_digest())));
    const std::string signed_part =
        to_base64url(api::write_json(header)) + "." + to_base64url(api::write_json(claims));
    const auto signature = signer.sign(signed_part);
    if (!signature) return std::unexpected(signature.error());
    return signed_part + "." + to_base64url(*signature);
}

Result<api::Node> verify_jwt(const TokenSigner& signer, std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (token.size() > longest_token || first == std::string_view::npos || first == last) return malformed();
    const auto header = read_part(token.substr(0, first));
    if (!header) return std::unexpected(header.error());
    // Before anything else: the header says how to check, and only one way is ours.
    if (!has_text(*header, "alg", "ES256") || header->find("crit") != nullptr) {
        return fail(Code::invalid, "the token's algorithm is not ES256");
    }
    if (header->find("kid") != nullptr && !has_text(*header, "kid", to_base64url(signer.key_digest()))) {
        return fail(Code::invalid, "the token was signed with another key");
    }
    const auto signature = from_base64url(token.substr(last + 1));
    if (!signature) return malformed();
    if (!signer.verify(token.substr(0, last), *signature)) {
        return fail(Code::invalid, "the token's signature is wrong");
    }
    return read_part(token.substr(first + 1, last - first - 1));
}

}  // namespace hooklet::identity
