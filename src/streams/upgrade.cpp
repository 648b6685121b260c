// SPDX-License-Identifier: Apache-2.0
#include "streams/upgrade.hpp"

#include "api/base64.hpp"
#include "streams/big_endian.hpp"

#include <algorithm>
#include <optional>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/uuid/detail/sha1.hpp>

namespace hooklet {

namespace {

/// RFC 6455, 1.3: the same for every handshake.
constexpr std::string_view websocket_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string sha1(std::string_view text) {
    boost::uuids::detail::sha1 hash;
    hash.process_bytes(text.data(), text.size());
    boost::uuids::detail::sha1::digest_type words{};
    hash.get_digest(words);
    std::string digest;
    for (const unsigned word : words) append_big_endian(digest, word, 4);
    return digest;
}

/// nullopt: only unknown protocols are offered.
std::optional<std::string> choose(const std::vector<std::string>& offered,
                                  std::span<const std::string_view> supported) {
    if (offered.empty()) return "";
    const auto chosen = std::ranges::find_first_of(offered, supported);
    if (chosen == offered.end()) return std::nullopt;
    return *chosen;
}

std::unexpected<Error> no_common_protocol(const std::vector<std::string>& offered,
                                          std::span<const std::string_view> supported) {
    return fail(Code::conflict,
                fmt::format("unable to upgrade: unable to negotiate protocol: client supports [{}], server "
                            "accepts [{}]",
                            fmt::join(offered, " "), fmt::join(supported, " ")));
}

bool is_key(std::string_view key) {
    const auto bytes = api::from_base64(key);
    return bytes && bytes->size() == 16;
}

}  // namespace

std::vector<std::string> header_parts(const HttpServerRequest& request, std::string_view name) {
    std::vector<std::string> parts;
    for (const HttpHeader& header : request.headers) {
        if (!boost::algorithm::iequals(header.name, name)) continue;
        std::vector<std::string> pieces;
        boost::algorithm::split(pieces, header.value, boost::algorithm::is_any_of(","));
        for (std::string& piece : pieces) {
            boost::algorithm::trim(piece);
            if (!piece.empty()) parts.push_back(std::move(piece));
        }
    }
    return parts;
}

bool wants_upgrade(const HttpServerRequest& request, std::string_view protocol) {
    const auto has = [&](std::string_view header, std::string_view wanted) {
        return std::ranges::any_of(header_parts(request, header), [&](const std::string& part) {
            return boost::algorithm::iequals(part, wanted);
        });
    };
    return has("Connection", "upgrade") && has("Upgrade", protocol);
}

std::string websocket_accept(std::string_view key) {
    return api::to_base64(sha1(std::string(key).append(websocket_guid)));
}

Result<Upgrade> accept_websocket(const HttpServerRequest& request,
                                 std::span<const std::string_view> supported) {
    if (request.method != "GET" || !wants_upgrade(request, "websocket")) {
        return fail(Code::invalid, "Upgrade request required");
    }
    if (request.header("Sec-WebSocket-Version") != "13") {
        return fail(Code::invalid, "the WebSocket version must be 13");
    }
    const std::string_view key = request.header("Sec-WebSocket-Key");
    if (!is_key(key)) return fail(Code::invalid, "the WebSocket key must be 16 bytes in base64");
    const auto offered = header_parts(request, "Sec-WebSocket-Protocol");
    const auto chosen = choose(offered, supported);
    if (!chosen) return no_common_protocol(offered, supported);
    Upgrade upgrade;
    upgrade.protocol = *chosen;
    upgrade.reply.status = 101;
    upgrade.reply.headers = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", websocket_accept(key)}};
    if (!chosen->empty()) upgrade.reply.headers.push_back({"Sec-WebSocket-Protocol", *chosen});
    return upgrade;
}

Result<Upgrade> accept_spdy(const HttpServerRequest& request, std::span<const std::string_view> supported) {
    if (!wants_upgrade(request, "SPDY/3.1")) return fail(Code::invalid, "Upgrade request required");
    const auto offered = header_parts(request, "X-Stream-Protocol-Version");
    const auto chosen = choose(offered, supported);
    if (!chosen) return no_common_protocol(offered, supported);
    Upgrade upgrade;
    upgrade.protocol = *chosen;
    upgrade.reply.status = 101;
    upgrade.reply.headers = {{"Upgrade", "SPDY/3.1"}, {"Connection", "Upgrade"}};
    if (!chosen->empty()) upgrade.reply.headers.push_back({"X-Stream-Protocol-Version", *chosen});
    return upgrade;
}

}  // namespace hooklet
