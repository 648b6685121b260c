// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/container_runtime.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// The name service of the cluster whose Pods these are.
struct ClusterDns {
    std::vector<std::string> servers{};  ///< Addresses; may be empty: the cluster has none.
    std::string domain = "cluster.local";
};

/// The servers, search domains and options of a resolv.conf. Other lines are ignored; a later `search` line
/// replaces an earlier one.
cri::DnsConfig parse_resolv_conf(std::string_view text);

/// Whether the Pod's dnsPolicy asks for the cluster's name service; on the host's network ClusterFirst does
/// not.
bool wants_cluster_dns(const api::PodSpec& spec);

/// The Pod's resolv.conf by dnsPolicy and dnsConfig. Without servers of the cluster ClusterFirst means
/// Default, as on a kubelet. Cut to what resolvers read: 3 servers, 32 search domains in 2048 characters.
cri::DnsConfig make_dns_config(const api::Pod& pod, std::string_view host_resolv_conf,
                               const ClusterDns& cluster);

}  // namespace hooklet
