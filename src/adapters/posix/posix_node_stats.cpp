// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_node_stats.hpp"

#include "adapters/posix/cgroup_settings.hpp"
#include "adapters/posix/kernel_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include <fts.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace hooklet {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return value;
}

/// The number in the line that begins with this word; `KEY VALUE` and `KEY:   VALUE kB` alike.
std::optional<std::uint64_t> line_value(const std::string& text, std::string_view key) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key) || line.size() <= key.size()) continue;
        if (line[key.size()] != ' ' && line[key.size()] != ':') continue;
        const std::size_t digits = line.find_first_of("0123456789", key.size());
        if (digits != std::string::npos) return number(std::string_view(line).substr(digits));
    }
    return std::nullopt;
}

std::uint64_t less(std::uint64_t a, std::uint64_t b) {
    return a > b ? a - b : 0;
}

const CgroupHierarchy* hierarchy_of(const std::vector<CgroupHierarchy>& all, const std::string& controller) {
    const auto found = std::ranges::find_if(all, [&controller](const CgroupHierarchy& hierarchy) {
        return std::ranges::find(hierarchy.controllers, controller) != hierarchy.controllers.end();
    });
    return found == all.end() ? nullptr : &*found;
}

struct CgroupMemory {
    std::uint64_t used = 0;
    std::uint64_t resident = 0;     ///< What belongs to no file.
    std::uint64_t working_set = 0;  ///< In use less what the kernel can drop first.
};

/// nullopt when the cgroup has no account.
std::optional<CgroupMemory> memory_of(const CgroupHierarchy& memory, const std::string& cgroup) {
    const std::string directory = memory.mount_point + cgroup;
    const auto used =
        number(read_available(directory + (memory.unified ? "/memory.current" : "/memory.usage_in_bytes")));
    if (!used) return std::nullopt;
    const std::string stat = read_available(directory + "/memory.stat");
    const auto value = [&](const char* unified, const char* version_1) {
        return line_value(stat, memory.unified ? unified : version_1).value_or(0);
    };
    return CgroupMemory{*used, value("anon", "total_rss"),
                        less(*used, value("inactive_file", "total_inactive_file"))};
}

/// What the processes of the cgroup, also those that have ended, have used of all cpus.
std::optional<Duration> cpu_time_of(const std::vector<CgroupHierarchy>& all, const std::string& cgroup) {
    if (const CgroupHierarchy* version_1 = hierarchy_of(all, "cpuacct")) {
        const auto nano = number(read_available(version_1->mount_point + cgroup + "/cpuacct.usage"));
        if (nano) return std::chrono::nanoseconds{*nano};
    }
    const auto unified = std::ranges::find_if(all, &CgroupHierarchy::unified);
    if (unified == all.end()) return std::nullopt;
    const auto micro = line_value(read_available(unified->mount_point + cgroup + "/cpu.stat"), "usage_usec");
    if (!micro) return std::nullopt;
    return std::chrono::microseconds{*micro};
}

/// What the first line of /proc/stat, `cpu USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ ...`, counts as work.
Duration cpu_time(const std::string& stat) {
    std::istringstream line(stat);
    std::string name;
    std::array<std::int64_t, 7> ticks{};
    line >> name;
    for (std::int64_t& count : ticks) line >> count;
    const std::int64_t worked = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
    return Duration{std::chrono::seconds{1}} / ::sysconf(_SC_CLK_TCK) * worked;
}

Result<FileSystemUsage> file_system(const std::string& directory) {
    struct statvfs status{};
    if (::statvfs(directory.c_str(), &status) != 0) {
        return std::unexpected(errno_error("statvfs " + directory, errno));
    }
    return FileSystemUsage{status.f_blocks * status.f_frsize, status.f_bavail * status.f_frsize,
                           status.f_files, status.f_ffree};
}

bool on_one_file_system(const std::string& a, const std::string& b) {
    struct stat first{};
    struct stat second{};
    if (::stat(a.c_str(), &first) != 0 || ::stat(b.c_str(), &second) != 0) return true;
    return first.st_dev == second.st_dev;
}

struct CloseWalk {
    void operator()(FTS* walk) const { ::fts_close(walk); }
};

/// nullopt when there is no such directory, or the work is to stop.
std::optional<DiskUsage> disk_usage(const std::string& directory, const WorkerThread::Stop& stop) {
    std::string path = directory;
    const std::array<char*, 2> roots{path.data(), nullptr};
    const std::unique_ptr<FTS, CloseWalk> walk(
        ::fts_open(roots.data(), FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, nullptr));
    if (!walk) return std::nullopt;
    DiskUsage usage;
    std::set<ino_t> shared;
    while (const FTSENT* entry = ::fts_read(walk.get())) {
        if (stop) return std::nullopt;
        if (entry->fts_info == FTS_DP || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR) continue;
        const struct stat& status = *entry->fts_statp;
        const bool many_names = entry->fts_info != FTS_D && status.st_nlink > 1;
        if (many_names && !shared.insert(status.st_ino).second) continue;
        constexpr std::uint64_t block = 512;
        usage.bytes += static_cast<std::uint64_t>(status.st_blocks) * block;
        usage.inodes += 1;
    }
    if (usage.inodes == 0) return std::nullopt;
    return usage;
}

