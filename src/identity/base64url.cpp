// SPDX-License-Identifier: Apache-2.0
#include "identity/base64url.hpp"

#include "api/base64.hpp"

#include <algorithm>

namespace hooklet::identity {

std::string to_base64url(std::string_view bytes) {
    std::string text = api::to_base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

Result<std::string> from_base64url(std::string_view text) {
    std::string standard(text);
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
    while (standard.size() % 4 != 0) standard += '=';
    auto bytes = api::from_base64(standard);
    if (!bytes) return bytes;
    if (to_base64url(*bytes) != text) return fail(Code::invalid, "not base64url");
    return bytes;
}

}  // namespace hooklet::identity
