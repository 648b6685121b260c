// SPDX-License-Identifier: Apache-2.0
#include "support/invariants.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

/// A life of a container that the test knows the facts of.
struct KnownLife {
    const PodFacts& pod;
    const ContainerFacts& container;
    const Life& life;
    MonotonicTime next_start;
};

std::string name_of(const KnownLife& known) {
    return fmt::format("{}/{} ({})", known.pod.name, known.container.name, known.life.id.substr(0, 8));
}

MonotonicTime next_start_of(const std::vector<Life>& lives, const Life& life) {
    MonotonicTime next = MonotonicTime::max();
    for (const Life& other : lives) {
        const bool same = other.pod == life.pod && other.name == life.name && other.started;
        if (same && *other.started > *life.started) next = std::min(next, *other.started);
    }
    return next;
}

/// Calls `check` for every life of a container that was started.
void for_each_start(const History& history, const std::vector<PodFacts>& pods,
                    const std::function<void(const KnownLife&)>& check) {
    const std::vector<Life> lives = lives_of(history);
    for (const Life& life : lives) {
        const auto pod = std::ranges::find(pods, life.pod, &PodFacts::uid);
        if (!life.started || pod == pods.end()) continue;
        const auto container = std::ranges::find(pod->containers, life.name, &ContainerFacts::name);
        if (container == pod->containers.end()) continue;
        check({*pod, *container, life, next_start_of(lives, life)});
    }
}

MonotonicTime end_of(const History& history) {
    return history.all().empty() ? MonotonicTime{} : history.all().back().at;
}

/// True when the agent had no chance, or no reason any more, to deliver the postStart.
bool post_start_excused(const KnownLife& known, MonotonicTime last, Tolerance t) {
    const MonotonicTime due = *known.life.started + t.reaction;
    if (last <= due) return true;
    if (t.faults && known.life.exited) return true;
    if (known.life.exited && *known.life.exited <= due) return true;
    const bool stopped = std::ranges::any_of(known.pod.kills, [&](const KillFacts& kill) {
        return kill.container == known.container.name && kill.at >= *known.life.started && kill.at <= due;
    });
    return stopped || std::ranges::any_of(known.pod.stops, [due](const StopFacts& s) { return s.at <= due; });
}

/// From when on the stop signal is right although the preStop goes on.
MonotonicTime budget_end(const KnownLife& known, MonotonicTime begin, MonotonicTime signal) {
    const MonotonicTime own = begin + std::min(known.container.pre_stop->cap, known.pod.grace);
    return std::min(own, known.pod.end_by(signal).value_or(MonotonicTime::max()));
}

/// Whether the time for preStop was over at `signal`, counted from its container's Killing event: a hook that
/// waits for its record in the journal spends its budget too.
bool budget_spent(const KnownLife& known, MonotonicTime signal) {
    const auto end_by = known.pod.end_by(signal);
    if (end_by && signal >= *end_by) return true;
    return std::ranges::any_of(known.pod.kills, [&](const KillFacts& kill) {
        return kill.container == known.container.name && kill.at >= *known.life.started &&
               signal >= budget_end(known, kill.at, signal);
    });
}

/// When the grace period of this life is over, as far as the test may count on it.
std::optional<MonotonicTime> end_of_grace(const KnownLife& known, Tolerance t) {
    const auto counts = [t](MonotonicTime at) { return !t.faults || at >= t.calm_from; };
    std::optional<MonotonicTime> end;
    if (known.pod.end_by() && counts(known.pod.stops.front().at)) end = known.pod.end_by();
    for (const KillFacts& kill : known.pod.kills) {
        const bool of_life = kill.container == known.container.name && known.life.live(kill.at);
        const bool asked_for = kill.with_pod && known.pod.end_by(kill.at);
        if (of_life && counts(kill.at) && !asked_for)
            end = std::min(end.value_or(MonotonicTime::max()), kill.at + known.pod.grace);
    }
    return end;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
    return out << fmt::format("at {}: {}", go_duration(SimClock::elapsed_at(violation.at)), violation.what);
}

