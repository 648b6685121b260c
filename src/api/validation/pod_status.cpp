// SPDX-License-Identifier: Apache-2.0
// What a status of a Pod may say of addresses, conditions and the node.
#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::array<std::string_view, 3> kubernetes_conditions{"PodScheduled", "Ready", "Initialized"};

bool is_v6(std::string_view address) {
    return address.find(':') != std::string_view::npos;
}

/// As the API shows a list of its inner type.
template <class Address>
std::string shown(const std::vector<Address>& addresses) {
    Node::Array list;
    for (const Address& address : addresses) {
        Node item = Node::object();
        item.set("IP", Node(address.ip));
        list.push_back(std::move(item));
    }
    return write_json(Node(std::move(list)));
}

/// At most one of each family.
template <class Address>
void check_addresses_of_pod(const std::vector<Address>& next, const std::vector<Address>& old,
                            const std::string& path, Issues& issues) {
    for (std::size_t i = 0; i < next.size(); ++i) {
        const std::string& ip = next[i].ip;
        const bool kept = std::ranges::find(old, ip, &Address::ip) != old.end();
        if (!kept) add_problems(check_text("ip", ip), at(path, i), ip, issues);
    }
    const bool one_of_each = next.size() < 2 || (next.size() == 2 && is_v6(next[0].ip) != is_v6(next[1].ip));
    if (!one_of_each)
        issues.push_back(
            issue::invalid_raw(path, shown(next), "may specify no more than one IP for each IP family"));
}

}  // namespace

void check_status(const PodStatus& next, const PodStatus& old, Issues& issues) {
    for (std::size_t i = 0; i < next.conditions.size(); ++i) {
        const std::string& type = next.conditions[i].type;
        if (contains(kubernetes_conditions, type)) continue;
        // The API places them so.
        add_problems(qualified_name(type), at("metadata.conditions", i) + ".Type", type, issues);
    }
    const std::string& node = next.nominatedNodeName;
    if (node != old.nominatedNodeName && !node.empty())
        add_problems(dns_subdomain(node), "status.nominatedNodeName", node, issues);
    check_addresses_of_pod(next.podIPs, old.podIPs, "status.podIPs", issues);
    if (!next.hostIPs.empty() && next.hostIPs.front().ip != next.hostIP)
        issues.push_back(issue::invalid_text("status.hostIPs[0].ip", next.hostIPs.front().ip,
                                             "must be equal to `hostIP`"));
    check_addresses_of_pod(next.hostIPs, old.hostIPs, "status.hostIPs", issues);
}

}  // namespace hooklet::api
