// SPDX-License-Identifier: Apache-2.0
#include "templates/verb.hpp"

#include "api/issue.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(std::max<std::size_t>(utf8_sequence(text), 1));
    return count;
}

std::string padded(std::string text, const Verb& verb) {
    const auto width = static_cast<std::size_t>(verb.width.value_or(0));
    const std::size_t length = characters(text);
    if (length >= width) return text;
    const std::size_t missing = width - length;
    if (verb.minus) return text.append(missing, ' ');
    return text.insert(0, missing, verb.zero ? '0' : ' ');
}

std::string padded_with_blanks(std::string text, Verb verb) {
    verb.zero = false;
    return padded(std::move(text), verb);
}

/// The first characters of a text, as many as the precision says.
std::string_view truncated(std::string_view text, const Verb& verb) {
    if (!verb.precision) return text;
    std::size_t end = 0;
    for (int i = 0; i < *verb.precision && end < text.size(); ++i)
        end += std::max<std::size_t>(utf8_sequence(text.substr(end)), 1);
    return text.substr(0, end);
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    return text;
}

std::string hexadecimal(std::string_view text, const Verb& verb) {
    if (verb.precision) text = text.substr(0, static_cast<std::size_t>(*verb.precision));
    const std::string_view prefix = verb.sharp ? "0x" : "";
    std::string out;
    for (const char c : text) {
        if (out.empty() || verb.space) out += out.empty() ? "" : " ", out += prefix;
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return padded(verb.letter == "X" ? upper(std::move(out)) : out, verb);
}

std::string shown_text(const std::string& text, const Verb& verb) {
    if (verb.letter == "s" || (verb.letter == "v" && !verb.sharp))
        return padded(std::string(truncated(text, verb)), verb);
    if (verb.letter == "x" || verb.letter == "X") return hexadecimal(text, verb);
    const std::string_view part = truncated(text, verb);
    const bool raw =
        verb.letter == "q" && verb.sharp && part.find_first_of("`\n\r\x7f") == std::string_view::npos;
    return padded(raw ? fmt::format("`{}`", part) : api::quote(part), verb);
}

/// The character of this number.
std::string character(std::int64_t code) {
    const bool valid = code >= 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    const auto c = static_cast<std::uint32_t>(valid ? code : 0xFFFD);
    const auto byte = [c](int shift, unsigned mark) {
        return static_cast<char>(mark | ((c >> shift) & 0x3Fu));
    };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), byte(0, 0x80)};
    if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), byte(6, 0x80), byte(0, 0x80)};
    return {static_cast<char>(0xF0 | (c >> 18)), byte(12, 0x80), byte(6, 0x80), byte(0, 0x80)};
}

std::string quoted_character(std::int64_t code) {
    std::string text = character(code);
    if (text == "'") return R"('\'')";
    if (text == "\"") return "'\"'";
    text = api::quote(text);
    return fmt::format("'{}'", std::string_view(text).substr(1, text.size() - 2));
}

std::string_view prefix_of(const Verb& verb, char letter, std::string_view digits) {
    if (letter == 'O') return "0o";
    if (!verb.sharp) return "";
    if (letter == 'b') return "0b";
    if (letter == 'o') return digits.starts_with('0') ? "" : "0";
    return letter == 'x' ? "0x" : letter == 'X' ? "0X" : "";
}

/// In digits of the base that the letter says.
std::string shown_digits(std::int64_t number, const Verb& verb) {
    const char letter = verb.letter.front();
    const int base = letter == 'b'                    ? 2
                     : letter == 'o' || letter == 'O' ? 8
                     : letter == 'x' || letter == 'X' ? 16
                                                      : 10;
    if (verb.precision == 0 && number == 0) return padded_with_blanks("", verb);
    const auto bits = static_cast<std::uint64_t>(number);
    std::array<char, 65> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number < 0 ? ~bits + 1 : bits, base);
    std::string digits(buffer.data(), end.ptr);
    if (letter == 'X') digits = upper(std::move(digits));
    const std::string_view sign = number < 0 ? "-" : verb.plus ? "+" : verb.space ? " " : "";
    int least = verb.precision.value_or(0);
    if (!verb.precision && verb.zero && !verb.minus && verb.width)
        least = *verb.width - static_cast<int>(sign.size());
    if (const auto size = static_cast<int>(digits.size()); size < least)
        digits.insert(0, static_cast<std::size_t>(least - size), '0');
    return padded_with_blanks(fmt::format("{}{}{}", sign, prefix_of(verb, letter, digits), digits), verb);
}

std::string shown_whole(const Value& value, const Verb& verb) {
    const std::int64_t number = value.whole();
    switch (verb.letter.front()) {
        case 'c':
            return padded(character(number), verb);
        case 'q':
            return padded(quoted_character(number), verb);
        case 'U':
            return padded_with_blanks(fmt::format("U+{:04X}", number), verb);
        case 'v':
            if (verb.sharp && value.whole_type() == Whole::byte)
                return padded(fmt::format("{:#x}", number), verb);
            [[fallthrough]];
        default:
            return shown_digits(number, verb);
    }
}