Violations post_start_delivered(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations found;
    for_each_start(history, pods, [&](const KnownLife& known) {
        const auto& hook = known.container.post_start;
        if (!hook || hook->via == HookFacts::Via::sleep) return;
        if (!uses_of(history, *hook, known.life, known.next_start).empty()) return;
        if (post_start_excused(known, end_of(history), t)) return;
        found.push_back({*known.life.started, name_of(known) + ": postStart was never delivered"});
    });
    return found;
}

Violations no_signal_before_pre_stop(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations found;
    for_each_start(history, pods, [&](const KnownLife& known) {
        const auto& hook = known.container.pre_stop;
        if (!hook || hook->via == HookFacts::Via::sleep) return;
        // What the agent does not know to be running it may sweep away.
        if (known.life.start_unanswered) return;
        const auto signal = known.life.term ? known.life.term : known.life.kill;
        if (!signal || (t.faults && !known.life.term) || budget_spent(known, *signal)) return;
        const auto uses = uses_of(history, *hook, known.life, known.next_start);
        const auto before = std::ranges::find_if(uses, [&](const HookUse& u) { return u.begin <= *signal; });
        const std::string_view what = known.life.term ? "stop signal" : "SIGKILL";
        if (before == uses.end()) {
            found.push_back({*signal, fmt::format("{}: {} without preStop", name_of(known), what)});
            return;
        }
        if (before->end && *before->end <= *signal) return;
        if (*signal + 20ms >= budget_end(known, before->begin, *signal)) return;
        found.push_back({*signal, fmt::format("{}: {} while preStop was running", name_of(known), what)});
    });
    return found;
}

Violations stopped_in_time(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations found;
    const MonotonicTime last = end_of(history);
    for_each_start(history, pods, [&](const KnownLife& known) {
        const auto end_by = end_of_grace(known, t);
        if (!end_by) return;
        const MonotonicTime limit = *end_by + 2s + t.reaction;
        const MonotonicTime ended = known.life.exited.value_or(last);
        if (ended <= limit) return;
        found.push_back({limit, fmt::format("{}: still running {} after the end of its grace period",
                                            name_of(known), go_duration(ended - *end_by))});
    });
    return found;
}

Violations no_pre_stop_after_end(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations found;
    // With lost events it takes a re-list until the agent knows.
    const Duration notice = t.faults ? Duration{45s} : Duration{100ms};
    for_each_start(history, pods, [&](const KnownLife& known) {
        if (!known.container.pre_stop || !known.life.exited) return;
        for (const HookUse& use : uses_of(history, *known.container.pre_stop, known.life, known.next_start)) {
            if (use.begin <= *known.life.exited + notice) continue;
            found.push_back({use.begin, name_of(known) + ": preStop after the container's end"});
        }
    });
    return found;
}

Violations one_live_container(const History& history) {
    Violations found;
    std::map<std::pair<std::string, std::string>, int> live;
    for (const Observation& o : history.all()) {
        if (o.kind == Kind::container_started && ++live[{o.pod, o.container}] > 1) {
            found.push_back({o.at, fmt::format("{}/{}: a second live container", o.pod, o.container)});
        }
        if (o.kind == Kind::exited) --live[{o.pod, o.container}];
    }
    return found;
}

Violations restart_counts_never_fall(const History& history) {
    Violations found;
    std::map<std::pair<std::string, std::string>, std::int32_t> highest;
    for (const Observation& o : history.all()) {
        if (o.kind != Kind::container_created) continue;
        std::int32_t& before = highest.try_emplace({o.pod, o.container}, o.code).first->second;
        if (o.code < before) {
            found.push_back({o.at, fmt::format("{}/{}: attempt {} after attempt {}", o.pod, o.container,
                                               o.code, before)});
        }
        before = std::max(before, o.code);
    }
    return found;
}

Violations check_run(const History& history, const std::vector<PodFacts>& pods, Tolerance t) {
    Violations all;
    for (Violations part :
         {post_start_delivered(history, pods, t), no_signal_before_pre_stop(history, pods, t),
          stopped_in_time(history, pods, t), no_pre_stop_after_end(history, pods, t),
          one_live_container(history), restart_counts_never_fall(history), begun_in_order(history, pods),
          inits_run_once(history, pods), sidecars_end_last(history, pods),
          pod_ends_together(history, pods, t)}) {
        std::ranges::move(part, std::back_inserter(all));
    }
    return all;
}

}  // namespace hooklet::sim
