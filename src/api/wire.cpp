// SPDX-License-Identifier: Apache-2.0
#include "api/wire.hpp"

#include <optional>
#include <vector>

#include <fmt/format.h>

namespace hooklet::api::wire {

namespace {

constexpr int group_start = 3;
constexpr int group_end = 4;
constexpr std::uint64_t largest_number = (1U << 29) - 1;

std::unexpected<Error> cut_off() {
    return fail(Code::invalid, "the protobuf message ends inside a field");
}

std::optional<Type> type_of(int code) {
    switch (code) {
        case 0:
            return Type::varint;
        case 1:
            return Type::fixed64;
        case 2:
            return Type::bytes;
        case group_start:
        case group_end:
            return Type::group;
        case 5:
            return Type::fixed32;
        default:
            return std::nullopt;
    }
}

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

}  // namespace

Result<std::uint64_t> Reader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) return cut_off();
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
    return fail(Code::invalid, "a protobuf number has more than 10 bytes");
}

Result<std::uint64_t> Reader::fixed(std::size_t size) {
    if (rest_.size() < size) return cut_off();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(size);
    return value;
}

Result<std::string_view> Reader::delimited() {
    const auto size = varint();
    if (!size) return std::unexpected(size.error());
    if (*size > rest_.size()) return cut_off();
    const std::string_view bytes = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return bytes;
}

/// One field; of a group only its start or its end, with the wire type's code as value.
Result<Field> Reader::tagged() {
    const auto tag = varint();
    if (!tag) return std::unexpected(tag.error());
    const auto code = static_cast<int>(*tag & 7U);
    const auto type = type_of(code);
    if (!type) return fail(Code::invalid, fmt::format("protobuf wire type {} does not exist", code));
    if (*tag >> 3 == 0 || *tag >> 3 > largest_number)
        return fail(Code::invalid, fmt::format("protobuf field number {} does not exist", *tag >> 3));
    Field field{.number = static_cast<int>(*tag >> 3), .type = *type};
    if (*type == Type::bytes) {
        const auto bytes = delimited();
        if (!bytes) return std::unexpected(bytes.error());
        field.bytes = *bytes;
        return field;
    }
    const auto value = *type == Type::group    ? Result<std::uint64_t>(static_cast<std::uint64_t>(code))
                       : *type == Type::varint ? varint()
                                               : fixed(*type == Type::fixed64 ? 8 : 4);
    if (!value) return std::unexpected(value.error());
    field.value = *value;
    return field;
}

Status Reader::skip_group(int number) {
    std::vector<int> open{number};
    while (!open.empty()) {
        if (at_end()) return cut_off();
        const auto field = tagged();
        if (!field) return std::unexpected(field.error());
        if (field->type != Type::group) continue;
        if (field->value == group_start) {
            open.push_back(field->number);
        } else if (open.back() == field->number) {
            open.pop_back();
        } else {
            return fail(Code::invalid, "a protobuf group ends that did not begin");
        }
    }
    return {};
}

Result<Field> Reader::next() {
    auto field = tagged();
    if (!field || field->type != Type::group) return field;
    if (field->value == group_end) return fail(Code::invalid, "a protobuf group ends that did not begin");
    if (const auto skipped = skip_group(field->number); !skipped) return std::unexpected(skipped.error());
    return field;
}

void put_varint(std::string& message, int number, std::uint64_t value) {
    append_varint(message, static_cast<std::uint64_t>(number) << 3);
    append_varint(message, value);
}

void put_bytes(std::string& message, int number, std::string_view bytes) {
    append_varint(message, static_cast<std::uint64_t>(number) << 3 | 2U);
    append_varint(message, bytes.size());
    message += bytes;
}

}  // namespace hooklet::api::wire