Result<std::vector<PodUsage>> measure(const std::vector<PodPlaces>& pods,
                                      const std::vector<CgroupHierarchy>& hierarchies,
                                      const WorkerThread::Stop& stop) {
    const CgroupHierarchy* memory = hierarchy_of(hierarchies, "memory");
    const CgroupHierarchy* pids = hierarchy_of(hierarchies, "pids");
    std::vector<PodUsage> usages;
    for (const PodPlaces& places : pods) {
        const auto used = memory != nullptr ? memory_of(*memory, places.cgroup) : std::nullopt;
        if (!used) continue;
        PodUsage usage{.uid = places.uid,
                       .memory_working_set_bytes = used->working_set,
                       .directories = {},
                       .memory_used_bytes = used->used,
                       .memory_resident_bytes = used->resident,
                       .cpu_time = cpu_time_of(hierarchies, places.cgroup)};
        if (pids != nullptr) {
            const std::string file = pids->mount_point + places.cgroup + "/pids.current";
            usage.processes = number(read_available(file)).value_or(0);
        }
        for (const auto& [name, directory] : places.directories) {
            if (stop) return fail(Code::cancelled, "measuring Pods was interrupted");
            if (const auto disk = disk_usage(directory, stop)) usage.directories[name] = *disk;
        }
        usages.push_back(std::move(usage));
    }
    return usages;
}

/// As the kernel's own account has it, where the root of the cgroups has none: that of a unified hierarchy.
void count_memory(NodeUsage& usage, const std::string& meminfo, const std::optional<CgroupMemory>& root) {
    const auto bytes = [&meminfo](const char* key) {
        constexpr std::uint64_t kibi = 1024;
        return line_value(meminfo, key).value_or(0) * kibi;
    };
    const std::uint64_t total = bytes("MemTotal");
    const std::uint64_t used = less(total, bytes("MemFree"));
    const CgroupMemory kernels{used, bytes("AnonPages"), less(used, bytes("Inactive(file)"))};
    const CgroupMemory memory = root.value_or(kernels);
    usage.memory_capacity_bytes = total;
    usage.memory_available_bytes = less(total, memory.working_set);
    usage.memory_used_bytes = memory.used;
    usage.memory_resident_bytes = memory.resident;
}

}  // namespace

Result<NodeUsage> PosixNodeStats::node() {
    const auto hierarchies = cgroup_hierarchies(places_.mountinfo);
    if (!hierarchies) return std::unexpected(hierarchies.error());
    const auto nodefs = file_system(places_.state);
    if (!nodefs) return std::unexpected(nodefs.error());
    NodeUsage usage;
    usage.nodefs = *nodefs;
    if (!places_.images.empty() && !on_one_file_system(places_.state, places_.images)) {
        const auto imagefs = file_system(places_.images);
        if (!imagefs) return std::unexpected(imagefs.error());
        usage.imagefs = *imagefs;
    }
    const std::string stat = read_available(places_.proc + "/stat");
    usage.cpu_time = cpu_time(stat);
    usage.booted_at = WallTime{std::chrono::seconds{line_value(stat, "btime").value_or(0)}};
    const CgroupHierarchy* memory = hierarchy_of(*hierarchies, "memory");
    count_memory(usage, read_available(places_.proc + "/meminfo"),
                 memory != nullptr ? memory_of(*memory, "") : std::nullopt);
    const auto pid_max = number(read_available(places_.proc + "/sys/kernel/pid_max"));
    const auto threads_max = number(read_available(places_.proc + "/sys/kernel/threads-max"));
    usage.pids_max = std::min(pid_max.value_or(0), threads_max.value_or(0));
    // `0.20 0.18 0.12 1/80 11206`: running and all.
    const std::string load = read_available(places_.proc + "/loadavg");
    const std::size_t slash = load.find('/');
    if (slash != std::string::npos) {
        usage.pids_running = number(std::string_view(load).substr(slash + 1)).value_or(0);
    }
    return usage;
}

Task<Result<std::vector<PodUsage>>> PosixNodeStats::pods(std::vector<PodPlaces> places, Call call) {
    auto hierarchies = cgroup_hierarchies(places_.mountinfo);
    if (!hierarchies) co_return std::unexpected(hierarchies.error());
    WorkerThread::Work<std::vector<PodUsage>> work =
        [places = std::move(places), found = *std::move(hierarchies)](const WorkerThread::Stop& stop) {
            return measure(places, found, stop);
        };
    co_return co_await thread_.run<std::vector<PodUsage>>(std::move(work), std::move(call));
}

}  // namespace hooklet
