// SPDX-License-Identifier: Apache-2.0
// The invariants about the order in which the containers of one Pod begin and end.
#include "support/invariants.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

/// All lives of one Pod's containers.
struct PodLives {
    const PodFacts& pod;
    std::vector<Life> lives;
};

/// A life of a container that the test knows.
struct Member {
    const PodLives& in;
    const Life& life;
    std::size_t index;  ///< In PodFacts::containers.
    [[nodiscard]] const ContainerFacts& facts() const { return in.pod.containers[index]; }
};

std::string name_of(const Member& m) {
    return fmt::format("{}/{} ({})", m.in.pod.name, m.life.name, m.life.id.substr(0, 8));
}

void for_each_member(const PodLives& in, const std::function<void(const Member&)>& see) {
    for (const Life& life : in.lives) {
        const auto found = std::ranges::find(in.pod.containers, life.name, &ContainerFacts::name);
        const auto index = static_cast<std::size_t>(found - in.pod.containers.begin());
        if (found != in.pod.containers.end()) see({in, life, index});
    }
}

void for_each_member(const History& history, const std::vector<PodFacts>& pods,
                     const std::function<void(const Member&)>& see) {
    const std::vector<Life> all = lives_of(history);
    for (const PodFacts& pod : pods) {
        PodLives in{pod, {}};
        std::ranges::copy_if(all, std::back_inserter(in.lives),
                             [&](const Life& life) { return life.pod == pod.uid; });
        for_each_member(in, see);
    }
}

/// Lives of the container called `name` in the same sandbox that began before this one.
std::vector<const Life*> earlier(const Member& m, const std::string& name) {
    std::vector<const Life*> found;
    for (const Life& life : m.in.lives) {
        if (life.name == name && life.sandbox == m.life.sandbox && life.created < m.life.created)
            found.push_back(&life);
    }
    return found;
}

bool came_up(const History& history, const ContainerFacts& sidecar, const Life& life, MonotonicTime by) {
    if (!life.started || *life.started > by) return false;
    if (!sidecar.post_start || sidecar.post_start->via == HookFacts::Via::sleep) return true;
    const auto uses = uses_of(history, *sidecar.post_start, life, MonotonicTime::max());
    return std::ranges::any_of(uses, [by](const HookUse& u) { return !u.refused && u.end && *u.end <= by; });
}

/// What of `before` keeps this container from being made; empty when nothing does.
std::string_view not_ready(const History& history, const Member& m, const ContainerFacts& before) {
    const MonotonicTime by = m.life.created;
    const auto lives = earlier(m, before.name);
    if (before.role == Role::init) {
        const bool done = std::ranges::any_of(
            lives, [by](const Life* l) { return l->succeeded && l->exited && *l->exited <= by; });
        return done ? "" : "has not ended well";
    }
    const bool up =
        std::ranges::any_of(lives, [&](const Life* l) { return came_up(history, before, *l, by); });
    return up ? "" : "has not come up";
}

/// The kill of this life that was for its whole Pod's sake.
const KillFacts* pod_kill(const Member& m, MonotonicTime until) {
    for (const KillFacts& kill : m.in.pod.kills) {
        const bool of_life = kill.container == m.life.name && m.life.live(kill.at);
        if (of_life && kill.with_pod && kill.at <= until) return &kill;
    }
    return nullptr;
}

/// Whether the sidecar `m` serves this container: it has to outlive it.
bool serves(const Member& m, const Member& other) {
    switch (other.facts().role) {
        case Role::ordinary:
        case Role::init:
            return true;
        case Role::sidecar:
            return other.index > m.index;
        case Role::ephemeral:
            break;
    }
    return false;
}

