// SPDX-License-Identifier: Apache-2.0
#include "sim/seeds/coverage.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

using Kinds = std::vector<std::string_view>;

const std::array<std::string_view, 9> kinds{"call", "error",      "delay",           "lost-answer", "hang",
                                            "down", "lost-event", "duplicate-event", "late-event"};

/// Each site that random runs must reach, and what must have gone wrong there.
const std::map<std::string_view, Kinds>& wanted() {
    static const Kinds engine{"error", "delay", "lost-answer", "hang", "down"};
    static const Kinds network{"error", "delay", "lost-answer", "hang"};
    static const Kinds rare_when_down{"error", "delay", "lost-answer", "hang"};
    static const Kinds at_once{"error", "lost-answer"};
    static const Kinds journal{"error", "delay", "lost-answer"};
    static const std::map<std::string_view, Kinds> all{
        {"run_pod_sandbox", rare_when_down},
        {"stop_pod_sandbox", engine},
        {"remove_pod_sandbox", rare_when_down},
        {"pod_sandbox_status", engine},
        {"list_pod_sandbox", engine},
        {"create_container", engine},
        {"start_container", engine},
        {"stop_container", engine},
        {"signal_container", {"error", "delay", "lost-answer"}},
        {"update_container_resources", {"error", "delay", "lost-answer"}},
        {"remove_container", rare_when_down},
        {"list_containers", engine},
        {"container_status", engine},
        {"watch_container", {"error", "delay", "lost-answer"}},
        {"exec_sync", engine},
        {"image_status", engine},
        {"pull_image", {"error", "delay", "lost-answer"}},
        {"event", {"lost-event", "duplicate-event", "late-event", "down"}},
        {"http_get", network},
        {"tcp_connect", network},
        {"grpc_health_check", network},
        {"fs.make_directories", at_once},
        {"fs.write_file", at_once},
        {"fs.read_tail", at_once},
        {"fs.symlink", at_once},
        {"fs.remove_file", at_once},
        {"fs.remove_tree", at_once},
        {"fs.remove_cgroup", at_once},
        {"journal.add_attempt", journal},
        {"journal.finish_attempt", journal},
        {"journal.add_step", journal},
        {"journal.add_event", journal},
    };
    return all;
}

constexpr std::array<std::string_view, 13> wanted_steps{
    "image", "serve", "remove",       "end",   "machine",     "resize", "update",
    "debug", "kill",  "kill-sandbox", "crash", "engine-down", "abandon"};

std::uint64_t count_of(const FaultCounts& counts, std::string_view site, std::string_view kind) {
    const auto found = counts.find(std::string(site));
    if (found == counts.end()) return 0;
    const auto count = found->second.find(std::string(kind));
    return count == found->second.end() ? 0 : count->second;
}

}  // namespace

void Coverage::add(const SeedRun& run) {
    for (const auto& [site, counts] : run.faults) {
        for (const auto& [kind, count] : counts) faults[site][kind] += count;
    }
    for (const auto& [verb, count] : run.steps) steps[verb] += count;
}

std::string Coverage::text() const {
    std::string out = fmt::format("{:<24}", "");
    for (const std::string_view kind : kinds) out += fmt::format("{:>16}", kind);
    for (const auto& [site, counts] : faults) {
        out += fmt::format("\n{:<24}", site);
        for (const std::string_view kind : kinds) {
            const std::uint64_t count = count_of(faults, site, kind);
            out += count == 0 ? fmt::format("{:>16}", "-") : fmt::format("{:>16}", count);
        }
    }
    out += "\nsteps:";
    for (const auto& [verb, count] : steps) out += fmt::format(" {} {},", verb, count);
    out.back() = '\n';
    return out;
}

std::vector<std::string> Coverage::gaps() const {
    std::vector<std::string> found;
    for (const auto& [site, needed] : wanted()) {
        for (const std::string_view kind : needed) {
            if (count_of(faults, site, kind) == 0)
                found.push_back(fmt::format("never: {} of {}", kind, site));
        }
    }
    for (const std::string_view verb : wanted_steps) {
        if (!steps.contains(std::string(verb))) found.push_back(fmt::format("never: the step {}", verb));
    }
    return found;
}

}  // namespace hooklet::sim
