// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exec_tree.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <set>

namespace hooklet::cri {

namespace {

bool runs(const ContainerProcess& process, const std::vector<ActiveExec>& execs) {
    return std::ranges::any_of(execs, [&](const ActiveExec& e) { return e.command == process.argv; });
}

/// Adds the members of chosen sessions and the children of chosen processes, until nothing new is found.
void close_over(const std::vector<ContainerProcess>& processes, const std::set<pid_t>& sessions,
                std::set<pid_t>& chosen) {
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& [entry, argv, pipe] : processes) {
            if (sessions.contains(entry.session) || chosen.contains(entry.parent)) {
                grown |= chosen.insert(entry.pid).second;
            }
        }
    }
}

/// All processes in the mount namespace of `init`.
std::vector<ContainerProcess> container_processes(pid_t init, pid_t shim) {
    const std::string mounts = process_link(init, "ns/mnt");
    std::set<std::string> exec_pipes;
    std::ranges::set_difference(process_pipes(shim), process_pipes(init),
                                std::inserter(exec_pipes, exec_pipes.end()));
    std::vector<ContainerProcess> processes;
    for (const ProcessEntry& entry : process_table()) {
        if (mounts.empty() || process_link(entry.pid, "ns/mnt") != mounts) continue;
        const bool holds = std::ranges::any_of(process_pipes(entry.pid),
                                               [&](const auto& pipe) { return exec_pipes.contains(pipe); });
        processes.push_back({entry, process_arguments(entry.pid), holds});
    }
    return processes;
}

}  // namespace

std::vector<ProcessEntry> exec_tree(const std::vector<ContainerProcess>& processes, pid_t init, pid_t shim,
                                    const ActiveExec& wanted, const std::vector<ActiveExec>& others) {
    pid_t init_session = 0;
    std::set<pid_t> foreign;
    for (const ContainerProcess& process : processes) {
        if (process.entry.pid == init) init_session = process.entry.session;
        const bool command = process.entry.parent == shim && process.entry.pid != init;
        if (command && process.argv != wanted.command && runs(process, others)) {
            foreign.insert(process.entry.session);
        }
    }
    std::set<pid_t> sessions;
    std::set<pid_t> chosen;
    for (const auto& [entry, argv, holds_pipe] : processes) {
        const bool started_by_shim = entry.parent == shim;
        if (entry.pid == init || entry.start_ticks < wanted.started_ticks) continue;
        if (foreign.contains(entry.session) || !(started_by_shim || holds_pipe)) continue;
        chosen.insert(entry.pid);
        if (entry.session != init_session && entry.session != 0) sessions.insert(entry.session);
    }
    close_over(processes, sessions, chosen);
    std::vector<ProcessEntry> tree;
    for (const ContainerProcess& process : processes) {
        if (chosen.contains(process.entry.pid)) tree.push_back(process.entry);
    }
    return tree;
}

void kill_exec_tree(pid_t init, const ActiveExec& wanted, const std::vector<ActiveExec>& others) {
    const auto init_entry = process_entry(init);
    if (!init_entry) return;
    const pid_t shim = init_entry->parent;
    // A process may fork while it is being looked for; its children are found in the next round.
    for (int round = 0; round < 8; ++round) {
        const auto tree = exec_tree(container_processes(init, shim), init, shim, wanted, others);
        if (tree.empty()) return;
        for (const ProcessEntry& process : tree) signal_process(process, SIGKILL);
    }
}

}  // namespace hooklet::cri
