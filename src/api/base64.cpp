// SPDX-License-Identifier: Apache-2.0
#include "api/base64.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::unexpected<Error> illegal(std::size_t position) {
    return fail(Code::invalid, fmt::format("illegal base64 data at input byte {}", position));
}

/// Writes the bytes that `count` characters of a group stand for.
void append_group(std::string& out, std::uint32_t bits, std::size_t count) {
    bits <<= 6 * (4 - count);
    for (std::size_t i = 0; i + 1 < count; ++i) out += static_cast<char>(bits >> (16 - 8 * i) & 0xff);
}

/// What is left of `text` after its padding began at `position`, in a group that has `count` characters.
Result<std::string> finish(std::string out, std::string_view text, std::size_t position, std::uint32_t bits,
                           std::size_t count) {
    if (count < 2) return illegal(position);
    std::size_t missing = 4 - count;
    for (; position < text.size(); ++position) {
        const char c = text[position];
        if (c == '\n' || c == '\r') continue;
        if (c != '=' || missing == 0) return illegal(position);
        --missing;
    }
    if (missing > 0) return illegal(text.size());
    append_group(out, bits, count);
    return out;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= bytes.size() ? alphabet[bits >> (18 - 6 * i) & 0x3f] : '=';
        }
    }
    return out;
}

Result<std::string> from_base64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n' || c == '\r') continue;
        if (c == '=') return finish(std::move(out), text, i, bits, count);
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return illegal(i);
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++count < 4) continue;
        append_group(out, bits, 4);
        bits = 0;
        count = 0;
    }
    if (count != 0) return illegal(text.size() - count);
    return out;
}

}  // namespace hooklet::api
