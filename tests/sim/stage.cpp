// SPDX-License-Identifier: Apache-2.0
#include "sim/stage.hpp"

#include "api/defaults.hpp"
#include "sim/status_rules.hpp"
#include "sim/steps.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

/// Retries, late answers and the re-list have all had their turn this long after the last fault.
constexpr Duration settling = 60s;
/// A call to the engine that is never answered is given up after this long.
constexpr Duration longest_call = 4min;
constexpr Duration longest_convergence = 15min;

bool goes_wrong(const Faults& f) {
    return f.error + f.delay + f.hang + f.lost_answer + f.duplicate_event + f.late_event + f.lost_event > 0;
}

}  // namespace

Stage::Stage(const Scenario* scenario, std::uint64_t seed)
    : scenario_(scenario),
      world_({.seed = seed, .faults = scenario->faults}),
      timeline_(&world_.loop.clock()),
      disturbed_(goes_wrong(scenario->faults)) {
    world_.history.listen([this](const Observation& o) { timeline_.see(o, world_.network); });
    start_agent();
}

Stage::~Stage() = default;

void Stage::start_agent() {
    agent_ = std::make_unique<SimAgent>(&world_);
    agent_->journal().listen([this](const JournalEntry& entry) { hear(entry); });
    agent_->pods().on_status([this](const api::Pod& pod) { hear(pod); });
    if (allocatable_) agent_->pods().set_allocatable(*allocatable_);
}

void Stage::hear(const api::Pod& pod) {
    timeline_.see(pod);
    const std::string label = pod_of(pod.metadata.uid);
    api::PodStatus& last = statuses_[label];
    const std::string at = go_duration(world_.loop.clock().elapsed());
    for (const std::string& what : broken_rules(last, pod))
        fail_with(fmt::format("status of {} at {}: {}", label, at, what));
    last = pod.status;
}

void Stage::hear(const JournalEntry& entry) {
    timeline_.see(entry);
    const auto* event = std::get_if<EventRecord>(&entry);
    PodFacts* pod = event == nullptr ? nullptr : facts(pod_of(event->pod.uid));
    if (pod != nullptr && event->reason == "DeadlineExceeded") pod->stop(world_.loop.clock().now());
    if (pod != nullptr && event->reason == "Killing") {
        const bool with_pod = event->message.starts_with("Stopping container");
        pod->kills.push_back({event->container, world_.loop.clock().now(), with_pod});
    }
}

void Stage::play() {
    bring_images();
    std::set<std::string> later;
    auto step = scenario_->steps.begin();
    for (const Step& s : scenario_->steps) {
        if (s.verb == "add") later.insert(s.words.at(0));
    }
    for (; step != scenario_->steps.end() && step->at == Duration::zero(); ++step) perform(*step, *this);
    for (const api::Pod& pod : scenario_->pods) {
        if (!later.contains(pod.metadata.name)) add(pod.metadata.name);
    }
    for (; step != scenario_->steps.end(); ++step) {
        advance_to(step->at);
        perform(*step, *this);
    }
    advance_to(scenario_->length);
    check_lines();
    converge();
    clear();
    check_invariants();
}

void Stage::bring_images() {
    std::set<std::string> arranged;
    std::set<std::string> named;
    for (const Step& step : scenario_->steps) {
        if (step.verb == "image") arranged.insert(step.words.at(0));
        if (step.verb == "update" || step.verb == "debug") named.insert(step.words.at(1));
    }
    for (const api::Pod& pod : scenario_->pods) {
        for (const api::Container& container : pod.spec.initContainers) named.insert(container.image);
        for (const api::Container& container : pod.spec.containers) named.insert(container.image);
    }
    for (const std::string& image : named) {
        if (!arranged.contains(image)) world_.images.add({.name = image});
    }
}

void Stage::advance_to(Duration at) {
    const Duration now = world_.loop.clock().elapsed();
    if (at > now && !world_.loop.run_for(at - now)) throw std::runtime_error("livelock");
}

PodFacts* Stage::facts(const std::string& pod) {
    const auto found = std::ranges::find(pods_, pod, &PodFacts::name);
    return found == pods_.end() ? nullptr : &*found;
}

void Stage::add(const std::string& label) {
    const std::string name = label.substr(0, label.find('~'));
    const auto found =
        std::ranges::find(scenario_->pods, name, [](const auto& p) { return p.metadata.name; });
    if (found == scenario_->pods.end()) throw std::invalid_argument("no such Pod: " + label);
    api::Pod pod = *found;
    pod.metadata.uid = uid_of(label);
    pods_.push_back(facts_of(pod, SimAgent::settings().host_ip));
    pods_.back().name = label;
    objects_[label] = pod;
    agent_->pods().add(std::move(pod));
}

PodFacts& Stage::ended(const std::string& label, std::string_view how, std::optional<Duration> grace) {
    PodFacts* pod = facts(label);
    if (pod == nullptr) throw std::invalid_argument("no such Pod: " + label);
    pod->stop(world_.loop.clock().now(), grace);
    world_.history.mark(pod->uid, fmt::format("{}{}", how, grace ? " within " + go_duration(*grace) : ""));
    return *pod;
}

