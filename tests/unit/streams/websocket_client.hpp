// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "streams/big_endian.hpp"
#include "streams/websocket_frame.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hooklet::websocket {

/// One frame as a client sends it.
inline std::string masked(Opcode opcode, std::string_view payload, bool final = true) {
    constexpr std::string_view mask = "\x12\x34\x56\x78";
    std::string frame = encode(opcode, payload);
    const std::size_t head = frame.size() - payload.size();
    if (!final) frame[0] = static_cast<char>(frame[0] & 0x7f);
    frame[1] = static_cast<char>(frame[1] | 0x80);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame[head + i] = static_cast<char>(frame[head + i] ^ mask[i % 4]);
    }
    frame.insert(head, mask);
    return frame;
}

/// Takes one message off what a server has sent; nullopt when it is not whole.
inline std::optional<Message> take_message(std::string& sent) {
    if (sent.size() < 2) return std::nullopt;
    std::uint64_t length = static_cast<unsigned char>(sent[1]);
    const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (sent.size() < 2 + extra) return std::nullopt;
    if (extra != 0) length = read_big_endian(std::string_view(sent).substr(2, extra));
    if (sent.size() < 2 + extra + length) return std::nullopt;
    Message message{static_cast<Opcode>(sent[0] & 0x0f), sent.substr(2 + extra, length)};
    sent.erase(0, 2 + extra + length);
    return message;
}

}  // namespace hooklet::websocket
