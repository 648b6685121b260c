// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace hooklet::yaml {

/// The value of a plain (unquoted) scalar, as go-yaml v2 and then JSON see it, because that is what every
/// Kubernetes tool does to a manifest: y/yes/on/true and their opposites are booleans, `017` `0o17` `0x1F`
/// `0b1` `1_000` are integers, floats without a fraction become integers (`1e3` is 1000), `~` is null,
/// timestamps stay strings.
/// `.nan` and `.inf` have no JSON form: they come back as a Real whose value is not finite.
api::Node resolve_plain(std::string_view text);

/// The value of a scalar with a tag: `?` for a plain one without, else as the parser has it
/// (`tag:yaml.org,2002:int`). `!!binary` is decoded; tags of others leave a text. Fails in go-yaml's words
/// when the text is not what the tag says.
std::expected<api::Node, std::string> resolve_tagged(std::string_view tag, std::string_view text);

}  // namespace hooklet::yaml
