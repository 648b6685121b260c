// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/remains.hpp"

#include "adapters/posix/kernel_files.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>

namespace hooklet::containerd {

namespace {

namespace fs = std::filesystem;

std::string bundle_of(const Layout& layout, const std::string& id) {
    return layout.run() + "/io.containerd.runtime.v2.task/k8s.io/" + id;
}

std::vector<std::string> names_in(const std::string& folder) {
    std::error_code gone;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, gone)) names.push_back(entry.path().filename());
    return names;
}

/// The first processes of all containers.
std::set<pid_t> init_processes(const Layout& layout) {
    std::set<pid_t> all;
    for (const std::string& id : names_in(bundle_of(layout, ""))) {
        const std::string text = read_available(bundle_of(layout, id) + "/init.pid");
        pid_t pid = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), pid).ec == std::errc{}) all.insert(pid);
    }
    return all;
}

/// `chosen`, the sessions that they lead, and all their descendants.
std::vector<ProcessEntry> with_families(const std::vector<ProcessEntry>& table, std::set<pid_t> chosen) {
    const auto belongs = [&chosen](const ProcessEntry& process) {
        return chosen.contains(process.parent) || chosen.contains(process.session);
    };
    for (bool grown = true; grown;) {
        grown = false;
        for (const ProcessEntry& process : table)
            grown |= belongs(process) && chosen.insert(process.pid).second;
    }
    std::vector<ProcessEntry> all;
    std::ranges::copy_if(table, std::back_inserter(all),
                         [&chosen](const ProcessEntry& process) { return chosen.contains(process.pid); });
    return all;
}

/// The kernel's names of the network namespaces that processes are in.
std::set<std::string> networks_in_use() {
    std::set<std::string> used;
    for (const ProcessEntry& process : process_table()) used.insert(process_link(process.pid, "ns/net"));
    return used;
}

std::string network_at(const std::string& mount) {
    struct stat file{};
    return ::stat(mount.c_str(), &file) == 0 ? fmt::format("net:[{}]", file.st_ino) : std::string();
}

void remove_all(const std::string& path) {
    unmount_below(path);
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

/// Ends the commands of all containers and returns the shims.
std::vector<Shim> end_commands(const Layout& layout) {
    const std::set<pid_t> inits = init_processes(layout);
    std::vector<Shim> shims;
    // A process may fork while it is being looked for; its children are found in the next round.
    for (int round = 0; round < 8; ++round) {
        const std::vector<ProcessEntry> table = process_table();
        shims = shims_of(layout.socket(), table);
        std::set<pid_t> parents;
        for (const Shim& shim : shims) parents.insert(shim.process.pid);
        std::set<pid_t> commands;
        for (const ProcessEntry& child : table) {
            if (parents.contains(child.parent) && !inits.contains(child.pid)) commands.insert(child.pid);
        }
        if (commands.empty()) break;
        for (const ProcessEntry& process : with_families(table, commands)) signal_process(process, SIGKILL);
    }
    return shims;
}

}  // namespace

Remains Remains::look(const Layout& layout) {
    Remains found;
    found.layout_ = layout;
    found.shims_ = end_commands(layout);
    for (const std::string& network : names_in(layout.addresses())) {
        const std::string folder = layout.addresses() + "/" + network;
        for (const std::string& name : names_in(folder)) {
            // Beside the addresses lie a lock and the last address that was given.
            if (name == "lock" || name.starts_with("last_reserved")) continue;
            std::string id = read_available(folder + "/" + name);
            id.resize(std::min(id.find_first_of("\r\n"), id.size()));
            found.addresses_.emplace_back(folder + "/" + name, std::move(id));
        }
    }
    for (const std::string& mount : mounts_below(read_available("/proc/self/mountinfo"), layout.run())) {
        if (fs::path(mount).parent_path().filename() == "netns") found.networks_.push_back(mount);
    }
    return found;
}

std::vector<std::string> Remains::remove(const std::set<std::string>& known) const {
    std::set<std::string> removed;
    for (const Shim& shim : shims_) {
        if (known.contains(shim.id)) continue;
        remove_shim(shim);
        removed.insert(shim.id);
    }
    const std::set<std::string> used = networks_in_use();
    for (const std::string& mount : networks_) {
        const std::string network = network_at(mount);
        if (network.empty() || used.contains(network)) continue;
        ::umount2(mount.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
        std::error_code ignored;
        fs::remove(mount, ignored);
    }
    for (const auto& [file, id] : addresses_) {
        if (known.contains(id)) continue;
        std::error_code ignored;
        fs::remove(file, ignored);
        removed.insert(id);
    }
    return {removed.begin(), removed.end()};
}

void Remains::remove_shim(const Shim& shim) const {
    for (const ProcessEntry& process : with_families(process_table(), {shim.process.pid}))
        signal_process(process, SIGKILL);
    const std::string bundle = bundle_of(layout_, shim.id);
    const std::string address = read_available(bundle + "/address");
    constexpr std::string_view scheme = "unix://";
    std::error_code ignored;
    if (address.starts_with(scheme)) fs::remove(address.substr(scheme.size()), ignored);
    remove_all(bundle);
    remove_all(layout_.runc() + "/k8s.io/" + shim.id);
    remove_all(layout_.run() + "/io.containerd.grpc.v1.cri/sandboxes/" + shim.id);
}

}  // namespace hooklet::containerd
