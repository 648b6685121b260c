// SPDX-License-Identifier: Apache-2.0
#include "node/api_pods.hpp"

#include "api/defaults.hpp"
#include "api/mirror_pod.hpp"
#include "api/pod_phase.hpp"
#include "events/recorder.hpp"
#include "informer/document.hpp"
#include "node/preemption.hpp"
#include "pods/names.hpp"
#include "status/conditions.hpp"

#include <algorithm>
#include <set>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hooklet {

namespace {

constexpr Duration longest_end = std::chrono::minutes{10};

bool is_deleted(const api::Pod& pod) {
    return pod.metadata.deletionTimestamp.has_value();
}

/// What of the object a worker acts on: all but its own word.
api::Pod instructions(api::Pod pod) {
    pod.metadata.resourceVersion.clear();
    pod.metadata.managedFields = {};
    std::vector<api::PodCondition> foreign = with_foreign_conditions({}, pod.status.conditions);
    pod.status = {};
    pod.status.conditions = std::move(foreign);
    return pod;
}

api::Pod read_pod(const api::Node& document) {
    auto pod = read_as<api::Pod>(document);
    api::set_defaults(pod);
    return pod;
}

/// What is left of a deletion that began earlier, e.g. before the agent did.
std::int64_t seconds_left(const api::Pod& pod, WallTime now) {
    const Duration left = pod.metadata.deletionTimestamp->wall() - now;
    const auto all = pod.metadata.deletionGracePeriodSeconds.value_or(0);
    return std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(left).count(), 0,
                                    std::max<std::int64_t>(all, 0));
}

}  // namespace

void ApiPods::replace(std::vector<api::Node> pods) {
    std::vector<api::Pod> there;
    std::set<std::string> uids;
    for (const api::Node& document : pods) {
        there.push_back(read_pod(document));
        uids.insert(there.back().metadata.uid);
    }
    std::vector<std::string> lost;
    for (const auto& [uid, entry] : entries_) {
        if (!uids.contains(uid)) lost.push_back(uid);
    }
    for (const std::string& uid : lost) lose(uid);
    std::ranges::stable_sort(there, {},
                             [](const api::Pod& pod) { return pod.metadata.creationTimestamp.at; });
    synced_ = true;
    for (api::Pod& pod : there) take(std::move(pod));
}

void ApiPods::put(api::Node pod) {
    ports_.statuses->compare(pod);
    take(read_pod(pod));
}

void ApiPods::erase(api::Node document) {
    api::Pod pod = read_pod(document);
    const auto found = entries_.find(pod.metadata.uid);
    if (found == entries_.end()) return;
    const std::string uid = pod.metadata.uid;
    found->second.pod.metadata = std::move(pod.metadata);
    lose(uid);
}

void ApiPods::take(api::Pod pod) {
    if (api::is_mirror(pod.metadata)) return;
    const std::string uid = pod.metadata.uid;
    const auto [found, is_new] = entries_.try_emplace(uid);
    Entry& entry = found->second;
    const api::Pod before = std::exchange(entry.pod, std::move(pod));
    if (is_new) entry.inherited = api::is_terminal(entry.pod.status.phase);
    if (entry.stage == Stage::running) {
        forward(entry, before);
    } else {
        settle(entry);
    }
}

void ApiPods::forward(Entry& entry, const api::Pod& before) {
    const api::ObjectMeta& now = entry.pod.metadata;
    if (instructions(before) != instructions(entry.pod)) ports_.pods->update(entry.pod);
    const bool sooner = before.metadata.deletionGracePeriodSeconds != now.deletionGracePeriodSeconds;
    if (is_deleted(entry.pod) && (!is_deleted(before) || sooner)) {
        ports_.pods->remove(now.uid, now.deletionGracePeriodSeconds);
    }
    if (api::is_terminal(entry.pod.status.phase) && !api::is_terminal(before.status.phase))
        gate_.spawn(end_as_told(now.uid));
}

void ApiPods::settle(Entry& entry) {
    if (entry.stage == Stage::making_room) return;
    if (entry.stage == Stage::ended || api::is_terminal(entry.pod.status.phase)) {
        entry.stage = Stage::ended;
        if (is_deleted(entry.pod)) finish_deleted(entry);
        return;
    }
    if (is_deleted(entry.pod)) {
        // Its containers, if an earlier agent had any, are not to be started again.
        const std::int64_t left = seconds_left(entry.pod, ports_.clock->wall());
        const std::string uid = entry.pod.metadata.uid;
        start(entry);
        ports_.pods->remove(uid, left);
        return;
    }
    // One that an earlier agent had is not judged again.
    if (ports_.pods->is_left(entry.pod.metadata.uid)) return start(entry);
    admit_or_reject(entry);
}

bool ApiPods::is_leaving(const api::Pod& pod) const {
    const auto found = entries_.find(pod.metadata.uid);
    return found != entries_.end() && found->second.gone;
}

