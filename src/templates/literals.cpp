// SPDX-License-Identifier: Apache-2.0
#include "templates/literals.hpp"

#include "api/issue.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace hooklet::templates {

namespace {

constexpr std::uint32_t last_character = 0x10FFFF;

void append_character(std::string& out, std::uint32_t c) {
    const auto tail = [&out, c](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        tail(6);
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        tail(12);
    }
    if (c >= 0x800) tail(6);
    if (c >= 0x80) tail(0);
}

/// One character, or one byte that was written as a number.
struct Unit {
    std::uint32_t code = 0;
    bool byte = false;
};

std::optional<std::uint32_t> take_digits(std::string_view& text, std::size_t count, int base) {
    if (text.size() < count) return std::nullopt;
    std::uint32_t code = 0;
    const char* const end = text.data() + count;
    const auto [rest, error] = std::from_chars(text.data(), end, code, base);
    if (error != std::errc{} || rest != end) return std::nullopt;
    text.remove_prefix(count);
    return code;
}

/// What stands behind a backslash.
std::optional<Unit> take_escape(std::string_view& text, char quote) {
    constexpr std::string_view marks = "abfnrtv\\";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\";
    if (text.empty()) return std::nullopt;
    const char mark = text.front();
    if (mark == quote) {
        text.remove_prefix(1);
        return Unit{static_cast<unsigned char>(mark)};
    }
    if (const std::size_t known = marks.find(mark); known != std::string_view::npos) {
        text.remove_prefix(1);
        return Unit{static_cast<unsigned char>(meanings[known])};
    }
    if (mark >= '0' && mark <= '7') {
        const auto code = take_digits(text, 3, 8);
        return code && *code < 256 ? std::optional(Unit{*code, true}) : std::nullopt;
    }
    const std::size_t count = mark == 'x' ? 2 : mark == 'u' ? 4 : mark == 'U' ? 8 : 0;
    if (count == 0) return std::nullopt;
    text.remove_prefix(1);
    const auto code = take_digits(text, count, 16);
    if (!code) return std::nullopt;
    if (count == 2) return Unit{*code, true};
    const bool surrogate = *code >= 0xD800 && *code < 0xE000;
    return surrogate || *code > last_character ? std::nullopt : std::optional(Unit{*code});
}

std::uint32_t take_character(std::string_view& text) {
    const std::size_t size = utf8_sequence(text);
    const auto first = static_cast<unsigned char>(text.front());
    std::uint32_t code = size == 1 ? first : first & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    text.remove_prefix(std::max<std::size_t>(size, 1));
    return size == 0 ? 0xFFFD : code;
}

std::optional<Unit> take_unit(std::string_view& text, char quote) {
    if (text.empty() || text.front() == quote || text.front() == '\n') return std::nullopt;
    if (text.front() != '\\') return Unit{take_character(text)};
    text.remove_prefix(1);
    return take_escape(text, quote);
}

/// The digits without signs, prefixes and separators.
struct Digits {
    bool negative = false;
    int base = 10;
    std::string text{};
};

Digits digits_of(std::string_view literal) {
    Digits digits;
    digits.negative = literal.starts_with('-');
    if (digits.negative || literal.starts_with('+')) literal.remove_prefix(1);
    if (literal.size() > 1 && literal.front() == '0') {
        const char mark = static_cast<char>(literal[1] | 0x20);
        digits.base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        literal.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
    }
    digits.text = literal;
    std::erase(digits.text, '_');
    return digits;
}

/// Nothing: it is no whole number, or needs more than 64 bits.
std::optional<std::uint64_t> magnitude_of(const Digits& digits) {
    std::uint64_t magnitude = 0;
    const char* const end = digits.text.data() + digits.text.size();
    const auto [rest, error] = std::from_chars(digits.text.data(), end, magnitude, digits.base);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return magnitude;
}

std::unexpected<Error> bad_number(std::string_view why, std::string_view literal) {
    return fail(Code::invalid, std::string(why) + api::quote(literal));
}

}  // namespace

Result<std::string> unquoted(std::string_view literal) {
    const char quote = literal.front();
    std::string_view rest = literal.substr(1, literal.size() - 2);
    if (quote == '`') {
        std::string raw(rest);
        std::erase(raw, '\r');
        return raw;
    }
    std::string text;
    while (!rest.empty()) {
        const auto unit = take_unit(rest, quote);
        if (!unit) return fail(Code::invalid, "invalid syntax");
        if (unit->byte) {
            text += static_cast<char>(unit->code);
        } else {
            append_character(text, unit->code);
        }
    }
    return text;
}

Result<Value> character_value(std::string_view literal) {
    std::string_view rest = literal.substr(1);
    const auto unit = take_unit(rest, '\'');
    if (!unit) return fail(Code::invalid, "invalid syntax");
    if (rest != "'") return fail(Code::invalid, "malformed character constant: " + std::string(literal));
    return Value::made(api::Node(unit->code));
}

Result<Value> number_value(std::string_view literal) {
    const Digits digits = digits_of(literal);
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (const auto magnitude = magnitude_of(digits)) {
        if (*magnitude <= most)
            return Value::made(api::Node(digits.negative ? -static_cast<std::int64_t>(*magnitude)
                                                         : static_cast<std::int64_t>(*magnitude)));
        if (digits.negative && *magnitude == most + 1)
            return Value::made(api::Node(std::numeric_limits<std::int64_t>::min()));
        if (!digits.negative) return Value();
    }
    std::string text(literal);
    std::erase(text, '_');
    const bool plus = text.starts_with('+');
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + (plus ? 1 : 0), end, number);
    if (rest != end || error != std::errc{}) return bad_number("illegal number syntax: ", literal);
    if (literal.find_first_of(".eE") == std::string_view::npos)
        return bad_number("integer overflow: ", literal);
    return Value::made(api::Node(api::Real{number, text}));
}

}  // namespace hooklet::templates
