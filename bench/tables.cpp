// SPDX-License-Identifier: Apache-2.0
#include "bench/tables.hpp"

#include <fmt/format.h>

namespace hooklet::bench {

namespace {

std::string start_rows(const Floor::Times& floor, const AgentRun::Times& agent) {
    return row("create -> entrypoint", floor.whole_start, agent.whole_start, Compare::ratio, "<= 1.30 x") +
           row("  RunPodSandbox", floor.run_sandbox, agent.run_sandbox, Compare::difference, "") +
           row("  CreateContainer", floor.create, agent.create, Compare::difference, "") +
           row("  StartContainer", floor.start, agent.start, Compare::difference, "") +
           row("entrypoint -> postStart", {}, agent.to_post_start, Compare::nothing, "") +
           row("exec hook / ExecSync", floor.exec, agent.hook, Compare::difference, "<= +3 ms");
}

std::string end_rows(const Floor::Times& floor, const AgentRun::Times& agent) {
    return row("delete -> preStop", {}, agent.to_pre_stop, Compare::nothing, "") +
           row("preStop end -> TERM", {}, agent.to_term, Compare::nothing, "") +
           row("TERM -> exit / StopContainer", floor.stop_container, agent.term_to_exit, Compare::difference,
               "") +
           row("exit -> Pod gone", floor.whole_end, agent.exit_to_gone, Compare::ratio, "") +
           row("  StopPodSandbox", floor.stop_sandbox, {}, Compare::nothing, "") +
           row("  RemovePodSandbox", floor.remove_sandbox, {}, Compare::nothing, "") +
           row("delete -> Pod gone", {}, agent.delete_to_gone, Compare::nothing, "");
}

std::string exit_rows(const ExitRun::Times& exits) {
    return row("exit -> hook ended", {}, exits.to_hook_end, Compare::nothing, "<= 20 ms") +
           row("exit -> exit code known", {}, exits.to_result, Compare::nothing, "");
}

std::string course_rows(const Floor::Times& floor, const CourseRun::Times& course) {
    return row("init exit -> next start", floor.create_start, course.hand_over, Compare::ratio, "<= 1.30 x") +
           row("liveness failure -> TERM", {}, course.probe_to_term, Compare::nothing, "<= 30 ms");
}

std::string mebibytes(std::int64_t kib) {
    return fmt::format("{:.1f}", static_cast<double>(kib) / 1024);
}

std::string load_row(std::string_view what, const Memory& memory, std::string_view wakes,
                     std::string_view aim) {
    std::string line = fmt::format("{:<32}{:>10}{:>10}{:>12}  {}", what, mebibytes(memory.rss_kib),
                                   mebibytes(memory.anonymous_kib), wakes, aim);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

std::string latency_table(const Floor::Times& floor, const AgentRun::Times& agent,
                          const ExitRun::Times& exits, const CourseRun::Times& course) {
    const std::string title = fmt::format("ms, medians of {}", agent.whole_start.count());
    return head(title) + start_rows(floor, agent) + end_rows(floor, agent) + exit_rows(exits) +
           course_rows(floor, course);
}

std::string probe_rows(int containers, const ProbeLoad& load) {
    return fmt::format(
        "{} exec probes a second: {:.2f} processors, agent and engine; raw ExecSync: {:.2f}, {:.2f} x\n"
        "  ({} of {} raw calls answered in the time)\n\n",
        containers, load.hooklet, load.raw, load.raw > 0 ? load.hooklet / load.raw : 0.0, load.raw_calls,
        load.wanted);
}

std::string seen_rows(const SeenRun::Times& seen) {
    return head(fmt::format("hooklet agent, ms, medians of {}", seen.seen.count())) +
           row("created -> answered", {}, seen.answered, Compare::nothing, "") +
           row("created -> seen Running", seen.floor, seen.seen, Compare::difference, "<= +15 ms") + "\n";
}

std::string agent_rows(int pods, const AgentLoad& load) {
    const auto seconds = [](Duration length) { return std::chrono::duration<double>(length).count(); };
    return load_row(fmt::format("hooklet agent, {} Pods", pods), load.agent, "", "<= 40") +
           fmt::format("  all ready after {:.1f} s\n", seconds(load.all_running)) +
           fmt::format(
               "  the next agent's API answers after {:.0f} ms, its engine after {:.0f} ms, "
               "{} containers touched  (aim: <= 300, 0)\n",
               1000 * seconds(load.answers), 1000 * seconds(load.start), load.touched);
}

std::string memory_head() {
    return fmt::format("{:<32}{:>10}{:>10}{:>12}  {}\n", "idle", "RSS MiB", "anon MiB", "wakes/s", "aim");
}

std::string memory_row(int pods, const IdleLoad& load) {
    const std::string title = fmt::format("hooklet, {} {}", pods, pods == 1 ? "Pod" : "Pods");
    const std::string aim = pods == 1 ? "<= 25, 8, ~0" : "<= 40";
    return load_row(title, load.hooklet, fmt::format("{:.1f}", load.hooklet_wakes), aim) +
           load_row("  its containerd", load.containerd, fmt::format("{:.1f}", load.containerd_wakes), "") +
           load_row("  all shims", load.shims, "", "") +
           fmt::format("  all running after {:.1f} s\n",
                       std::chrono::duration<double>(load.all_running).count());
}

}  // namespace hooklet::bench
