// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::containerd {

/// An IPv4 network.
struct Subnet {
    std::uint32_t address = 0;  ///< In host byte order, host bits zero.
    unsigned prefix = 24;
    bool operator==(const Subnet&) const = default;
    [[nodiscard]] bool overlaps(const Subnet& other) const;
    /// `10.1.2.0/24`
    [[nodiscard]] std::string text() const;
};

/// Reads `10.1.2.0/24`.
std::optional<Subnet> parse_subnet(std::string_view text);

/// The destinations of a routing table in the form of /proc/net/route, without default routes and without
/// those of the interface `ignored`.
std::vector<Subnet> parse_routes(std::string_view table, std::string_view ignored);

/// Stable over processes and machines.
std::uint64_t root_hash(std::string_view root);

/// A /24 inside 10.192.0.0/10 that overlaps nothing in `taken`; the same one for the same root as long as it
/// is free. nullopt when all are taken.
std::optional<Subnet> choose_subnet(std::string_view root, const std::vector<Subnet>& taken);

}  // namespace hooklet::containerd
