// SPDX-License-Identifier: Apache-2.0
#include "node/sysctls.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// Those that a kubelet sets without being told that it may.
constexpr std::array<std::string_view, 12> safe{
    "kernel.shm_rmid_forced",           "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",        "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",     "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",      "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",          "net.ipv4.tcp_wmem",
};

/// `net/ipv4/conf/eth0.1/x` becomes `net.ipv4.conf.eth0/1.x`.
std::string with_dots(std::string name) {
    const std::size_t first = name.find_first_of("./");
    if (first == std::string::npos || name[first] == '.') return name;
    for (char& c : name) c = c == '/' ? '.' : c == '.' ? '/' : c;
    return name;
}

}  // namespace

std::optional<std::string> forbidden_sysctl(const api::PodSpec& spec) {
    if (!spec.securityContext) return std::nullopt;
    for (const auto& [given, value] : spec.securityContext->sysctls) {
        const std::string name = with_dots(given);
        if (std::ranges::find(safe, name) == safe.end()) {
            return fmt::format("forbidden sysctl: \"{}\" not allowlisted", name);
        }
        const bool net = name.starts_with("net.");
        if (net ? spec.hostNetwork : spec.hostIPC) {
            return fmt::format("forbidden sysctl: \"{}\" not allowed with host {} enabled", name,
                               net ? "net" : "ipc");
        }
    }
    return std::nullopt;
}

}  // namespace hooklet
