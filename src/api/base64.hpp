// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace hooklet::api {

/// Standard base64 with padding, as the API writes `[]byte` in JSON.
std::string to_base64(std::string_view bytes);
/// The reverse; line breaks are skipped. Fails with Code::invalid and Go's text, which says where and never
/// what: `illegal base64 data at input byte 4`.
Result<std::string> from_base64(std::string_view text);

}  // namespace hooklet::api
