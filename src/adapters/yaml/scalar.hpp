// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>
#include <string_view>

namespace hooklet::yaml {

/// The value of a plain (unquoted) scalar, as go-yaml v2 and then JSON see it, because that is what every
/// Kubernetes tool does to a manifest: y/yes/on/true and their opposites are booleans, `017` `0o17` `0x1F`
/// `0b1` `1_000` are integers, floats without a fraction become integers (`1e3` is 1000), `~` is null,
/// timestamps stay strings.
/// `.nan` and `.inf` have no JSON form: they come back as a Real whose value is not finite.
api::Node resolve_plain(std::string_view text);

}  // namespace hooklet::yaml
