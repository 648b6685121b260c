// SPDX-License-Identifier: Apache-2.0
#include "support/invariants.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

std::string missing_container(const SimWorld& world, const PodFacts& pod, const ContainerFacts& container) {
    std::string running;
    for (const auto& [id, c] : world.engine.containers()) {
        const bool same = c.pod == pod.uid && c.config.metadata.name == container.name;
        if (same && c.state == cri::ContainerState::running) running = id;
    }
    if (running.empty()) return container.name + " does not run";
    const auto& hook = container.post_start;
    if (!hook || hook->via == HookFacts::Via::sleep) return {};
    for (const Life& life : lives_of(world.history)) {
        if (life.id != running) continue;
        if (uses_of(world.history, *hook, life, MonotonicTime::max()).empty()) {
            return container.name + " lacks its postStart";
        }
    }
    return {};
}

std::string missing_to_run(const SimWorld& world, const PodFacts& pod) {
    const auto ready = std::ranges::count_if(world.engine.sandboxes(), [&pod](const auto& s) {
        return s.second.config.metadata.uid == pod.uid && s.second.state == cri::PodSandboxState::ready;
    });
    if (ready != 1) return fmt::format("{} ready sandboxes", ready);
    for (const ContainerFacts& container : pod.containers) {
        if (container.role == Role::init || container.role == Role::ephemeral) continue;
        std::string lacks = missing_container(world, pod, container);
        if (!lacks.empty()) return lacks;
    }
    return {};
}

void check_attempts(const SimWorld& world, const ContainerFacts& container, const Life& life, HookType type,
                    Violations& found) {
    const auto& hook = type == HookType::post_start ? container.post_start : container.pre_stop;
    if (!hook) return;
    const auto uses = uses_of(world.history, *hook, life, MonotonicTime::max());
    const auto recorded = std::ranges::count_if(world.journal.contents().hooks, [&](const HookAttempt& a) {
        return a.container_id == life.id && a.hook == type;
    });
    const bool seen_to_start = std::ranges::any_of(
        world.journal.contents().steps,
        [&](const LifecycleStep& s) { return s.container_id == life.id && s.step == StepKind::started; });
    if (type == HookType::post_start && seen_to_start && recorded == 0)
        found.push_back({*life.started, container.name + ": postStart is not in the journal"});
    if (hook->via == HookFacts::Via::exec && static_cast<std::size_t>(recorded) < uses.size()) {
        found.push_back({uses.back().begin, fmt::format("{}: {} deliveries of {} but {} in the journal",
                                                        container.name, uses.size(), name(type), recorded)});
    }
}

}  // namespace

std::string missing(const SimWorld& world, const PodFacts& pod, Goal goal) {
    if (goal == Goal::running) return missing_to_run(world, pod);
    for (const auto& [id, c] : world.engine.containers()) {
        if (c.pod != pod.uid) continue;
        if (goal == Goal::gone) return "container " + id.substr(0, 8) + " is still there";
        if (c.state == cri::ContainerState::running) return c.config.metadata.name + " still runs";
    }
    for (const auto& [id, s] : world.engine.sandboxes()) {
        const bool same = s.config.metadata.uid == pod.uid;
        if (same && goal == Goal::gone) return "sandbox " + id.substr(0, 8) + " is still there";
    }
    return {};
}

std::vector<std::string> leftovers(const SimWorld& world, const std::string& pods_directory,
                                   const std::string& cgroup_root) {
    std::vector<std::string> left;
    for (const auto& [id, s] : world.engine.sandboxes())
        left.push_back("sandbox of " + s.config.metadata.name);
    for (const auto& [id, c] : world.engine.containers())
        left.push_back("container " + c.config.metadata.name);
    for (const auto& [path, mount] : world.host.mounts()) left.push_back("mount " + path);
    for (const std::string& path : world.host.below(pods_directory)) left.push_back("file " + path);
    for (const std::string& path : world.host.cgroups_below(cgroup_root)) {
        const bool is_class = path == cgroup_root + "/burstable" || path == cgroup_root + "/besteffort";
        if (!is_class) left.push_back("cgroup " + path);
    }
    return left;
}

Violations journal_is_complete(const SimWorld& world, const std::vector<PodFacts>& pods) {
    Violations found;
    const MonotonicTime now = world.loop.clock().now();
    for (const HookAttempt& a : world.journal.contents().hooks) {
        if (!a.outcome) found.push_back({now, a.container + ": an attempt without outcome in the journal"});
    }
    for (const Life& life : lives_of(world.history)) {
        const auto pod = std::ranges::find(pods, life.pod, &PodFacts::uid);
        if (pod == pods.end()) continue;
        const auto container = std::ranges::find(pod->containers, life.name, &ContainerFacts::name);
        if (container == pod->containers.end()) continue;
        check_attempts(world, *container, life, HookType::post_start, found);
        check_attempts(world, *container, life, HookType::pre_stop, found);
    }
    return found;
}

}  // namespace hooklet::sim
