// SPDX-License-Identifier: Apache-2.0
// Cgroups of PosixFileSystem.
#include "adapters/posix/cgroup_settings.hpp"
#include "adapters/posix/directory.hpp"
#include "adapters/posix/kernel_files.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {

namespace {

bool is_below_root(const std::string& cgroup) {
    std::istringstream parts(cgroup);
    bool named = false;
    for (std::string part; std::getline(parts, part, '/');) {
        if (part == "." || part == "..") return false;
        named = named || !part.empty();
    }
    return named && cgroup.starts_with('/');
}

std::unexpected<Error> not_a_cgroup(const std::string& cgroup) {
    return fail(Code::invalid, fmt::format("\"{}\" is not the path of a cgroup", cgroup));
}

/// Removes the directory and those below it. The files of a cgroup directory go with it.
Status remove_cgroup_directory(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT) return {};
    if (!fd) return std::unexpected(errno_error("remove cgroup " + path, errno));
    const auto names = entries(fd.get());
    if (!names) return wrap("remove cgroup " + path, names.error());
    for (const std::string& name : *names) {
        struct stat status{};
        if (::fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISDIR(status.st_mode)) continue;
        if (auto removed = remove_cgroup_directory(path + "/" + name); !removed) return removed;
    }
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
    if (errno == EBUSY || errno == ENOTEMPTY) {
        return fail(Code::conflict, fmt::format("cgroup {} still has processes", path));
    }
    return std::unexpected(errno_error("remove cgroup " + path, errno));
}

/// Writes to a file that the kernel has put there.
Status write_setting(const std::string& path, std::string_view value) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
        return std::unexpected(errno_error("write " + path, errno));
    }
    return {};
}

/// Makes the cgroup with its parents; in a unified hierarchy the parents hand the controller down to it.
Status make_in(const CgroupHierarchy& hierarchy, const std::string& cgroup, const std::string& controller) {
    std::string at = hierarchy.mount_point;
    std::istringstream parts(cgroup);
    for (std::string part; std::getline(parts, part, '/');) {
        if (part.empty()) continue;
        // Refused where processes stand in the way; then the setting finds no file.
        if (hierarchy.unified) (void)write_setting(at + "/cgroup.subtree_control", "+" + controller);
        at += "/" + part;
        if (::mkdir(at.c_str(), 0755) != 0 && errno != EEXIST) {
            return std::unexpected(errno_error("make cgroup " + at, errno));
        }
    }
    return {};
}

const CgroupHierarchy* find_controller(const std::vector<CgroupHierarchy>& hierarchies,
                                       const std::string& controller) {
    for (const CgroupHierarchy& hierarchy : hierarchies) {
        if (std::ranges::find(hierarchy.controllers, controller) != hierarchy.controllers.end()) {
            return &hierarchy;
        }
    }
    return nullptr;
}

std::unexpected<Error> no_controller(const std::string& controller) {
    return fail(Code::unavailable, fmt::format("the machine has no {} controller for cgroups", controller));
}

/// The sizes that the kernel lists in the files `hugetlb.SIZE.max` or `hugetlb.SIZE.limit_in_bytes`.
std::set<std::string> page_sizes(const std::string& directory, std::string_view suffix) {
    constexpr std::string_view prefix = "hugetlb.";
    std::set<std::string> sizes;
    for (const std::string& name : list_available(directory)) {
        if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
        std::string size = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
        if (size.find('.') == std::string::npos) sizes.insert(std::move(size));
    }
    return sizes;
}

Status limit_huge_pages(const std::vector<CgroupHierarchy>& hierarchies, const std::string& cgroup,
                        const std::map<std::string, std::uint64_t>& limits) {
    const CgroupHierarchy* home = find_controller(hierarchies, "hugetlb");
    if (home == nullptr) return limits.empty() ? Status{} : no_controller("hugetlb");
    if (auto made = make_in(*home, cgroup, "hugetlb"); !made) return made;
    const std::string directory = home->mount_point + cgroup;
    const std::string suffix = home->unified ? ".max" : ".limit_in_bytes";
    const std::set<std::string> sizes = page_sizes(directory, suffix);
    for (const auto& [size, limit] : limits) {
        if (!sizes.contains(size)) return fail(Code::unavailable, "the machine has no huge pages of " + size);
    }
    for (const std::string& size : sizes) {
        const auto limit = limits.find(size);
        const std::string value = std::to_string(limit == limits.end() ? 0 : limit->second);
        if (auto set = write_setting(directory + "/hugetlb." + size + suffix, value); !set) return set;
    }
    return {};
}

Status apply(const std::vector<CgroupHierarchy>& hierarchies, const std::string& cgroup,
             const CgroupSetting& setting) {
    const CgroupHierarchy* home = find_controller(hierarchies, setting.controller);
    if (home == nullptr) return setting.is_limit ? no_controller(setting.controller) : Status{};
    if (auto made = make_in(*home, cgroup, setting.controller); !made) return made;
    auto written = write_setting(home->mount_point + cgroup + "/" + setting.file, setting.value);
    const bool missing = !written && written.error().code == Code::not_found;
    if (!missing) return written;
    return setting.is_limit ? no_controller(setting.controller) : Status{};
}

bool is_unified(const std::vector<CgroupHierarchy>& hierarchies, const std::string& controller) {
    const CgroupHierarchy* home = find_controller(hierarchies, controller);
    return home != nullptr && home->unified;
}

}  // namespace

Status PosixFileSystem::make_cgroup(std::string cgroup, CgroupLimits limits) {
    if (!is_below_root(cgroup)) return not_a_cgroup(cgroup);
    const auto hierarchies = cgroup_hierarchies(mountinfo_);
    if (!hierarchies) return std::unexpected(hierarchies.error());
    for (const bool unified : {false, true}) {
        for (const CgroupSetting& setting : cgroup_settings(limits, unified)) {
            if (is_unified(*hierarchies, setting.controller) != unified) continue;
            if (auto set = apply(*hierarchies, cgroup, setting); !set) return set;
        }
    }
    if (!limits.hugepage_limits) return {};
    return limit_huge_pages(*hierarchies, cgroup, *limits.hugepage_limits);
}

Status PosixFileSystem::remove_cgroup(std::string cgroup) {
    if (!is_below_root(cgroup)) return not_a_cgroup(cgroup);
    const auto hierarchies = cgroup_hierarchies(mountinfo_);
    if (!hierarchies) return std::unexpected(hierarchies.error());
    Status result;
    for (const CgroupHierarchy& hierarchy : *hierarchies) {
        auto removed = remove_cgroup_directory(hierarchy.mount_point + cgroup);
        if (!removed && result) result = std::move(removed);
    }
    return result;
}

}  // namespace hooklet
