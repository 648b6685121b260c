// SPDX-License-Identifier: Apache-2.0
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t most_slice_endpoints = 1000;
constexpr std::size_t most_slice_ports = 20'000;
constexpr std::size_t most_endpoint_addresses = 100;

bool is_address(const std::string& text, bool v6) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) == 1;
}

void check_endpoint(const SliceEndpoint& endpoint, const std::string& type, const std::string& path,
                    Issues& issues) {
    if (endpoint.addresses.size() > most_endpoint_addresses)
        issues.push_back(
            issue::too_many(path + ".addresses", endpoint.addresses.size(), most_endpoint_addresses));
    if (type != "IPv4" && type != "IPv6") return;
    for (std::size_t i = 0; i < endpoint.addresses.size(); ++i) {
        const std::string& address = endpoint.addresses[i];
        if (!is_address(address, type == "IPv6"))
            issues.push_back(issue::invalid_text(fmt::format("{}.addresses[{}]", path, i), address,
                                                 fmt::format("must be a valid {} address", type)));
    }
}

}  // namespace

Issues validate(const EndpointSlice& slice) {
    Issues issues;
    check_metadata(slice.metadata, issues);
    check_table(describe<EndpointSlice>(), &slice, "", issues);
    if (slice.endpoints.size() > most_slice_endpoints)
        issues.push_back(issue::too_many("endpoints", slice.endpoints.size(), most_slice_endpoints));
    if (slice.ports.size() > most_slice_ports)
        issues.push_back(issue::too_many("ports", slice.ports.size(), most_slice_ports));
    for (std::size_t i = 0; i < slice.endpoints.size(); ++i)
        check_endpoint(slice.endpoints[i], slice.addressType, fmt::format("endpoints[{}]", i), issues);
    return issues;
}

Issues validate_update(const EndpointSlice& next, const EndpointSlice& old) {
    Issues issues = validate(next);
    if (next.addressType != old.addressType)
        issues.push_back(issue::invalid_text("addressType", next.addressType, "field is immutable"));
    return issues;
}

}  // namespace hooklet::api
