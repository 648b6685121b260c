// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/container_runtime.hpp"

#include <string_view>

namespace hooklet {

/// The servers, search domains and options of a resolv.conf. Other lines are ignored; a later `search` line
/// replaces an earlier one.
cri::DnsConfig parse_resolv_conf(std::string_view text);

/// The Pod's resolv.conf by dnsPolicy and dnsConfig. There is no cluster DNS, so that ClusterFirst means
/// Default, as on a kubelet without one. Cut to what resolvers read: 3 servers, 32 search domains in 2048
/// characters.
cri::DnsConfig make_dns_config(const api::PodSpec& spec, std::string_view host_resolv_conf);

}  // namespace hooklet
