// SPDX-License-Identifier: Apache-2.0
#include "templates/escapes.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

namespace hooklet::templates {

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\'') {
            out += c == '"' ? "&#34;" : "&#39;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (c == '<' || c == '>') {
            out += c == '<' ? "&lt;" : "&gt;";
        } else if (c == '\0') {
            out += "\xEF\xBF\xBD";
        } else {
            out += c;
        }
    }
    return out;
}

std::string script_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\' || c == '\'' || c == '"') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || std::string_view("<>&=").contains(c)) {
            out += fmt::format("\\u{:04X}", byte);
        } else {
            out += c;
        }
    }
    return out;
}

std::string query_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_alphanumeric(c) || std::string_view("-_.~").contains(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace hooklet::templates
