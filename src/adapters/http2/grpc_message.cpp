// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/grpc_message.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>

namespace hooklet::http2 {

namespace {

constexpr std::size_t prefix_size = 5;  // A flag for compression, and the length in network order.

std::size_t length_in(std::string_view prefix) {
    std::size_t length = 0;
    for (const char c : prefix.substr(1, prefix_size - 1))
        length = length << 8U | static_cast<unsigned char>(c);
    return length;
}

Code code_of(int status) {
    switch (status) {
        case 1:   // CANCELLED
        case 14:  // UNAVAILABLE
            return Code::unavailable;
        case 3:   // INVALID_ARGUMENT
        case 11:  // OUT_OF_RANGE
        case 12:  // UNIMPLEMENTED
            return Code::invalid;
        case 4:  // DEADLINE_EXCEEDED
            return Code::deadline;
        case 5:  // NOT_FOUND
            return Code::not_found;
        case 6:  // ALREADY_EXISTS
            return Code::already_exists;
        case 9:   // FAILED_PRECONDITION
        case 10:  // ABORTED
            return Code::conflict;
        default:
            return Code::internal;
    }
}

}  // namespace

std::string frame_message(std::string_view message) {
    std::string framed(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) {
        framed += static_cast<char>(message.size() >> static_cast<unsigned>(shift));
    }
    return framed.append(message);
}

Status MessageReader::feed(std::string_view piece, const std::function<void(std::string)>& on_message) {
    buffer_.append(piece);
    std::size_t at = 0;
    while (buffer_.size() - at >= prefix_size) {
        const std::string_view rest = std::string_view(buffer_).substr(at);
        const std::size_t length = length_in(rest);
        if (rest[0] != '\0') return fail(Code::internal, "the server sent a compressed message");
        if (length > limit_) {
            return fail(Code::internal, "the server sent a message of " + std::to_string(length) + " bytes");
        }
        if (rest.size() - prefix_size < length) break;
        on_message(std::string(rest.substr(prefix_size, length)));
        at += prefix_size + length;
    }
    buffer_.erase(0, at);
    return {};
}

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        const bool escape =
            text[i] == '%' && digits.size() == 2 && std::from_chars(digits.data(), end, value, 16).ptr == end;
        decoded += escape ? static_cast<char>(value) : text[i];
        if (escape) i += digits.size();
    }
    return decoded;
}

Status outcome_of(int status, std::string message) {
    if (status == 0) return {};
    return fail(code_of(status), std::move(message));
}

std::optional<std::string> timeout_text(Duration timeout) {
    constexpr std::int64_t longest = 99'999'999;  // Eight digits.
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    if (milliseconds <= longest) return std::to_string(std::max<std::int64_t>(milliseconds, 0)) + "m";
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    if (seconds <= longest) return std::to_string(seconds) + "S";
    return std::nullopt;
}

}  // namespace hooklet::http2
