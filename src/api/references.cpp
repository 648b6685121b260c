// SPDX-License-Identifier: Apache-2.0
#include "api/references.hpp"

#include <algorithm>

namespace hooklet::api {

std::string replace_references(std::string_view text,
                               const std::function<std::string(std::string_view)>& value_of) {
    std::string out;
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find('$'), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        const std::size_t close = text.starts_with("$(") ? text.find(')') : std::string_view::npos;
        if (close != std::string_view::npos) {
            out += value_of(text.substr(2, close - 2));
            text.remove_prefix(close + 1);
        } else if (text.starts_with("$$")) {
            out += '$';
            text.remove_prefix(2);
        } else {
            // A `$` that starts nothing stands for itself, and so does the character after it.
            out += text.substr(0, 2);
            text.remove_prefix(std::min<std::size_t>(2, text.size()));
        }
    }
    return out;
}

}  // namespace hooklet::api
