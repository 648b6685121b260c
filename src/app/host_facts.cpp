// SPDX-License-Identifier: Apache-2.0
#include "app/host_facts.hpp"

#include "adapters/posix/kernel_files.hpp"
#include "pods/dns_config.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

namespace hooklet::app {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// The first IPv4 address of an interface that is up and no loopback; 127.0.0.1 when there is none.
std::string host_ip() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return "127.0.0.1";
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const bool usable = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
        if (!usable || entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
        if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) return text.data();
    }
    return "127.0.0.1";
}

}  // namespace

std::string host_resolv_conf(const std::string& root) {
    constexpr const char* stub = "127.0.0.53";
    std::string text = read_available(root + "/etc/resolv.conf");
    if (std::ranges::count(parse_resolv_conf(text).servers, stub) > 0) {
        std::string real = read_available(root + "/run/systemd/resolve/resolv.conf");
        if (!real.empty()) return real;
    }
    return text;
}

PodSettings host_settings() {
    PodSettings settings;
    settings.node_name = host_name();
    settings.boot_id = read_available("/proc/sys/kernel/random/boot_id");
    settings.host_ip = host_ip();
    settings.node_cpu_milli = std::int64_t{1000} * ::sysconf(_SC_NPROCESSORS_ONLN);
    settings.node_memory_bytes = std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
    settings.host_resolv_conf = host_resolv_conf("");
    settings.host_hosts_file = read_available("/etc/hosts");
    return settings;
}

}  // namespace hooklet::app
