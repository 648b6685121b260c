// SPDX-License-Identifier: Apache-2.0
#include "streams/websocket_frame.hpp"

#include "streams/big_endian.hpp"

#include <utility>

namespace hooklet::websocket {

namespace {

constexpr std::size_t longest_control_payload = 125;
constexpr std::uint64_t two_byte_length = 126;
constexpr std::uint64_t eight_byte_length = 127;
constexpr std::size_t mask_size = 4;
constexpr unsigned mask_bit = 0x80;

bool is_control(Opcode opcode) {
    return (std::to_underlying(opcode) & 8) != 0;
}

bool is_known(unsigned opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// Masks, and unmasks what is masked.
void apply_mask(std::string& payload, std::string_view mask) {
    for (std::size_t i = 0; i < payload.size(); ++i) {
        payload[i] = static_cast<char>(payload[i] ^ mask[i % mask_size]);
    }
}

std::string head_of(Opcode opcode, std::size_t size, unsigned flag) {
    std::string frame;
    frame.reserve(size + 14);
    frame += static_cast<char>(0x80 | std::to_underlying(opcode));
    if (size < two_byte_length) {
        append_big_endian(frame, flag | size, 1);
    } else if (size <= 0xffff) {
        append_big_endian(frame, flag | two_byte_length, 1);
        append_big_endian(frame, size, 2);
    } else {
        append_big_endian(frame, flag | eight_byte_length, 1);
        append_big_endian(frame, size, 8);
    }
    return frame;
}

}  // namespace

struct Decoder::Frame {
    bool final = false;
    Opcode opcode = Opcode::continuation;
    std::string payload;
};

std::string encode(Opcode opcode, std::string_view payload) {
    return head_of(opcode, payload.size(), 0).append(payload);
}

std::string encode_masked(Opcode opcode, std::string_view payload, std::uint32_t mask) {
    std::string frame = head_of(opcode, payload.size(), mask_bit);
    std::string bytes;
    append_big_endian(bytes, mask, mask_size);
    std::string masked(payload);
    apply_mask(masked, bytes);
    return frame.append(bytes).append(masked);
}

std::string close_payload(CloseCode code, std::string_view reason) {
    std::string payload;
    append_big_endian(payload, std::to_underlying(code), 2);
    payload += reason.substr(0, longest_control_payload - 2);
    return payload;
}

std::unexpected<Error> Decoder::broken(std::string why, CloseCode code) {
    close_code_ = code;
    return fail(Code::invalid, "websocket: " + std::move(why));
}

Result<std::optional<Decoder::Frame>> Decoder::next_frame() {
    if (input_.size() < 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(input_[0]);
    const auto second = static_cast<unsigned char>(input_[1]);
    if ((first & 0x70) != 0) return broken("reserved bits are set");
    if (!is_known(first & 0x0f)) return broken("unknown opcode");
    if (masked_ && (second & mask_bit) == 0) return broken("a frame is not masked");
    if (!masked_ && (second & mask_bit) != 0) return broken("a frame is masked");
    Frame frame{(first & 0x80) != 0, static_cast<Opcode>(first & 0x0f), {}};
    std::uint64_t length = second & 0x7f;
    if (is_control(frame.opcode) && (!frame.final || length > longest_control_payload)) {
        return broken("a control frame is fragmented or too long");
    }
    const std::size_t extra = length == two_byte_length ? 2 : length == eight_byte_length ? 8 : 0;
    if (input_.size() < 2 + extra) return std::nullopt;
    if (extra != 0) length = read_big_endian(std::string_view(input_).substr(2, extra));
    const std::size_t so_far = partial_ && !is_control(frame.opcode) ? partial_->payload.size() : 0;
    if (length > limit_ - so_far) return broken("a message is too big", CloseCode::too_big);
    const std::size_t head = 2 + extra + (masked_ ? mask_size : 0);
    if (input_.size() < head + length) return std::nullopt;
    frame.payload = input_.substr(head, length);
    if (masked_) apply_mask(frame.payload, std::string_view(input_).substr(2 + extra, mask_size));
    input_.erase(0, head + length);
    return frame;
}

Result<std::optional<Message>> Decoder::take(Frame frame) {
    if (is_control(frame.opcode)) return Message{frame.opcode, std::move(frame.payload)};
    const bool continues = frame.opcode == Opcode::continuation;
    if (continues != partial_.has_value()) return broken("fragments are out of order");
    if (!partial_) {
        partial_.emplace(frame.opcode, std::move(frame.payload));
    } else {
        partial_->payload += frame.payload;
    }
    if (!frame.final) return std::nullopt;
    return std::exchange(partial_, std::nullopt);
}

Result<std::optional<Message>> Decoder::next() {
    while (true) {
        if (close_code_ != CloseCode::normal)
            return fail(Code::invalid, "websocket: the protocol was broken");
        auto frame = next_frame();
        if (!frame) return std::unexpected(std::move(frame.error()));
        if (!*frame) return std::nullopt;
        auto message = take(std::move(**frame));
        if (!message || *message) return message;
    }
}

}  // namespace hooklet::websocket
