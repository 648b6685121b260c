// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet::api {

/// `resource.Quantity`: an exact decimal number of units with the suffix family it is written in.
/// Kept to 1n (finer parts are rounded away from zero) and within +/-(2^63-1) units (larger values are cut
/// there).
class Quantity {
  public:
    /// The family of suffixes: k M G, Ki Mi Gi, or e3 e6 e9.
    enum class Format : std::uint8_t { decimal_si, binary_si, decimal_exponent };

    Quantity() = default;
    static Quantity of_units(std::int64_t units, Format format = Format::decimal_si);
    static Quantity of_milli(std::int64_t milli, Format format = Format::decimal_si);
    /// Reads `500m`, `1.5Gi`, `1e3`, `.5`. Fails with Code::invalid and the API's text.
    static Result<Quantity> parse(std::string_view text);

    /// The API's canonical text: largest suffix without a fraction, in the value's family (`1024Mi` is
    /// `1Gi`).
    [[nodiscard]] std::string text() const;
    /// Whole units, and thousandths, rounded up (away from zero); cut at the ends of int64.
    [[nodiscard]] std::int64_t units() const;
    [[nodiscard]] std::int64_t milli() const;
    [[nodiscard]] bool is_zero() const { return nano_ == 0; }
    [[nodiscard]] bool is_negative() const { return nano_ < 0; }
    [[nodiscard]] bool is_integer() const;
    /// The value with parts finer than 1m rounded away from zero.
    [[nodiscard]] Quantity rounded_to_milli() const;
    [[nodiscard]] Format format() const { return format_; }

    /// Sum and difference, cut at the ends of int64 units. The suffix family is the left one's, or the right
    /// one's when the left is zero.
    friend Quantity operator+(const Quantity& a, const Quantity& b);
    friend Quantity operator-(const Quantity& a, const Quantity& b);

    /// Compare amounts; the suffix family does not count.
    friend bool operator==(const Quantity& a, const Quantity& b) { return a.nano_ == b.nano_; }
    friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
        return a.nano_ <=> b.nano_;
    }

  private:
    __extension__ using Wide = __int128;
    Quantity(Wide nano, Format format) : nano_(nano), format_(format) {}

    Wide nano_ = 0;
    Format format_ = Format::decimal_si;
};

}  // namespace hooklet::api
