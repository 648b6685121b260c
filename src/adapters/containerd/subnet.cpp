// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/subnet.hpp"

#include "base/fnv.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <bit>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace hooklet::containerd {

namespace {

constexpr std::uint32_t pool = 0x0AC00000;  // 10.192.0.0/10
constexpr std::uint32_t pool_size = 1U << 14U;

std::uint32_t mask_of(unsigned prefix) {
    return prefix == 0 ? 0 : ~std::uint32_t{0} << (32U - prefix);
}

/// /proc/net/route has addresses as hex in the machine's byte order of the network's.
std::optional<std::uint32_t> parse_hex(const std::string& text) {
    const auto value = parse_number<std::uint32_t>(text, 16);
    if (!value) return std::nullopt;
    return ntohl(*value);
}

}  // namespace

bool Subnet::overlaps(const Subnet& other) const {
    const std::uint32_t mask = mask_of(std::min(prefix, other.prefix));
    return (address & mask) == (other.address & mask);
}

std::string Subnet::text() const {
    return fmt::format("{}.{}.{}.{}/{}", address >> 24U, (address >> 16U) & 0xFFU, (address >> 8U) & 0xFFU,
                       address & 0xFFU, prefix);
}

std::optional<Subnet> parse_subnet(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    in_addr address{};
    if (::inet_pton(AF_INET, std::string(text.substr(0, slash)).c_str(), &address) != 1) return std::nullopt;
    const auto prefix = parse_number<unsigned>(text.substr(slash + 1));
    if (!prefix || *prefix > 32) return std::nullopt;
    return Subnet{ntohl(address.s_addr) & mask_of(*prefix), *prefix};
}

std::vector<Subnet> parse_routes(std::string_view table, std::string_view ignored) {
    std::vector<Subnet> routes;
    std::istringstream lines{std::string(table)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string interface, destination, gateway, flags, references, use, metric, mask;
        fields >> interface >> destination >> gateway >> flags >> references >> use >> metric >> mask;
        const auto address = parse_hex(destination);
        const auto bits = parse_hex(mask);
        if (!address || !bits || *bits == 0 || interface == ignored) continue;
        routes.push_back({*address, static_cast<unsigned>(std::popcount(*bits))});
    }
    return routes;
}

std::uint64_t root_hash(std::string_view root) {
    return fnv1a_64(root);
}

std::optional<Subnet> choose_subnet(std::string_view root, const std::vector<Subnet>& taken) {
    const auto first = static_cast<std::uint32_t>(root_hash(root) >> 32U);
    for (std::uint32_t offset = 0; offset < pool_size; ++offset) {
        const Subnet candidate{pool + (((first + offset) % pool_size) << 8U), 24};
        const auto clash = [&](const Subnet& other) { return candidate.overlaps(other); };
        if (std::ranges::none_of(taken, clash)) return candidate;
    }
    return std::nullopt;
}

}  // namespace hooklet::containerd
