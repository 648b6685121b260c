// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/remains.hpp"

#include "adapters/posix/kernel_files.hpp"
#include "base/contains.hpp"

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

/// The pid that runc has written into a file of a container's bundle.
std::optional<pid_t> pid_in(const std::string& file) {
    const std::string text = read_available(file);
    pid_t pid = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), pid).ec != std::errc{}) return std::nullopt;
    return pid;
}

/// The ids of the execs that are awaited again.
std::set<std::string> awaited_execs(const Layout& layout) {
    std::set<std::string> ids;
    for (const std::string& id : names_in(layout.execs())) {
        for (const fs::path pipe : names_in(layout.execs() + "/" + id)) ids.insert(pipe.stem());
    }
    return ids;
}

/// The processes of all execs that are not. runc keeps the pid of each beside its container's.
std::set<pid_t> processes_of_execs(const Layout& layout, const std::set<std::string>& awaited) {
    std::set<pid_t> all;
    for (const std::string& id : names_in(bundle_of(layout, ""))) {
        for (const fs::path file : names_in(bundle_of(layout, id))) {
            const bool is_of_exec = file.extension() == ".pid" && file.stem() != "init";
            if (!is_of_exec || awaited.contains(file.stem())) continue;
            if (const auto pid = pid_in(bundle_of(layout, id) + "/" + file.string())) all.insert(*pid);
        }
    }
    return all;
}

/// Whether it is the runtime itself, about to begin a command that is not awaited. One that starts a
/// container is not to be disturbed: the engine would end the container.
bool begins_command(const ProcessEntry& process, const std::set<std::string>& awaited) {
    const std::vector<std::string> arguments = process_arguments(process.pid);
    if (arguments.empty() || fs::path(arguments.front()).filename() != "runc") return false;
    return contains(arguments, "exec") && std::ranges::none_of(arguments, [&](const fs::path argument) {
               return argument.extension() == ".pid" && awaited.contains(argument.stem());
           });
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

template <class T>
std::vector<T> without(const std::vector<T>& all, auto kept) {
    std::vector<T> rest;
    std::ranges::remove_copy_if(all, std::back_inserter(rest), kept);
    return rest;
}

}  // namespace

std::vector<ProcessEntry> children_of(const std::vector<Shim>& shims,
                                      const std::vector<ProcessEntry>& table) {
    const auto is_parent = [](const ProcessEntry& child) {
        return [&child](const Shim& shim) { return shim.process.pid == child.parent; };
    };
    return without(
        table, [&](const ProcessEntry& process) { return std::ranges::none_of(shims, is_parent(process)); });
}

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

std::vector<Shim> unknown_to(const std::set<std::string>& known, const std::vector<Shim>& shims) {
    return without(shims, [&known](const Shim& shim) { return known.contains(shim.id); });
}

std::vector<ReservedAddress> unknown_to(const std::set<std::string>& known,
                                        const std::vector<ReservedAddress>& addresses) {
    return without(addresses,
                   [&known](const ReservedAddress& address) { return known.contains(address.id); });
}

bool is_half_removed(std::string_view bundle) {
    return bundle.starts_with('.');
}

std::optional<ReservedAddress> reserved_address(const std::string& file, std::string_view content) {
    const std::string name = fs::path(file).filename();
    if (name == "lock" || name.starts_with("last_reserved")) return std::nullopt;
    return ReservedAddress{file, std::string(content.substr(0, content.find_first_of("\r\n")))};
}

std::vector<KeptNetwork> unused(const std::vector<KeptNetwork>& networks, const std::set<std::string>& used) {
    return without(networks, [&used](const KeptNetwork& network) {
        return network.name.empty() || used.contains(network.name);
    });
}

namespace {

/// The commands that nobody will await, and the runtime where it is about to begin one. Other children of
/// shims are the first processes of containers, and orphans of those that are in the host's PID namespace.
std::set<pid_t> commands_among(const std::vector<ProcessEntry>& children, const Layout& layout) {
    const std::set<std::string> awaited = awaited_execs(layout);
    const std::set<pid_t> execs = processes_of_execs(layout, awaited);
    std::set<pid_t> commands;
    for (const ProcessEntry& child : children) {
        if (execs.contains(child.pid) || begins_command(child, awaited)) commands.insert(child.pid);
    }
    return commands;
}

/// Ends the commands that nobody will await, and returns the shims.
std::vector<Shim> end_commands(const Layout& layout) {
    std::vector<Shim> shims;
    // A process may fork while it is being looked for; its children are found in the next round.
    for (int round = 0; round < 8; ++round) {
        const std::vector<ProcessEntry> table = process_table();
        shims = shims_of(layout.socket(), table);
        const std::set<pid_t> commands = commands_among(children_of(shims, table), layout);
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
    for (const std::string& name : names_in(bundle_of(layout, ""))) {
        if (is_half_removed(name)) found.half_removed_.push_back(bundle_of(layout, name));
    }
    found.execs_ = names_in(layout.execs());
    for (const std::string& network : names_in(layout.addresses())) {
        const std::string folder = layout.addresses() + "/" + network;
        for (const std::string& name : names_in(folder)) {
            const std::string file = folder + "/" + name;
            if (auto address = reserved_address(file, read_available(file)))
                found.addresses_.push_back(*std::move(address));
        }
    }
    for (const std::string& mount : mounts_below(read_available("/proc/self/mountinfo"), layout.run())) {
        if (fs::path(mount).parent_path().filename() == "netns") found.networks_.push_back(mount);
    }
    return found;
}

std::set<std::string> Remains::remove(const std::set<std::string>& known) {
    std::set<std::string> removed;
    for (const Shim& shim : unknown_to(known, shims_)) {
        remove_shim(shim);
        removed.insert(shim.id);
    }
    std::ranges::for_each(half_removed_, remove_all);
    for (const std::string& id : execs_) {
        if (!known.contains(id)) remove_all(layout_.execs() + "/" + id);
    }
    std::vector<KeptNetwork> networks;
    for (const std::string& mount : networks_) networks.push_back({mount, network_at(mount)});
    for (const KeptNetwork& network : unused(networks, networks_in_use())) {
        ::umount2(network.mount.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
        std::error_code ignored;
        fs::remove(network.mount, ignored);
    }
    for (const ReservedAddress& address : unknown_to(known, addresses_)) {
        // Somebody else may have it by now.
        if (reserved_address(address.file, read_available(address.file)) == address) {
            std::error_code ignored;
            fs::remove(address.file, ignored);
        }
        removed.insert(address.id);
    }
    half_removed_.clear();
    networks_.clear();
    std::erase_if(shims_, [&removed](const Shim& shim) { return removed.contains(shim.id); });
    std::erase_if(addresses_, [&removed](const ReservedAddress& a) { return removed.contains(a.id); });
    return removed;
}

std::set<std::string> Remains::owners() const {
    std::set<std::string> ids;
    for (const Shim& shim : shims_) ids.insert(shim.id);
    for (const ReservedAddress& address : addresses_) ids.insert(address.id);
    return ids;
}

void Remains::remove_shim(const Shim& shim) const {
    const std::vector<ProcessEntry> table = process_table();
    const auto still = std::ranges::find(table, shim.process.pid, &ProcessEntry::pid);
    if (still != table.end() && still->start_ticks == shim.process.start_ticks) {
        for (const ProcessEntry& process : with_families(table, {shim.process.pid}))
            signal_process(process, SIGKILL);
    }
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