void check_served(const Member& m, Violations& found) {
    const MonotonicTime at = *m.life.term;
    const KillFacts* kill = pod_kill(m, at);
    if (kill == nullptr) return;
    const MonotonicTime never = MonotonicTime::max();
    const MonotonicTime own = m.in.pod.end_by(kill->at) ? never : kill->at + m.in.pod.grace;
    const MonotonicTime budget = std::min(own, m.in.pod.end_by(at).value_or(never));
    if (at + 20ms >= budget) return;
    for_each_member(m.in, [&](const Member& other) {
        if (!serves(m, other) || !other.life.live(at) || other.life.start_unanswered) return;
        found.push_back({at, fmt::format("{}: stop signal while {} still ran", name_of(m), name_of(other))});
    });
}

/// When the end of all containers of the Pod began: asked for, or for a reason of the agent's.
std::optional<MonotonicTime> beginning_of_end(const PodFacts& pod) {
    std::optional<MonotonicTime> begin;
    const auto consider = [&begin](MonotonicTime at) { begin = std::min(begin.value_or(at), at); };
    for (const StopFacts& stop : pod.stops) consider(stop.at);
    for (const KillFacts& kill : pod.kills) {
        if (kill.with_pod) consider(kill.at);
    }
    return begin;
}

}  // namespace

Violations begun_in_order(const History& history, const std::vector<PodFacts>& pods) {
    Violations found;
    for_each_member(history, pods, [&](const Member& m) {
        if (m.facts().role == Role::ephemeral || !earlier(m, m.life.name).empty()) return;
        for (std::size_t i = 0; i < m.index; ++i) {
            const ContainerFacts& before = m.in.pod.containers[i];
            if (before.role != Role::init && before.role != Role::sidecar) continue;
            const std::string_view why = not_ready(history, m, before);
            if (why.empty()) continue;
            found.push_back(
                {m.life.created, fmt::format("{}: made although {} {}", name_of(m), before.name, why)});
        }
    });
    return found;
}

Violations inits_run_once(const History& history, const std::vector<PodFacts>& pods) {
    Violations found;
    for_each_member(history, pods, [&](const Member& m) {
        if (m.facts().role != Role::init) return;
        for (const Life* life : earlier(m, m.life.name)) {
            if (!life->succeeded || *life->exited > m.life.created) continue;
            found.push_back({m.life.created, name_of(m) + ": made again after it had ended well"});
        }
    });
    return found;
}

Violations sidecars_end_last(const History& history, const std::vector<PodFacts>& pods) {
    Violations found;
    for_each_member(history, pods, [&](const Member& m) {
        if (m.facts().role == Role::sidecar && m.life.term) check_served(m, found);
    });
    return found;
}

Violations pod_ends_together(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations found;
    if (t.faults) return found;
    for_each_member(history, pods, [&](const Member& m) {
        const auto begin = beginning_of_end(m.in.pod);
        if (!begin || !m.life.live(*begin) || !m.life.live(*begin + t.reaction)) return;
        const auto& kills = m.in.pod.kills;
        const auto kill = std::ranges::find_if(kills, [&](const KillFacts& k) {
            return k.container == m.life.name && k.at >= *m.life.started && k.at <= *begin + t.reaction;
        });
        if (kill == kills.end()) {
            found.push_back({*begin, name_of(m) + ": goes on although its Pod ends"});
            return;
        }
        // Nothing is left for a hook of a Pod with grace 0 unless its end was asked for.
        const bool no_time = m.in.pod.grace == Duration::zero() && !m.in.pod.end_by(kill->at);
        // The world sees a request only when it arrives, or fails.
        const auto& hook = m.facts().pre_stop;
        if (no_time || !hook || hook->via != HookFacts::Via::exec) return;
        const auto uses = uses_of(history, *hook, m.life, MonotonicTime::max());
        const bool begun =
            std::ranges::any_of(uses, [&](const HookUse& use) { return use.begin <= *begin + t.reaction; });
        if (!begun) found.push_back({*begin, name_of(m) + ": preStop does not begin with the Pod's end"});
    });
    return found;
}

}  // namespace hooklet::sim
