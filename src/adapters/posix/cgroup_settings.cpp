// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/cgroup_settings.hpp"

#include "adapters/posix/kernel_files.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr std::int64_t min_shares = 2;
constexpr std::int64_t max_shares = 262'144;
constexpr std::int64_t max_weight = 10'000;

/// Undoes mountinfo's octal escapes (`\040` for a space).
std::string unescaped(std::string_view field) {
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 3 < field.size() && std::ranges::all_of(field.substr(i + 1, 3), octal)) {
            out +=
                static_cast<char>((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + field[i + 3] - '0');
            i += 3;
        } else {
            out += field[i];
        }
    }
    return out;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
    return parts;
}

std::string or_max(std::int64_t limit) {
    return limit < 0 ? "max" : std::to_string(limit);
}

void add_cpu(const CgroupLimits& limits, bool unified, std::vector<CgroupSetting>& settings) {
    if (limits.cpu_shares) {
        const std::int64_t shares = std::clamp(*limits.cpu_shares, min_shares, max_shares);
        const std::int64_t weight = 1 + (shares - min_shares) * (max_weight - 1) / (max_shares - min_shares);
        settings.push_back(unified ? CgroupSetting{"cpu", "cpu.weight", std::to_string(weight), false}
                                   : CgroupSetting{"cpu", "cpu.shares", std::to_string(shares), false});
    }
    if (!limits.cpu_quota_us) return;
    const bool is_limit = *limits.cpu_quota_us >= 0;
    if (unified) {
        const std::string value = fmt::format("{} {}", or_max(*limits.cpu_quota_us), limits.cpu_period_us);
        settings.push_back({"cpu", "cpu.max", value, is_limit});
        return;
    }
    settings.push_back({"cpu", "cpu.cfs_period_us", std::to_string(limits.cpu_period_us), is_limit});
    settings.push_back({"cpu", "cpu.cfs_quota_us", std::to_string(*limits.cpu_quota_us), is_limit});
}

}  // namespace

std::vector<CgroupSetting> cgroup_settings(const CgroupLimits& limits, bool unified) {
    std::vector<CgroupSetting> settings;
    add_cpu(limits, unified, settings);
    if (limits.memory_limit_bytes) {
        const std::int64_t bytes = *limits.memory_limit_bytes;
        const char* file = unified ? "memory.max" : "memory.limit_in_bytes";
        settings.push_back({"memory", file, unified ? or_max(bytes) : std::to_string(bytes), bytes >= 0});
    }
    if (limits.pids_limit) {
        settings.push_back({"pids", "pids.max", or_max(*limits.pids_limit), *limits.pids_limit >= 0});
    }
    return settings;
}

Result<std::vector<CgroupHierarchy>> cgroup_hierarchies(const std::string& mountinfo) {
    std::ifstream in(mountinfo);
    if (!in) return std::unexpected(errno_error("read " + mountinfo, errno));
    std::vector<CgroupHierarchy> found;
    for (std::string line; std::getline(in, line);) {
        // `36 35 98:0 ROOT MOUNT_POINT OPTIONS [TAG...] - TYPE SOURCE SUPER_OPTIONS`
        std::istringstream words(line);
        std::string word;
        CgroupHierarchy hierarchy;
        words >> word >> word >> word >> word >> hierarchy.mount_point;
        while (words >> word && word != "-") {
        }
        std::string type;
        std::string options;
        words >> type >> word >> options;
        if (type != "cgroup" && type != "cgroup2") continue;
        hierarchy.mount_point = unescaped(hierarchy.mount_point);
        hierarchy.unified = type == "cgroup2";
        std::string known = options;
        if (hierarchy.unified) {
            known = read_available(hierarchy.mount_point + "/cgroup.controllers");
            if (known.ends_with('\n')) known.pop_back();
        }
        hierarchy.controllers = split(known, hierarchy.unified ? ' ' : ',');
        std::erase(hierarchy.controllers, "rw");
        found.push_back(std::move(hierarchy));
    }
    return found;
}

}  // namespace hooklet
