// SPDX-License-Identifier: Apache-2.0
#include "admission/service_addresses.hpp"

#include <fmt/format.h>

namespace hooklet::admission {

namespace {

/// Of the 65,536 addresses neither the first nor the last is a host's.
constexpr std::uint32_t most = 65534;

}  // namespace

bool wants_address(const api::ServiceSpec& spec) {
    return spec.type != "ExternalName" && spec.clusterIP != "None";
}

bool in_service_range(std::string_view address) {
    return address.starts_with("10.96.") && address != "10.96.0.0" && address != "10.96.255.255";
}

std::string ServiceAddresses::next(const std::set<std::string>& used) {
    for (std::uint32_t tried = 0; tried < most; ++tried) {
        last_ = last_ % most + 1;
        std::string address = fmt::format("10.96.{}.{}", last_ / 256, last_ % 256);
        if (!used.contains(address)) return address;
    }
    return {};
}

}  // namespace hooklet::admission
