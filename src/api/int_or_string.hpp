// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace hooklet::api {

/// A port given by number or by name.
struct IntOrString {
    std::variant<std::int32_t, std::string> value = 0;

    IntOrString() = default;
    IntOrString(std::int32_t number) : value(number) {}          // NOLINT: a number is one
    IntOrString(std::string name) : value(std::move(name)) {}    // NOLINT: a name is one
    IntOrString(const char* name) : value(std::string(name)) {}  // NOLINT: a name is one

    /// The number, or nullptr when it is a name.
    [[nodiscard]] const std::int32_t* number() const { return std::get_if<std::int32_t>(&value); }
    /// The name, or nullptr when it is a number.
    [[nodiscard]] const std::string* name() const { return std::get_if<std::string>(&value); }
    [[nodiscard]] std::string text() const { return number() ? std::to_string(*number()) : *name(); }

    bool operator==(const IntOrString&) const = default;
};

}  // namespace hooklet::api