void ApiPods::admit_or_reject(Entry& entry) {
    std::vector<PodOnNode> running = ports_.control->pods();
    std::erase_if(running, [](const PodOnNode& other) { return api::is_terminal(other.pod.status.phase); });
    const api::Pod pod = ports_.pods->as_given(entry.pod);
    Admission admission = admit(pod, ports_.node(), running);
    const bool lacks_something = !admission.admitted || !admission.preempt.empty();
    // What is missing may be with Pods that are about to go; then it is looked at again. A critical Pod waits
    // for those, too, that an earlier agent has begun to end for it.
    const bool waits = is_critical(pod);
    const auto makes_room = [this, waits](const PodOnNode& other) {
        return is_leaving(other.pod) || (waits && other.ending);
    };
    if (lacks_something && std::erase_if(running, makes_room) > 0) {
        const Admission later = admit(pod, ports_.node(), running);
        if (later.admitted && later.preempt.empty()) return;
    }
    if (!admission.admitted) {
        reject(entry, admission);
    } else if (!admission.preempt.empty()) {
        entry.stage = Stage::making_room;
        gate_.spawn(make_room(entry.pod.metadata.uid, std::move(admission.preempt)));
    } else {
        start(entry);
    }
}

void ApiPods::reject(Entry& entry, const Admission& admission) {
    const PodRef ref = ref_of(entry.pod);
    Recorder(ports_.journal, ref).event(event::node_decision(admission.reason, admission.message));
    entry.pod.status = rejected_status(entry.pod, admission.reason, admission.message, ports_.clock->wall());
    entry.stage = Stage::ended;
    ports_.statuses->write(ref, entry.pod.status);
}

void ApiPods::start(Entry& entry) {
    entry.stage = Stage::running;
    ports_.pods->add(entry.pod);
}

void ApiPods::finish_deleted(Entry& entry) {
    ports_.statuses->finish(ref_of(entry.pod), entry.pod.status);
}

Task<void> ApiPods::make_room(std::string uid, std::vector<std::string> victims) {
    std::vector<PodStop> stops;
    for (const PodOnNode& pod : ports_.control->pods()) {
        if (std::ranges::find(victims, pod.pod.metadata.uid) != victims.end()) {
            stops.push_back(preemption_of(pod.pod));
        }
    }
    const Call call = ports_.clock->call_within(longest_end, stopping_.token());
    co_await stop_pods(ports_.executor, ports_.control, std::move(stops), call);
    const auto found = entries_.find(uid);
    if (found == entries_.end() || stopping_.token().cancelled()) co_return;
    found->second.stage = Stage::waiting;
    if (found->second.gone) {
        entries_.erase(found);
    } else {
        settle(found->second);
    }
}

Task<void> ApiPods::end_as_told(std::string uid) {
    const std::vector<PodOnNode> all = ports_.control->pods();
    const auto mine =
        std::ranges::find_if(all, [&](const PodOnNode& one) { return one.pod.metadata.uid == uid; });
    // Mostly it is the node's own word that comes back.
    if (mine == all.end() || mine->ending) co_return;
    const Duration grace = grace_of(mine->pod);
    const Call call = ports_.clock->call_within(grace + longest_end, stopping_.token());
    const PodEnd why{.trigger = "PhaseSet"};
    (void)co_await ports_.control->stop_pod(uid, why, grace, call);
}

void ApiPods::lose(const std::string& uid) {
    const auto found = entries_.find(uid);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.gone = true;
    ports_.statuses->forget(uid);
    if (entry.stage == Stage::running) {
        // Forced out of the API; or its removal went unseen, and then it ends as its spec says.
        ports_.pods->remove(uid, entry.pod.metadata.deletionGracePeriodSeconds);
    } else if (entry.stage != Stage::making_room) {
        if (entry.inherited) gate_.spawn(discard(uid));
        entries_.erase(found);
    }
}

Task<void> ApiPods::discard(std::string uid) {
    // What stays is found by the next agent.
    (void)co_await ports_.pods->discard(std::move(uid));
}

void ApiPods::on_status(const api::Pod& pod) {
    const auto found = entries_.find(pod.metadata.uid);
    if (found == entries_.end() || found->second.gone) return;
    ports_.statuses->write(ref_of(pod), pod.status);
    if (api::is_terminal(pod.status.phase)) gate_.spawn(settle_later());
}

Task<void> ApiPods::settle_later() {
    co_await asio::post(ports_.executor, asio::use_awaitable);
    if (!stopping_.token().cancelled()) settle_waiting();
}

void ApiPods::on_gone(const api::Pod& pod) {
    const auto found = entries_.find(pod.metadata.uid);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.stage = Stage::ended;
    entry.pod.status = pod.status;
    if (entry.gone) {
        entries_.erase(found);
    } else {
        finish_deleted(entry);
    }
    settle_waiting();
}

void ApiPods::settle_waiting() {
    std::vector<std::string> waiting;
    for (const auto& [uid, entry] : entries_) {
        if (entry.stage == Stage::waiting) waiting.push_back(uid);
    }
    for (const std::string& uid : waiting) {
        const auto found = entries_.find(uid);
        if (found != entries_.end()) settle(found->second);
    }
}

const api::Pod* ApiPods::find(const std::string& uid) const {
    const auto found = entries_.find(uid);
    return found == entries_.end() ? nullptr : &found->second.pod;
}

std::vector<api::Pod> ApiPods::ended() const {
    std::vector<api::Pod> out;
    for (const auto& [uid, entry] : entries_) {
        if (entry.stage == Stage::ended && !entry.gone) out.push_back(entry.pod);
    }
    return out;
}

Task<void> ApiPods::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

}  // namespace hooklet
