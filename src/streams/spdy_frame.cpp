// SPDX-License-Identifier: Apache-2.0
#include "streams/spdy_frame.hpp"

#include "streams/big_endian.hpp"
#include "streams/spdy_dictionary.hpp"

#include <algorithm>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

namespace hooklet::spdy {

namespace {

enum class Type : std::uint8_t {
    syn_stream = 1,
    syn_reply = 2,
    rst_stream = 3,
    ping = 6,
    go_away = 7,
    headers = 8,
};

constexpr std::uint8_t flag_fin = 1;
constexpr unsigned version = 3;
constexpr std::size_t head_size = 8;
constexpr std::size_t longest_control = 64 * 1024;
constexpr std::size_t longest_headers = 64 * 1024;
constexpr std::uint32_t id_bits = 0x7fffffff;

std::string control(Type type, std::string_view payload) {
    std::string frame;
    append_big_endian(frame, 0x8000 | version, 2);
    append_big_endian(frame, std::to_underlying(type), 2);
    append_big_endian(frame, payload.size(), 4);  // Flags, none of which are set, and 24 bits of length.
    frame += payload;
    return frame;
}

void append_text(std::string& out, std::string_view text) {
    append_big_endian(out, text.size(), 4);
    out += text;
}

/// Takes a number of four bytes off `block`; nullopt when it is shorter.
std::optional<std::uint32_t> take_number(std::string_view& block) {
    if (block.size() < 4) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(read_big_endian(block.substr(0, 4)));
    block.remove_prefix(4);
    return number;
}

std::optional<std::string> take_text(std::string_view& block) {
    const auto length = take_number(block);
    if (!length || *length > block.size()) return std::nullopt;
    std::string text(block.substr(0, *length));
    block.remove_prefix(*length);
    return text;
}

std::unexpected<Error> broken(std::string_view why) {
    return fail(Code::invalid, "SPDY: " + std::string(why));
}

/// Where the compressed headers begin in a control frame's payload; nullopt when it has none.
std::optional<std::size_t> headers_at(Type type) {
    if (type == Type::syn_stream) return 10;
    if (type == Type::syn_reply || type == Type::headers) return 4;
    return std::nullopt;
}

std::size_t least_payload(Type type) {
    if (type == Type::rst_stream) return 8;
    if (type == Type::ping || type == Type::go_away) return 4;
    return headers_at(type).value_or(0);
}

}  // namespace

struct Decoder::Control {
    Type type{};
    std::uint8_t flags = 0;
    std::string payload;
};

std::string_view header(const Headers& headers, std::string_view name) {
    const auto found = std::ranges::find_if(
        headers, [&](const HttpHeader& entry) { return boost::algorithm::iequals(entry.name, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Encoder::Encoder() : deflater_(header_dictionary()) {}

std::string Encoder::syn_stream(std::uint32_t stream, const Headers& headers) {
    std::string block;
    append_big_endian(block, headers.size(), 4);
    for (const HttpHeader& entry : headers) {
        append_text(block, boost::algorithm::to_lower_copy(entry.name));
        append_text(block, entry.value);
    }
    std::string payload;
    append_big_endian(payload, stream, 4);
    append_big_endian(payload, 0, 4);  // No associated stream.
    append_big_endian(payload, 0, 2);  // Highest priority, no credential.
    payload += deflater_.compress(block);
    return control(Type::syn_stream, payload);
}

std::string Encoder::syn_reply(std::uint32_t stream) {
    std::string payload;
    append_big_endian(payload, stream, 4);
    payload += deflater_.compress(std::string(4, '\0'));
    return control(Type::syn_reply, payload);
}

std::string data(std::uint32_t stream, std::string_view bytes, bool fin) {
    std::string frame;
    append_big_endian(frame, stream, 4);
    append_big_endian(frame, fin ? flag_fin : 0, 1);
    append_big_endian(frame, bytes.size(), 3);
    frame += bytes;
    return frame;
}

std::string reset(std::uint32_t stream, ResetStatus status) {
    std::string payload;
    append_big_endian(payload, stream, 4);
    append_big_endian(payload, std::to_underlying(status), 4);
    return control(Type::rst_stream, payload);
}

std::string ping(std::uint32_t id) {
    std::string payload;
    append_big_endian(payload, id, 4);
    return control(Type::ping, payload);
}

std::string go_away(std::uint32_t last_stream) {
    std::string payload;
    append_big_endian(payload, last_stream, 4);
    append_big_endian(payload, 0, 4);  // The status OK.
    return control(Type::go_away, payload);
}

Decoder::Decoder() : inflater_(header_dictionary()) {}

Data Decoder::take_data() {
    Data piece{begun_->stream, false, input_.substr(0, begun_->left)};
    input_.erase(0, piece.bytes.size());
    begun_->left -= piece.bytes.size();
    if (begun_->left == 0) {
        piece.fin = begun_->fin;
        begun_.reset();
    }
    return piece;
}

Result<Headers> Decoder::read_headers(std::string_view compressed) {
    inflater_.feed(compressed);
    const auto block = inflater_.take(longest_headers);
    if (!block) return broken("the headers' compression is broken");
    if (block->size() == longest_headers) return broken("too many headers");
    std::string_view rest = *block;
    const auto count = take_number(rest);
    if (!count) return broken("the headers are cut off");
    Headers headers;
    for (std::uint32_t i = 0; i < *count; ++i) {
        auto name = take_text(rest);
        auto value = take_text(rest);
        if (!name || !value) return broken("the headers are cut off");
        headers.push_back({std::move(*name), std::move(*value)});
    }
    return headers;
}

Result<std::optional<Frame>> Decoder::read_control(const Control& control) {
    const std::string_view payload = control.payload;
    if (payload.size() < least_payload(control.type)) return broken("a control frame is too short");
    Headers headers;
    if (const auto at = headers_at(control.type)) {
        auto read = read_headers(payload.substr(*at));
        if (!read) return std::unexpected(std::move(read.error()));
        headers = std::move(*read);
    }
    const auto id = static_cast<std::uint32_t>(read_big_endian(payload.substr(0, 4)));
    const std::uint32_t stream = id & id_bits;
    const bool fin = (control.flags & flag_fin) != 0;
    switch (control.type) {
        case Type::syn_stream:
            return SynStream{stream, fin, std::move(headers)};
        case Type::syn_reply:
            return SynReply{stream, fin};
        case Type::rst_stream:
            return Reset{stream};
        case Type::ping:
            return Ping{id};
        case Type::go_away:
            return GoAway{};
        case Type::headers:
            return fin ? std::optional<Frame>(Data{stream, true}) : std::nullopt;
    }
    return std::nullopt;
}

Result<std::optional<Frame>> Decoder::next() {
    while (true) {
        if (begun_) return input_.empty() ? std::nullopt : std::optional<Frame>(take_data());
        if (input_.size() < head_size) return std::nullopt;
        const std::string_view input = input_;
        const auto word = static_cast<std::uint32_t>(read_big_endian(input.substr(0, 4)));
        const auto flags = static_cast<std::uint8_t>(input[4]);
        const auto length = static_cast<std::size_t>(read_big_endian(input.substr(5, 3)));
        if ((word & ~id_bits) == 0) {
            input_.erase(0, head_size);
            begun_ = {word, length, (flags & flag_fin) != 0};
            if (length == 0) return take_data();
            continue;
        }
        if ((word >> 16 & 0x7fff) != version) return broken("only version 3 is spoken");
        if (length > longest_control) return broken("a control frame is too long");
        if (input.size() < head_size + length) return std::nullopt;
        const Control control{static_cast<Type>(word & 0xff), flags, input_.substr(head_size, length)};
        input_.erase(0, head_size + length);
        if ((word & 0xff00) != 0) continue;
        auto frame = read_control(control);
        if (!frame || *frame) return frame;
    }
}

}  // namespace hooklet::spdy
