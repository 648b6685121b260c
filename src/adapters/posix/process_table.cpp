// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/process_table.hpp"

#include "adapters/posix/kernel_files.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <charconv>
#include <ctime>
#include <filesystem>
#include <sstream>

#include <sys/syscall.h>
#include <unistd.h>

namespace hooklet {

namespace {

std::string proc_path(pid_t pid, const std::string& name) {
    return "/proc/" + std::to_string(pid) + "/" + name;
}

constexpr std::string_view pipe_prefix = "pipe:";

struct StatLine {
    ProcessEntry entry;
    bool zombie = false;
};

std::optional<StatLine> parse_stat(std::string_view text) {
    // `PID (NAME) STATE PPID PGRP SESSION ...`; the name may hold spaces and brackets.
    const auto name_end = text.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    StatLine line;
    ProcessEntry& entry = line.entry;
    if (std::from_chars(text.data(), text.data() + name_end, entry.pid).ec != std::errc{})
        return std::nullopt;
    std::istringstream rest{std::string(text.substr(name_end + 1))};
    std::string state;
    pid_t group = 0;
    if (!(rest >> state >> entry.parent >> group >> entry.session)) return std::nullopt;
    // From field 7 (tty) to field 21; field 22 is the start time.
    std::string skipped;
    for (int field = 7; field < 22; ++field) rest >> skipped;
    if (!(rest >> entry.start_ticks)) return std::nullopt;
    line.zombie = state == "Z";
    return line;
}

/// Every process of this PID namespace, zombies included.
std::vector<StatLine> all_processes() {
    std::vector<StatLine> all;
    for (const std::string& name : list_available("/proc")) {
        pid_t pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
        if (const auto line = parse_stat(read_available(proc_path(pid, "stat")))) all.push_back(*line);
    }
    return all;
}

}  // namespace

std::optional<ProcessEntry> parse_process_stat(std::string_view text) {
    const auto line = parse_stat(text);
    if (!line || line->zombie) return std::nullopt;
    return line->entry;
}

std::optional<ProcessEntry> process_entry(pid_t pid) {
    return parse_process_stat(read_available(proc_path(pid, "stat")));
}

std::vector<ProcessEntry> process_table() {
    std::vector<ProcessEntry> table;
    for (const StatLine& line : all_processes()) {
        if (!line.zombie) table.push_back(line.entry);
    }
    return table;
}

std::vector<pid_t> ended_children(pid_t parent) {
    std::vector<pid_t> ended;
    for (const StatLine& line : all_processes()) {
        if (line.zombie && line.entry.parent == parent) ended.push_back(line.entry.pid);
    }
    return ended;
}

std::vector<std::string> process_arguments(pid_t pid) {
    std::vector<std::string> arguments;
    std::istringstream text(read_available(proc_path(pid, "cmdline")));
    for (std::string argument; std::getline(text, argument, '\0');) arguments.push_back(argument);
    return arguments;
}

std::string process_link(pid_t pid, const std::string& name) {
    std::error_code error;
    return std::filesystem::read_symlink(proc_path(pid, name), error);
}

std::set<std::string> process_pipes(pid_t pid) {
    std::set<std::string> pipes;
    for (const std::string& fd : list_available(proc_path(pid, "fd"))) {
        std::string target = process_link(pid, "fd/" + fd);
        if (target.starts_with(pipe_prefix)) pipes.insert(std::move(target));
    }
    return pipes;
}

std::uint64_t boot_ticks() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const auto hertz = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return static_cast<std::uint64_t>(now.tv_sec) * hertz +
           static_cast<std::uint64_t>(now.tv_nsec) * hertz / 1'000'000'000U;
}

bool signal_process(const ProcessEntry& process, int signal) {
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    if (!pidfd) return false;
    // Between the table and the open the pid may have gone to another process.
    const auto now = process_entry(process.pid);
    if (!now || now->start_ticks != process.start_ticks) return false;
    return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace hooklet
