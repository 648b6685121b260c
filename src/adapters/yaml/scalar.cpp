// SPDX-License-Identifier: Apache-2.0
#include "adapters/yaml/scalar.hpp"

#include "api/base64.hpp"
#include "base/ascii.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace hooklet::yaml {

using api::Node;
using api::Real;

namespace {

constexpr std::array<std::string_view, 11> true_words{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                      "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> false_words{"n",     "N",     "no",  "No",  "NO", "false",
                                                       "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> null_words{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> infinity_words{".inf", ".Inf", ".INF"};
constexpr std::array<std::string_view, 3> nan_words{".nan", ".NaN", ".NAN"};

bool one_of(std::string_view text, const auto& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

struct Signed {
    bool negative;
    std::string_view rest;
};
Signed take_sign(std::string_view text) {
    if (text.starts_with('-')) return {true, text.substr(1)};
    return {false, text.starts_with('+') ? text.substr(1) : text};
}

/// An integer with Go's prefixes; a leading 0 means octal. No value when it is none or does not fit uint64.
std::optional<Node> integer(std::string_view text) {
    auto [negative, digits] = take_sign(text);
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char mark = static_cast<char>(digits[1] | 0x20);
        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        digits.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
    }
    const auto read = parse_number<std::uint64_t>(digits, base);
    if (!read) return std::nullopt;
    const std::uint64_t magnitude = *read;
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    if (!negative && magnitude <= limit) return Node(static_cast<std::int64_t>(magnitude));
    if (negative && magnitude <= limit + 1) return Node(static_cast<std::int64_t>(~magnitude + 1));
    if (negative) return std::nullopt;
    return Node(Real{static_cast<double>(magnitude), std::to_string(magnitude)});
}

/// Whether the text is digits with an optional fraction and exponent: what YAML calls a float.
bool looks_like_float(std::string_view text) {
    std::string_view rest = take_sign(text).rest;
    const auto skip_digits = [&rest] {
        const std::size_t count =
            std::min(rest.size(), static_cast<std::size_t>(std::distance(
                                      rest.begin(), std::find_if_not(rest.begin(), rest.end(), is_digit))));
        rest.remove_prefix(count);
        return count;
    };
    const std::size_t whole = skip_digits();
    std::size_t fraction = 0;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = skip_digits();
    }
    if (whole + fraction == 0) return false;
    if (rest.empty()) return true;
    if (rest.front() != 'e' && rest.front() != 'E') return false;
    rest = take_sign(rest.substr(1)).rest;
    return skip_digits() > 0 && rest.empty();
}

/// The number as Go's JSON encoder writes it: no exponent between 1e-6 and 1e21.
Node number(double value) {
    if (value == 0) return Node(0);
    std::array<char, 400> buffer{};
    const double size = std::abs(value);
    const auto format =
        size < 1e-6 || size >= 1e21 ? std::chars_format::scientific : std::chars_format::fixed;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    std::string text(buffer.data(), end);
    const std::size_t exponent = text.find("e-0");
    if (exponent != std::string::npos) text.erase(exponent + 2, 1);
    if (const auto whole = parse_number<std::int64_t>(text)) return Node(*whole);
    return Node(Real{value, text});
}

std::optional<Node> floating(std::string_view text) {
    if (!looks_like_float(text)) return std::nullopt;
    const auto [negative, digits] = take_sign(text);
    const auto value = parse_number<double>(digits);
    if (!value) return std::nullopt;
    return number(negative ? -*value : *value);
}

std::optional<Node> not_finite(std::string_view text) {
    const auto [negative, word] = take_sign(text);
    if (one_of(word, infinity_words)) {
        const double infinity = std::numeric_limits<double>::infinity();
        return Node(Real{negative ? -infinity : infinity, std::string(text)});
    }
    if (one_of(text, nan_words)) return Node(Real{std::nan(""), std::string(text)});
    return std::nullopt;
}

/// The tag of what a text resolves to.
std::string_view tag_of(const Node& node) {
    if (node.is_null()) return "null";
    if (node.as_bool() != nullptr) return "bool";
    if (node.as_int() != nullptr) return "int";
    const auto* real = node.as<Real>();
    if (real == nullptr) return "str";
    return std::ranges::all_of(real->text, is_digit) ? "int" : "float";
}

}  // namespace

std::expected<Node, std::string> resolve_tagged(std::string_view tag, std::string_view text) {
    constexpr std::string_view prefix = "tag:yaml.org,2002:";
    if (tag.starts_with(prefix)) tag.remove_prefix(prefix.size());
    if (tag == "?") return resolve_plain(text);
    if (tag == "binary") {
        if (Result<std::string> bytes = api::from_base64(text)) return Node(*std::move(bytes));
        return std::unexpected("!!binary value contains invalid base64 data");
    }
    if (tag != "bool" && tag != "int" && tag != "float" && tag != "null") return Node(text);
    Node node = resolve_plain(text);
    const std::string_view found = tag_of(node);
    if (found == tag || (found == "int" && tag == "float")) return node;
    return std::unexpected(fmt::format("cannot decode !!{} `{}` as a !!{}", found, text, tag));
}

Node resolve_plain(std::string_view text) {
    if (one_of(text, null_words)) return {};
    if (one_of(text, true_words)) return Node(true);
    if (one_of(text, false_words)) return Node(false);
    const char first = text.front();
    if (!is_digit(first) && first != '+' && first != '-' && first != '.') return Node(text);
    if (auto node = not_finite(text)) return *std::move(node);
    std::string plain(text);
    if (first != '.') std::erase(plain, '_');
    if (auto node = integer(plain)) return *std::move(node);
    if (auto node = floating(plain)) return *std::move(node);
    return Node(text);
}

}  // namespace hooklet::yaml
