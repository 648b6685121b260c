// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/change_log.hpp"

#include <string>
#include <string_view>

namespace hooklet {

namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;
/// Its last bit says that checksums are made of big-endian words.
constexpr std::uint32_t magic = 0x377f0682;
constexpr std::size_t smallest_page = 512;
constexpr std::size_t largest_page = 65536;

enum class ByteOrder { little, big };

std::uint32_t word(std::string_view bytes, std::size_t at, ByteOrder order = ByteOrder::big) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t from = order == ByteOrder::big ? i : 3 - i;
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + from]);
    }
    return value;
}

/// Runs on from the log's header through all frames.
struct Checksum {
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    void add(std::string_view bytes, ByteOrder order) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first += word(bytes, at, order) + second;
            second += word(bytes, at + 4, order) + first;
        }
    }
    bool operator==(const Checksum&) const = default;
};

Checksum stored_checksum(std::string_view bytes, std::size_t at) {
    return {word(bytes, at), word(bytes, at + 4)};
}

bool fill(std::istream& log, std::string& bytes) {
    return static_cast<bool>(log.read(bytes.data(), static_cast<std::streamsize>(bytes.size())));
}

}  // namespace

std::optional<std::uint64_t> damage_of_log(std::istream& log) {
    std::string header(header_size, '\0');
    if (!fill(log, header)) return std::nullopt;
    const ByteOrder order = (word(header, 0) & 1U) != 0 ? ByteOrder::big : ByteOrder::little;
    const std::size_t page_size = word(header, 8);
    Checksum sum;
    sum.add(std::string_view(header).substr(0, 24), order);
    if ((word(header, 0) & ~1U) != magic || page_size < smallest_page || page_size > largest_page ||
        sum != stored_checksum(header, 24)) {
        return log.peek() == std::istream::traits_type::eof() ? std::nullopt
                                                              : std::optional<std::uint64_t>(0);
    }
    const std::string_view salts = std::string_view(header).substr(16, 8);
    std::string frame(frame_header_size + page_size, '\0');
    std::optional<std::uint64_t> damage;
    bool confirmed = false;
    for (std::uint64_t at = header_size; fill(log, frame); at += frame.size()) {
        const std::string_view bytes = frame;
        // Others are left over from before the log was begun anew.
        const bool belongs = bytes.substr(8, 8) == salts;
        if (!damage) {
            sum.add(bytes.substr(0, 8), order);
            sum.add(bytes.substr(frame_header_size), order);
            if (belongs && sum == stored_checksum(bytes, 16)) continue;
            damage = at;
        }
        if (!belongs) continue;
        // A transaction begins when the one before it has been synced.
        if (confirmed) return damage;
        confirmed = word(bytes, 4) != 0;
    }
    return std::nullopt;
}

}  // namespace hooklet
