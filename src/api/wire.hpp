// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet::api::wire {

/// Protobuf's wire types. `group` is what both ends of the obsolete groups become.
enum class Type : std::uint8_t { varint, fixed64, bytes, group, fixed32 };

/// One field as it stands in a message.
struct Field {
    int number = 0;
    Type type = Type::varint;
    std::uint64_t value = 0;   ///< Of a varint and of the fixed types.
    std::string_view bytes{};  ///< Of Type::bytes; a view into the message.
};

/// Takes the fields of one message one after the other. The message has to outlive it.
class Reader {
  public:
    explicit Reader(std::string_view message) : rest_(message) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    /// The next field; at_end() has to be false. A group is passed over as a whole. Fails with Code::invalid
    /// when the bytes are no message.
    Result<Field> next();
    /// The next number of a packed list.
    Result<std::uint64_t> varint();

  private:
    Result<Field> tagged();
    Result<std::uint64_t> fixed(std::size_t size);
    Result<std::string_view> delimited();
    Status skip_group(int number);

    std::string_view rest_;
};

void put_varint(std::string& message, int number, std::uint64_t value);
void put_bytes(std::string& message, int number, std::string_view bytes);

}  // namespace hooklet::api::wire
