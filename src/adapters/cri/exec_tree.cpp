// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exec_tree.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <set>

namespace hooklet::cri {

namespace {

/// Whose the shim's children are: the commands of execs.
struct Commands {
    std::vector<const ContainerProcess*> own;
    std::vector<const ContainerProcess*> foreign;
    bool all_known = true;  ///< The command of each other exec was found.
};

bool is_starting(const ContainerProcess& process) {
    return process.argv == std::vector<std::string>{"runc", "init"};
}

/// Of equal commands the first that began is that of the exec that began first.
Commands attribute(std::vector<const ContainerProcess*> commands, const ActiveExec& wanted,
                   const std::vector<ActiveExec>& others, bool adopts) {
    std::ranges::sort(commands, {}, [](const auto* c) { return c->entry.start_ticks; });
    std::vector<const ActiveExec*> execs{&wanted};
    for (const ActiveExec& other : others) execs.push_back(&other);
    std::ranges::stable_sort(execs, {}, &ActiveExec::started_ticks);
    Commands result;
    result.all_known = !adopts;
    for (const ActiveExec* exec : execs) {
        const auto found = std::ranges::find_if(commands, [exec](const ContainerProcess* c) {
            if (exec->pid != 0) return c->entry.pid == exec->pid;
            return c->argv == exec->command && c->entry.start_ticks >= exec->started_ticks;
        });
        if (found == commands.end()) {
            // One of which the pid is known has ended.
            result.all_known = result.all_known && (exec == &wanted || exec->pid != 0);
            continue;
        }
        (exec == &wanted ? result.own : result.foreign).push_back(*found);
        commands.erase(found);
    }
    const bool by_elimination = result.own.empty() && result.all_known && wanted.pid == 0;
    for (const ContainerProcess* c : commands) {
        const bool own = by_elimination && c->entry.start_ticks >= wanted.started_ticks && !is_starting(*c);
        (own ? result.own : result.foreign).push_back(c);
    }
    return result;
}

bool meet(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::ranges::any_of(a, [&b](const std::string& item) { return b.contains(item); });
}

/// Adds the members of chosen sessions and the children of chosen processes, until nothing new is found.
void close_over(const std::vector<ContainerProcess>& processes, const std::set<pid_t>& sessions,
                std::set<pid_t>& chosen) {
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& [entry, argv, pipes] : processes) {
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
        std::set<std::string> held;
        std::ranges::set_intersection(process_pipes(entry.pid), exec_pipes, std::inserter(held, held.end()));
        processes.push_back({entry, process_arguments(entry.pid), std::move(held)});
    }
    return processes;
}

}  // namespace

std::vector<ProcessEntry> exec_tree(const std::vector<ContainerProcess>& processes, pid_t init, pid_t shim,
                                    const ActiveExec& wanted, const std::vector<ActiveExec>& others,
                                    ExecMarks& marks, bool adopts) {
    pid_t init_session = 0;
    std::vector<const ContainerProcess*> started_by_shim;
    for (const ContainerProcess& process : processes) {
        if (process.entry.pid == init) init_session = process.entry.session;
        if (process.entry.pid != init && process.entry.parent == shim) started_by_shim.push_back(&process);
    }
    const Commands commands = attribute(std::move(started_by_shim), wanted, others, adopts);
    ExecMarks theirs;
    for (const ContainerProcess* command : commands.foreign) {
        theirs.sessions.insert(command->entry.session);
        theirs.pipes.insert(command->exec_pipes.begin(), command->exec_pipes.end());
    }
    std::set<pid_t> chosen;
    for (const ContainerProcess* command : commands.own) {
        chosen.insert(command->entry.pid);
        marks.sessions.insert(command->entry.session);
        marks.pipes.insert(command->exec_pipes.begin(), command->exec_pipes.end());
    }
    for (const auto& [entry, argv, pipes] : processes) {
        if (entry.pid == init || entry.start_ticks < wanted.started_ticks) continue;
        if (theirs.sessions.contains(entry.session)) continue;
        const bool nobody_elses = commands.all_known && !pipes.empty() && !meet(pipes, theirs.pipes);
        if (!nobody_elses && !meet(pipes, marks.pipes)) continue;
        chosen.insert(entry.pid);
        marks.sessions.insert(entry.session);
    }
    marks.sessions.erase(init_session);
    marks.sessions.erase(0);
    close_over(processes, marks.sessions, chosen);
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
    const bool adopts = process_link(init, "ns/pid") == process_link(shim, "ns/pid");
    ExecMarks marks;
    // A process may fork while it is being looked for; its children are found in the next round.
    for (int round = 0; round < 8; ++round) {
        const auto tree =
            exec_tree(container_processes(init, shim), init, shim, wanted, others, marks, adopts);
        if (tree.empty()) return;
        for (const ProcessEntry& process : tree) signal_process(process, SIGKILL);
    }
}

}  // namespace hooklet::cri