/// No precision: as many digits as it takes to mean this number.
std::string general(double number, std::optional<int> precision) {
    std::array<char, 64> buffer{};
    char* const last = buffer.data() + buffer.size();
    if (precision) {
        const auto end =
            std::to_chars(buffer.data(), last, number, std::chars_format::general, std::max(*precision, 1));
        return {buffer.data(), end.ptr};
    }
    const auto end = std::to_chars(buffer.data(), last, number, std::chars_format::scientific);
    const std::string scientific(buffer.data(), end.ptr);
    const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
    constexpr int most_before_point = 6;
    if (exponent < -4 || exponent >= most_before_point) return scientific;
    const auto fixed_end = std::to_chars(buffer.data(), last, number, std::chars_format::fixed);
    return {buffer.data(), fixed_end.ptr};
}

std::string real_digits(double number, const Verb& verb) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
    const char letter = verb.letter.front();
    if (letter == 'g' || letter == 'G' || letter == 'v') {
        const std::string text = general(number, verb.precision);
        return letter == 'G' ? upper(text) : text;
    }
    const bool exponent = letter == 'e' || letter == 'E';
    const int precision = verb.precision.value_or(6);
    std::string text =
        exponent ? fmt::format("{:.{}e}", number, precision) : fmt::format("{:.{}f}", number, precision);
    return letter == 'E' ? upper(std::move(text)) : text;
}

std::string shown_real(double number, const Verb& verb) {
    std::string text = real_digits(number, verb);
    std::string sign;
    if (text.starts_with('-') || text.starts_with('+')) {
        sign = text.front() == '-' ? "-" : verb.plus ? "+" : "";
        text.erase(0, 1);
    } else {
        sign = verb.plus ? "+" : verb.space ? " " : "";
    }
    const auto width = static_cast<std::size_t>(verb.width.value_or(0));
    if (verb.zero && !verb.minus && std::isfinite(number) && sign.size() + text.size() < width)
        text.insert(0, width - sign.size() - text.size(), '0');
    return padded_with_blanks(sign + text, verb);
}

std::string shown_list(const Value& value, const Verb& verb) {
    const bool typed = verb.letter == "v" && verb.sharp;
    std::string text = typed ? fmt::format("{}{{", value.type_name()) : "[";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0) text += typed ? ", " : " ";
        text += shown(value.item(i), verb);
    }
    return text + (typed ? "}" : "]");
}

std::string shown_map(const Value& value, const Verb& verb) {
    const bool typed = verb.letter == "v" && verb.sharp;
    std::string text = typed ? fmt::format("{}{{", value.type_name()) : "map[";
    bool first = true;
    for (const Value::Member& member : value.members()) {
        if (!first) text += typed ? ", " : " ";
        first = false;
        text += fmt::format("{}:{}", shown(Value::made(api::Node(member.key)), verb),
                            shown(value.of(member), verb));
    }
    return text + (typed ? "}" : "]");
}

/// Whether values of this kind have such a verb; what is in lists and maps answers for itself.
bool fits(Value::Kind kind, const Verb& verb) {
    switch (kind) {
        case Value::Kind::boolean:
            return verb.letter == "t" || verb.letter == "v";
        case Value::Kind::whole:
            return std::string_view("vdboOxXcqU").contains(verb.letter);
        case Value::Kind::real:
            return std::string_view("veEfFgG").contains(verb.letter);
        case Value::Kind::text:
            return std::string_view("vsxXq").contains(verb.letter);
        default:
            return true;
    }
}

std::string shown_null(const Value& value, const Verb& verb) {
    // A null inside of something is shown whatever the verb.
    if (value.is_null())
        return verb.letter == "v" && verb.sharp ? "interface {}(nil)" : padded("<nil>", verb);
    return verb.letter == "v" || verb.letter == "T" ? padded("<nil>", verb) : misfit(value, verb);
}

}  // namespace

std::string misfit(const Value& value, const Verb& verb) {
    if (value.kind() == Value::Kind::nothing) return fmt::format("%!{}(<nil>)", verb.letter);
    Verb plain = verb;
    plain.letter = "v";
    return fmt::format("%!{}({}={})", verb.letter, value.type_name(), shown(value, plain));
}

std::string shown(const Value& value, const Verb& verb) {
    if (value.kind() == Value::Kind::nothing) return shown_null(value, verb);
    if (verb.letter == "T") return padded(std::string(value.type_name()), verb);
    if (!fits(value.kind(), verb)) return misfit(value, verb);
    switch (value.kind()) {
        case Value::Kind::boolean:
            return padded(value.boolean() ? "true" : "false", verb);
        case Value::Kind::whole:
            return shown_whole(value, verb);
        case Value::Kind::real:
            return shown_real(value.real(), verb);
        case Value::Kind::text:
            return shown_text(value.text(), verb);
        case Value::Kind::list:
            return shown_list(value, verb);
        default:
            return shown_map(value, verb);
    }
}

}  // namespace hooklet::templates
