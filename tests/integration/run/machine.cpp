// SPDX-License-Identifier: Apache-2.0
#include "integration/run/machine.hpp"

#include "adapters/containerd/config.hpp"
#include "app/paths.hpp"
#include "integration/run/hooklet_process.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace hooklet::testing {

namespace {

constexpr const char* survey = R"(exec 2>/dev/null
sed 's/^/mount /' /proc/self/mountinfo
ls /sys/class/net | sed 's/^/link /'
find /sys/fs/cgroup -type d -name 'hooklet-*' | sed 's/^/cgroup /'
iptables-save | sed 's/^/iptables /'
ip6tables-save | sed 's/^/ip6tables /'
)";

std::string output_of(const char* command) {
    std::string text;
    std::FILE* pipe = ::popen(command, "r");
    if (pipe == nullptr) return text;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
    ::pclose(pipe);
    return text;
}

/// The ids of the processes for which `is_one` is true of their folder in /proc.
std::vector<std::string> processes(const std::function<bool(const std::string&)>& is_one) {
    std::vector<std::string> pids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string pid = entry.path().filename();
        const bool is_process = pid.find_first_not_of("0123456789") == std::string::npos;
        if (is_process && is_one(entry.path().string())) pids.push_back(pid);
    }
    return pids;
}

/// A zombie has none.
std::string command_line(const std::string& folder) {
    std::string text = read_text(folder + "/cmdline");
    std::ranges::replace(text, '\0', ' ');
    return text;
}

}  // namespace

std::vector<std::string> traces_of(const std::string& root) {
    const std::string cgroup = "hooklet-" + app::short_id(app::paths_of(root));
    const std::array<std::string, 3> names{root, cgroup, containerd::bridge_name(root)};
    std::vector<std::string> traces;
    std::istringstream lines(output_of(survey));
    for (std::string line; std::getline(lines, line);) {
        if (std::ranges::any_of(names, [&](const std::string& name) { return line.contains(name); })) {
            traces.push_back(line);
        }
    }
    const auto is_ours = [&](const std::string& folder) {
        const std::string command = command_line(folder);
        return command.contains(root) || (!command.empty() && read_text(folder + "/cgroup").contains(cgroup));
    };
    for (const std::string& pid : processes(is_ours)) {
        traces.push_back("process " + pid + " " + command_line("/proc/" + pid));
    }
    return traces;
}

std::vector<std::string> processes_of_pod(const std::string& uid) {
    return processes([&](const std::string& folder) {
        return !command_line(folder).empty() && read_text(folder + "/cgroup").contains("/pod" + uid);
    });
}

std::string database_says(const std::string& file, const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_stmt* query = nullptr;
    std::string text;
    EXPECT_EQ(::sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    EXPECT_EQ(::sqlite3_prepare_v2(database, sql.c_str(), -1, &query, nullptr), SQLITE_OK)
        << ::sqlite3_errmsg(database);
    while (::sqlite3_step(query) == SQLITE_ROW) {
        const unsigned char* column = ::sqlite3_column_text(query, 0);
        if (!text.empty()) text += ",";
        text += column == nullptr ? "NULL" : reinterpret_cast<const char*>(column);
    }
    ::sqlite3_finalize(query);
    ::sqlite3_close(database);
    return text;
}

}  // namespace hooklet::testing
