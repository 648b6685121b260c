// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/cleanup.hpp"

#include "adapters/posix/kernel_files.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <iterator>
#include <set>
#include <sstream>

#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hooklet::containerd {

namespace {

constexpr std::string_view host_port_prefix = "CNI-HOSTPORT-";
constexpr std::string_view port_chain_prefix = "CNI-DN-";

/// mountinfo writes some characters as a backslash and three octal digits.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int code = 0;
        const bool escape = text[i] == '\\' && i + 3 < text.size() &&
                            std::from_chars(&text[i + 1], &text[i + 1] + 3, code, 8).ec == std::errc{};
        if (escape) i += 3;
        out += escape ? static_cast<char>(code) : text[i];
    }
    return out;
}

/// The chains and rules of one table, as iptables-save writes them.
struct SavedRules {
    struct Rule {
        std::string chain;
        std::string target;  ///< What it jumps to.
        std::string text;    ///< `-A CHAIN ...`
    };
    std::vector<std::string> chains;
    std::vector<Rule> rules;
};

SavedRules parse_rules(std::string_view saved) {
    SavedRules parsed;
    std::istringstream lines{std::string(saved)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word.starts_with(':')) parsed.chains.push_back(word.substr(1));
        if (word != "-A") continue;
        SavedRules::Rule rule;
        words >> rule.chain;
        while (words >> word) {
            if (word == "-j") words >> rule.target;
        }
        rule.text = line;
        parsed.rules.push_back(std::move(rule));
    }
    return parsed;
}

/// What follows the option in a command line; empty when it is not there.
std::string value_of(const std::vector<std::string>& argv, std::string_view option) {
    const auto at = std::ranges::find(argv, option);
    return at == argv.end() || std::next(at) == argv.end() ? std::string() : *std::next(at);
}

}  // namespace

std::string forget_networks(std::string_view saved, const std::vector<std::string>& networks) {
    const SavedRules rules = parse_rules(saved);
    // The plugins write the network's name into the comment of each rule, except in the chains of host ports,
    // to which such a rule leads.
    const auto is_ours = [](const std::string& text) {
        return [&text](const std::string& network) { return text.contains("name: \\\"" + network + "\\\""); };
    };
    std::set<std::string> removed;
    for (const auto& [chain, target, text] : rules.rules) {
        const bool ours = std::ranges::any_of(networks, is_ours(text));
        if (ours && target.starts_with("CNI-")) removed.insert(target);
        if (ours && chain.starts_with("CNI-") && !chain.starts_with(host_port_prefix)) removed.insert(chain);
    }
    const bool ports_in_use = std::ranges::any_of(rules.chains, [&](const std::string& chain) {
        return chain.starts_with(port_chain_prefix) && !removed.contains(chain);
    });
    for (const std::string& chain : rules.chains) {
        if (!ports_in_use && chain.starts_with(host_port_prefix)) removed.insert(chain);
    }
    if (removed.empty()) return {};
    std::string script = "*nat\n";
    for (const auto& [chain, target, text] : rules.rules) {
        if (removed.contains(target) && !removed.contains(chain)) script += "-D" + text.substr(2) + "\n";
    }
    for (const std::string& chain : removed) script += "-F " + chain + "\n";
    for (const std::string& chain : removed) script += "-X " + chain + "\n";
    return script + "COMMIT\n";
}

std::set<std::string> owners_of_rules(std::string_view saved, const std::string& network) {
    const std::string before = "name: \\\"" + network + "\\\" id: \\\"";
    std::set<std::string> ids;
    for (std::size_t at = saved.find(before); at != std::string_view::npos; at = saved.find(before, at)) {
        at += before.size();
        ids.emplace(saved.substr(at, saved.find('\\', at) - at));
    }
    return ids;
}

std::vector<std::string> mounts_below(std::string_view mountinfo, std::string_view directory) {
    std::vector<std::string> mounts;
    std::istringstream lines{std::string(mountinfo)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string id, parent, device, root, point;
        fields >> id >> parent >> device >> root >> point;
        point = unescaped(point);
        const bool below = point.starts_with(directory) &&
                           (point.size() == directory.size() || point[directory.size()] == '/');
        if (below) mounts.push_back(point);
    }
    std::ranges::reverse(mounts);
    return mounts;
}

void unmount_below(const std::string& directory) {
    for (const auto& point : mounts_below(read_available("/proc/self/mountinfo"), directory)) {
        ::umount2(point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    }
}

std::vector<Shim> shims_of(const std::string& socket, const std::vector<ProcessEntry>& processes) {
    std::vector<Shim> shims;
    for (const ProcessEntry& process : processes) {
        const std::vector<std::string> argv = process_arguments(process.pid);
        if (argv.empty() || !argv[0].ends_with("containerd-shim-runc-v2")) continue;
        if (value_of(argv, "-address") == socket) shims.push_back({process, value_of(argv, "-id")});
    }
    return shims;
}

void kill_shims(const std::string& socket) {
    const auto table = process_table();
    for (const Shim& shim : shims_of(socket, table)) {
        // A container's init takes the rest of its PID namespace with it.
        for (const ProcessEntry& child : table) {
            if (child.parent == shim.process.pid) signal_process(child, SIGKILL);
        }
        signal_process(shim.process, SIGKILL);
    }
}

void remove_bridge(const std::string& name) {
    const UniqueFd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(control.get(), SIOCGIFFLAGS, &request) != 0) return;
    request.ifr_flags = static_cast<short>(request.ifr_flags & ~IFF_UP);
    ::ioctl(control.get(), SIOCSIFFLAGS, &request);
    ::ioctl(control.get(), SIOCBRDELBR, name.c_str());
}

void remove_empty_shared_folders() {
    // Innermost first. containerd's shims have their sockets below /run/containerd whatever the configuration
    // says, and libcni its cache below /var/lib/cni.
    constexpr std::array folders{"/run/containerd/s", "/run/containerd", "/var/lib/cni/results",
                                 "/var/lib/cni"};
    for (const char* folder : folders) ::rmdir(folder);
}

}  // namespace hooklet::containerd
