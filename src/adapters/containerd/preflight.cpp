// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/preflight.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mount.h>
#include <unistd.h>

namespace hooklet::containerd {

namespace {

struct Needed {
    std::string_view name;
    std::string_view package;
};

constexpr std::array<Needed, 5> programs{{{"containerd", "containerd"},
                                          {"containerd-shim-runc-v2", "containerd"},
                                          {"ctr", "containerd"},
                                          {"runc", "runc"},
                                          {"iptables", "iptables"}}};
constexpr std::array<std::string_view, 4> plugins{"bridge", "host-local", "loopback", "portmap"};
constexpr std::string_view plugins_package = "containernetworking-plugins";
constexpr std::array<std::string_view, 2> plugin_folders{"/usr/lib/cni", "/opt/cni/bin"};
constexpr std::array<std::string_view, 3> system_folders{"/usr/local/sbin", "/usr/sbin", "/sbin"};

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> folders;
    while (!path.empty()) {
        const auto end = std::min(path.find(':'), path.size());
        if (end > 0) folders.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return folders;
}

std::vector<std::string_view> missing_plugins(std::string_view folder, const IsExecutable& is_executable) {
    std::vector<std::string_view> missing;
    std::ranges::copy_if(plugins, std::back_inserter(missing), [&](std::string_view plugin) {
        return !is_executable(fmt::format("{}/{}", folder, plugin));
    });
    return missing;
}

}  // namespace

std::string with_system_folders(std::string_view path) {
    std::vector<std::string> folders = split(path);
    if (folders.empty()) folders = {"/usr/local/bin", "/usr/bin", "/bin"};
    for (const std::string_view folder : system_folders) {
        if (std::ranges::find(folders, folder) == folders.end()) folders.emplace_back(folder);
    }
    return fmt::format("{}", fmt::join(folders, ":"));
}

std::vector<std::string> with_path(const std::string& path, const std::vector<std::string>& command) {
    std::vector<std::string> argv{"env", "-u", "NOTIFY_SOCKET", "PATH=" + path};
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
}

Result<Tools> find_tools(std::string_view path, const IsExecutable& is_executable) {
    Tools tools{with_system_folders(path), {}};
    const auto folders = split(tools.search_path);
    std::vector<std::string> missing;
    std::set<std::string_view> packages;
    for (const Needed& program : programs) {
        const auto here = [&](const std::string& folder) {
            return is_executable(fmt::format("{}/{}", folder, program.name));
        };
        if (std::ranges::any_of(folders, here)) continue;
        missing.emplace_back(program.name);
        packages.insert(program.package);
    }
    // The folder that has most of them; the first one wins a draw.
    const auto* const best = std::ranges::min_element(
        plugin_folders, {}, [&](std::string_view f) { return missing_plugins(f, is_executable).size(); });
    tools.cni_plugins = *best;
    for (const std::string_view plugin : missing_plugins(*best, is_executable)) {
        missing.push_back(fmt::format("CNI plugin {}", plugin));
        packages.insert(plugins_package);
    }
    if (missing.empty()) return tools;
    return fail(Code::not_found, fmt::format("missing: {}; install with: apt-get install {}",
                                             fmt::join(missing, ", "), fmt::join(packages, " ")));
}

bool is_executable_file(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

bool has_sys_resource(std::string_view status) {
    constexpr std::string_view key = "CapEff:\t";
    constexpr unsigned sys_resource = 24;
    const auto at = status.find(key);
    if (at == std::string_view::npos) return false;
    const std::string_view value = status.substr(at + key.size(), 16);
    std::uint64_t capabilities = 0;
    std::from_chars(value.data(), value.data() + value.size(), capabilities, 16);
    return ((capabilities >> sys_resource) & 1U) != 0;
}

bool overlayfs_works(const std::string& directory) {
    namespace fs = std::filesystem;
    const fs::path probe = fs::path(directory) / "overlay-probe";
    std::error_code error;
    for (const char* part : {"lower", "upper", "work", "merged"}) fs::create_directories(probe / part, error);
    // A path with an option's separator can't be told to the kernel this way, nor to containerd.
    const std::string options =
        fmt::format("lowerdir={0}/lower,upperdir={0}/upper,workdir={0}/work", probe.string());
    const fs::path merged = probe / "merged";
    const bool works = directory.find_first_of(",:") == std::string::npos &&
                       ::mount("overlay", merged.c_str(), "overlay", 0, options.c_str()) == 0;
    if (works) ::umount2(merged.c_str(), MNT_DETACH);
    fs::remove_all(probe, error);
    return works;
}

}  // namespace hooklet::containerd