void Stage::remove(const std::string& label, std::optional<Duration> grace) {
    const PodFacts& pod = ended(label, "remove", grace);
    removed_.insert(label);
    std::optional<std::int64_t> seconds;
    if (grace) seconds = std::chrono::duration_cast<std::chrono::seconds>(*grace).count();
    agent_->pods().remove(pod.uid, seconds);
}

void Stage::end(const std::string& label, std::string reason, std::optional<Duration> grace) {
    const PodFacts& pod = ended(label, "end: " + reason, grace);
    PodEnd why{.trigger = reason, .reason = std::move(reason), .message = "The node needs the room."};
    agent_->pods().end(pod.uid, std::move(why), grace.value_or(pod.grace));
}

void Stage::change(const std::string& label, const std::function<void(api::PodSpec&)>& edit) {
    api::Pod& pod = objects_.at(label);
    edit(pod.spec);
    ++pod.metadata.generation;
    api::set_defaults(pod);
    facts(label)->containers = facts_of(pod, SimAgent::settings().host_ip).containers;
    agent_->pods().update(pod);
}

void Stage::set_allocatable(api::ResourceList allocatable) {
    allocatable_ = std::move(allocatable);
    agent_->pods().set_allocatable(*allocatable_);
}

void Stage::label(const std::string& pod, const std::string& value) {
    api::Pod& object = objects_.at(pod);
    object.metadata.labels = {{"app", value}};
    agent_->pods().update(object);
}

void Stage::remove_all(std::optional<Duration> grace) {
    for (const PodFacts& pod : pods_) remove(pod.name, grace);
}

void Stage::abandon() {
    interrupted_ = interrupted_ || !agent_->pods().empty();
    agent_.reset();
    world_.history.mark({}, "the agent is gone");
}

void Stage::crash() {
    world_.crash();
    abandon();
}

void Stage::restart() {
    world_.reconnect();
    start_agent();
    const auto removed = world_.loop.run(agent_->pods().remove_leftovers());
    if (!removed) fail_with("leftovers stay: " + removed.error().text());
}

std::string Stage::running(const std::string& subject) const {
    for (const auto& [id, c] : world_.engine.containers()) {
        const bool same = pod_of(c.pod) + "/" + c.config.metadata.name == subject;
        if (same && c.state == cri::ContainerState::running) return id;
    }
    return {};
}

void Stage::check_lines() {
    const std::vector<TimelineLine>& lines = timeline_.lines();
    for (const auto& list : scenario_->expected) {
        if (auto lacks = first_missing(lines, list)) fail_with(std::move(*lacks));
    }
    for (std::string& found : forbidden(lines, scenario_->never)) fail_with(std::move(found));
}

std::string Stage::lacking() const {
    for (const PodFacts& pod : pods_) {
        const auto goal = scenario_->goals.find(pod.name);
        if (goal == scenario_->goals.end()) continue;
        if (goal->second == Goal::running && !pod.stops.empty()) continue;
        std::string what = missing(world_, pod, goal->second);
        if (!what.empty()) return pod.name + ": " + what;
        const std::string& phase = statuses_.at(pod.name).phase;
        const bool right =
            goal->second == Goal::running ? phase == "Running" : phase == "Succeeded" || phase == "Failed";
        if (!right) return pod.name + " is " + phase;
    }
    return {};
}

void Stage::converge() {
    const MonotonicTime last = world_.loop.clock().now() + longest_convergence;
    while (!lacking().empty() && world_.loop.clock().now() < last) (void)world_.loop.run_for(5s);
    if (const std::string what = lacking(); !what.empty()) fail_with("does not converge: " + what);
}

void Stage::clear() {
    if (!agent_) restart();
    Duration longest = 0s;
    for (PodFacts& pod : pods_) {
        if (!removed_.contains(pod.name) && !interrupted_) remove(pod.name, std::nullopt);
        longest = std::max(longest, pod.grace);
    }
    const auto gone = [this] { return agent_->pods().empty(); };
    const RunEnd end = world_.loop.run_until(gone, longest + 1min + longest_call);
    if (end != RunEnd::reached) fail_with(fmt::format("Pods are not gone: {}", name(end)));
    agent_.reset();
    const PodSettings settings = SimAgent::settings();
    for (const std::string& left : leftovers(world_, settings.pods_directory, settings.cgroup_root)) {
        fail_with("left behind: " + left);
    }
}

void Stage::check_invariants() {
    Tolerance tolerance{.faults = disturbed_};
    if (scenario_->faults.stop_after != Duration::max()) {
        const Duration hanging = scenario_->faults.hang > 0 ? longest_call : 0s;
        tolerance.calm_from = SimClock::moment(scenario_->faults.stop_after + settling + hanging);
    }
    Violations found = check_run(world_.history, pods_, tolerance);
    if (!disturbed_) std::ranges::move(journal_is_complete(world_, pods_), std::back_inserter(found));
    for (const Violation& violation : found) fail_with(fmt::format("{}", fmt::streamed(violation)));
}

}  // namespace hooklet::sim
