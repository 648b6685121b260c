// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/node.hpp"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace hooklet::api {

/// What a parser of untrusted text refuses to go beyond.
struct ParseLimits {
    std::size_t bytes = 3u << 20;  ///< The API's limit of a request body.
    std::size_t depth = 100;
    std::size_t nodes = 250'000;  ///< After the expansion of YAML aliases.
};

/// Reads one JSON document. The failure carries the line, and in its text the column. Repeated keys are kept,
/// see duplicate_keys().
std::expected<Node, Issue> parse_json(std::string_view text, const ParseLimits& limits = {});

enum class JsonStyle { compact, pretty };  ///< pretty: two spaces, as kubectl prints
/// Always valid UTF-8: each byte of a text that belongs to no character becomes U+FFFD, as Kubernetes does
/// it.
std::string write_json(const Node& node, JsonStyle style = JsonStyle::compact);

}  // namespace hooklet::api
