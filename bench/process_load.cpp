// SPDX-License-Identifier: Apache-2.0
#include "bench/process_load.hpp"

#include "adapters/posix/process_table.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace hooklet::bench {

namespace {

/// The sum of the numbers behind those keys in a file of `key: number` lines.
std::int64_t sum_of(const std::filesystem::path& file, const std::vector<std::string_view>& keys) {
    std::ifstream lines(file);
    std::int64_t sum = 0;
    for (std::string line; std::getline(lines, line);) {
        for (const std::string_view wanted : keys) {
            if (line.starts_with(wanted)) sum += std::stoll(line.substr(wanted.size()));
        }
    }
    return sum;
}

}  // namespace

Memory memory_of(const std::vector<pid_t>& pids) {
    Memory memory;
    for (const pid_t pid : pids) {
        const std::string file = fmt::format("/proc/{}/smaps_rollup", pid);
        memory.rss_kib += sum_of(file, {"Rss:"});
        memory.anonymous_kib += sum_of(file, {"Anonymous:"});
    }
    return memory;
}

std::int64_t context_switches(const std::vector<pid_t>& pids) {
    std::int64_t sum = 0;
    for (const pid_t pid : pids) {
        std::error_code error;
        const std::filesystem::directory_iterator tasks(fmt::format("/proc/{}/task", pid), error);
        for (const auto& task : tasks) {
            sum +=
                sum_of(task.path() / "status", {"voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"});
        }
    }
    return sum;
}

double processor_seconds(const std::vector<pid_t>& pids) {
    std::int64_t ticks = 0;
    for (const pid_t pid : pids) {
        std::ifstream file(fmt::format("/proc/{}/stat", pid));
        std::string stat{std::istreambuf_iterator<char>(file), {}};
        // The name in parentheses may have blanks; utime is the 12th field behind it, then stime, cutime,
        // cstime.
        std::istringstream fields(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
        std::string skipped;
        for (int i = 0; i < 11; ++i) fields >> skipped;
        for (std::int64_t value = 0, i = 0; i < 4 && fields >> value; ++i) ticks += value;
    }
    return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> processes_of(pid_t ancestor, const std::string& program, const std::string& word) {
    std::vector<pid_t> found;
    for (const ProcessEntry& entry : process_table()) {
        const std::vector<std::string> arguments = process_arguments(entry.pid);
        if (arguments.empty() || std::filesystem::path(arguments.front()).filename() != program) continue;
        const auto has_word = [&word](const std::string& text) { return text.contains(word); };
        if (entry.parent == ancestor || std::ranges::any_of(arguments, has_word)) found.push_back(entry.pid);
    }
    return found;
}

}  // namespace hooklet::bench
