// SPDX-License-Identifier: Apache-2.0
#include "api/quantity.hpp"

#include "base/ascii.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

__extension__ using Wide = __int128;
using Format = Quantity::Format;

constexpr Wide nano_per_unit = 1'000'000'000;
constexpr Wide largest = Wide{std::numeric_limits<std::int64_t>::max()} * nano_per_unit;

/// The suffix's factor is base^power; text() walks each family from its smallest power to its largest.
struct Suffix {
    std::string_view text;
    Format format;
    int power;
};
constexpr std::array<Suffix, 10> decimal{{{"n", Format::decimal_si, -9},
                                          {"u", Format::decimal_si, -6},
                                          {"m", Format::decimal_si, -3},
                                          {"", Format::decimal_si, 0},
                                          {"k", Format::decimal_si, 3},
                                          {"M", Format::decimal_si, 6},
                                          {"G", Format::decimal_si, 9},
                                          {"T", Format::decimal_si, 12},
                                          {"P", Format::decimal_si, 15},
                                          {"E", Format::decimal_si, 18}}};
constexpr std::array<Suffix, 6> binary{{{"Ki", Format::binary_si, 10},
                                        {"Mi", Format::binary_si, 20},
                                        {"Gi", Format::binary_si, 30},
                                        {"Ti", Format::binary_si, 40},
                                        {"Pi", Format::binary_si, 50},
                                        {"Ei", Format::binary_si, 60}}};

constexpr std::string_view syntax_text =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view suffix_text = "unable to parse quantity's suffix";

std::optional<Suffix> find_suffix(std::string_view text) {
    for (const Suffix& s : decimal) {
        if (s.text == text) return s;
    }
    for (const Suffix& s : binary) {
        if (s.text == text) return s;
    }
    if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return std::nullopt;
    std::string_view digits = text.substr(1);
    if (digits.front() == '+') digits.remove_prefix(1);
    const auto power = parse_number<int>(digits);
    if (!power) return std::nullopt;
    return Suffix{"", Format::decimal_exponent, *power};
}

/// Divides and rounds away from zero.
Wide divide_up(Wide value, Wide by) {
    const Wide rest = value % by;
    return value / by + (rest == 0 ? 0 : rest > 0 ? 1 : -1);
}

/// digits * 10^-places * factor in nano, rounded up and cut at `largest`. `digits` has no sign and only
/// digits.
Wide decimal_value(std::string_view digits, int power) {
    while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
    if (digits.empty()) return 0;
    // The value lies between 10^(size-1+power) and 10^(size+power) nano.
    const long magnitude = static_cast<long>(digits.size()) + power;
    if (magnitude > 29) return largest;
    if (magnitude < 0) return 1;
    Wide value = 0;
    bool rest = false;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (static_cast<long>(i) < magnitude) {
            value = value * 10 + (digits[i] - '0');
        } else {
            rest = rest || digits[i] != '0';
        }
    }
    for (long i = static_cast<long>(digits.size()); i < magnitude; ++i) value *= 10;
    return std::min(value + (rest ? 1 : 0), largest);
}

/// whole.fraction * 2^power in nano, rounded up and cut at `largest`.
Wide binary_value(std::string_view whole, std::string_view fraction, int power) {
    const Wide factor = Wide{1} << power;
    const Wide units = decimal_value(whole, 0);
    if (units > largest / nano_per_unit / factor) return largest;
    // A digit beyond the 18th moves the value by less than 2^60 * 10^-18, about one unit of the smallest kept
    // step.
    const std::string_view kept = fraction.substr(0, 18);
    Wide scaled = decimal_value(kept, 0);
    for (std::size_t i = kept.size(); i < 18; ++i) scaled *= 10;
    if (fraction.find_first_not_of('0', kept.size()) != std::string_view::npos) ++scaled;
    return std::min(units * factor * nano_per_unit + divide_up(scaled * factor, nano_per_unit), largest);
}

std::string digits_of(Wide value) {
    const bool negative = value < 0;
    std::string out;
    do {
        const int digit = static_cast<int>(value % 10);
        out += static_cast<char>('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative) out += '-';
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

Quantity Quantity::of_units(std::int64_t units, Format format) {
    return {std::clamp(units * nano_per_unit, -largest, largest), format};
}

Quantity Quantity::of_milli(std::int64_t milli, Format format) {
    return {milli * Wide{1'000'000}, format};
}

Quantity operator+(const Quantity& a, const Quantity& b) {
    return {std::clamp(a.nano_ + b.nano_, -largest, largest), a.is_zero() ? b.format_ : a.format_};
}

Quantity operator-(const Quantity& a, const Quantity& b) {
    return {std::clamp(a.nano_ - b.nano_, -largest, largest), a.is_zero() ? b.format_ : a.format_};
}

Result<Quantity> Quantity::parse(std::string_view text) {
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    const auto take_digits = [&rest] {
        const auto end = std::find_if_not(rest.begin(), rest.end(), is_digit);
        const std::string_view digits(rest.begin(), end);
        rest.remove_prefix(digits.size());
        return digits;
    };
    const std::string_view whole = take_digits();
    std::string_view fraction;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = take_digits();
    }
    const std::size_t foreign = rest.find_first_not_of("eEinumkKMGTP+-0123456789");
    if ((whole.empty() && fraction.empty()) || foreign != std::string_view::npos) {
        return fail(Code::invalid, std::string(syntax_text));
    }
    const auto suffix = find_suffix(rest);
    if (!suffix) return fail(Code::invalid, std::string(suffix_text));
    Wide nano = 0;
    if (suffix->format == Format::binary_si) {
        nano = binary_value(whole, fraction, suffix->power);
    } else {
        const int power = std::clamp(suffix->power, -1000, 1000) - static_cast<int>(fraction.size()) + 9;
        nano = decimal_value(std::string(whole).append(fraction), power);
    }
    return Quantity{negative ? -nano : nano, suffix->format};
}

std::string Quantity::text() const {
    if (nano_ == 0) return "0";
    const Wide kibi = 1024 * nano_per_unit;
    if (format_ == Format::binary_si && is_integer() && (nano_ <= -kibi || nano_ >= kibi)) {
        Wide units = nano_ / nano_per_unit;
        std::string_view suffix;
        for (std::size_t i = 0; i < binary.size() && units % 1024 == 0; ++i) {
            units /= 1024;
            suffix = binary[i].text;
        }
        return digits_of(units).append(suffix);
    }
    Wide value = nano_;
    std::size_t step = 0;
    for (; step + 1 < decimal.size() && value % 1000 == 0; ++step) value /= 1000;
    const Suffix& suffix = decimal[step];
    if (format_ != Format::decimal_exponent) return digits_of(value).append(suffix.text);
    return suffix.power == 0 ? digits_of(value) : fmt::format("{}e{}", digits_of(value), suffix.power);
}

std::int64_t Quantity::units() const {
    return static_cast<std::int64_t>(divide_up(nano_, nano_per_unit));
}

std::int64_t Quantity::milli() const {
    const Wide most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::clamp(divide_up(nano_, nano_per_unit / 1000), -most, most));
}

bool Quantity::is_integer() const {
    return nano_ % nano_per_unit == 0;
}

Quantity Quantity::rounded_to_milli() const {
    const Wide milli = nano_per_unit / 1000;
    return {std::clamp(divide_up(nano_, milli) * milli, -largest, largest), format_};
}

}  // namespace hooklet::api
