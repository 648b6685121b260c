// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace hooklet::identity {

/// Base64 with the alphabet of URLs and without padding (RFC 7515, section 2).
std::string to_base64url(std::string_view bytes);
/// The reverse. Code::invalid for every text that to_base64url() would not have written.
Result<std::string> from_base64url(std::string_view text);

}  // namespace hooklet::identity
