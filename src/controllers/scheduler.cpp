// SPDX-License-Identifier: Apache-2.0
#include "controllers/scheduler.hpp"

#include "api/pod_phase.hpp"
#include "controllers/pod_event.hpp"
#include "controllers/resource.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* own_name = "default-scheduler";

bool wants_node(const api::Pod& pod) {
    return pod.spec.nodeName.empty() && pod.spec.schedulerName == own_name &&
           pod.spec.schedulingGates.empty() && !pod.metadata.deletionTimestamp &&
           !api::is_terminal(pod.status.phase);
}

const api::PodCondition* scheduled_condition(const api::Pod& pod) {
    const auto found = std::ranges::find(pod.status.conditions, "PodScheduled", &api::PodCondition::type);
    return found == pod.status.conditions.end() ? nullptr : &*found;
}

api::PodCondition unschedulable(const api::Pod& pod, const std::string& message, WallTime now) {
    api::PodCondition condition;
    condition.type = "PodScheduled";
    condition.status = "False";
    condition.reason = "Unschedulable";
    condition.message = message;
    condition.observedGeneration = pod.metadata.generation;
    const api::PodCondition* before = scheduled_condition(pod);
    const bool same = before != nullptr && before->status == condition.status;
    condition.lastTransitionTime = same ? before->lastTransitionTime : api::Time(now);
    return condition;
}

/// The Pod has gone or has changed: its watch will tell.
bool is_over(const Error& error) {
    return error.code == Code::not_found || error.code == Code::conflict;
}

}  // namespace

Scheduler::Scheduler(Api* api, Clock* clock, Executor executor)
    : api_(api),
      clock_(clock),
      pods_(api, clock, executor, {{"", "v1", "pods"}}),
      nodes_(api, clock, executor, {{"", "v1", "nodes"}}),
      namespaces_(api, clock, executor, {{"", "v1", "namespaces"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return schedule_all(std::move(cancel)); }) {
    const auto poke = [this](const auto&, const auto&) { loop_.poke(); };
    const auto synced = [this] { loop_.poke(); };
    pods_.listen(
        [this](const PodPtr& before, const PodPtr& now) {
            const bool known = !now || !now->spec.nodeName.empty();
            if (known) bound_.erase((now ? now : before)->metadata.uid);
            loop_.poke();
        },
        synced);
    nodes_.listen(poke, synced);
    namespaces_.listen(poke, synced);
}

void Scheduler::start() {
    loop_.start();
    pods_.start();
    nodes_.start();
    namespaces_.start();
}

Task<void> Scheduler::stop() {
    co_await pods_.stop();
    co_await nodes_.stop();
    co_await namespaces_.stop();
    co_await loop_.stop();
}

bool Scheduler::synced() const {
    return pods_.synced() && nodes_.synced() && namespaces_.synced();
}

std::vector<Scheduler::PodPtr> Scheduler::waiting() const {
    std::vector<PodPtr> found;
    for (const auto& [name, pod] : pods_.objects()) {
        if (wants_node(*pod) && !bound_.contains(pod->metadata.uid)) found.push_back(pod);
    }
    const auto turn = [](const PodPtr& pod) {
        return std::tuple(-std::int64_t{pod->spec.priority.value_or(0)}, pod->metadata.creationTimestamp.at);
    };
    std::ranges::stable_sort(found, {}, turn);
    return found;
}

std::vector<NodeLoad> Scheduler::loads() const {
    std::map<std::string, NodeLoad> by_name;
    for (const auto& [name, node] : nodes_.objects()) by_name[name.name].node = node;
    for (const auto& [name, pod] : pods_.objects()) {
        const auto just_bound = bound_.find(pod->metadata.uid);
        const std::string& on = just_bound == bound_.end() ? pod->spec.nodeName : just_bound->second;
        const auto load = by_name.find(on);
        if (load != by_name.end() && !api::is_terminal(pod->status.phase)) load->second.pods.push_back(pod);
    }
    std::vector<NodeLoad> all;
    for (auto& [name, load] : by_name) {
        if (!load.node->metadata.deletionTimestamp) all.push_back(std::move(load));
    }
    return all;
}

NamespaceLabels Scheduler::namespace_labels() const {
    NamespaceLabels labels;
    for (const auto& [name, object] : namespaces_.objects()) labels[name.name] = object->metadata.labels;
    return labels;
}

Task<Status> Scheduler::schedule_all(CancelToken cancel) {
    if (!synced()) co_return Status{};
    Status all;
    for (const PodPtr& pod : waiting()) {
        const Status one = co_await schedule(pod, cancel);
        if (!one && !is_over(one.error())) all = one;
    }
    co_return all;
}

Task<Status> Scheduler::schedule(PodPtr pod, CancelToken cancel) {
    // Looked at anew for each Pod: a call lies between two of them.
    const NamespaceLabels labels = namespace_labels();
    std::vector<Misfit> misfits;
    for (const NodeLoad& load : loads()) {
        auto why_not = misfit(*pod, load, labels);
        if (!why_not) return bind(std::move(pod), load.node->metadata.name, std::move(cancel));
        misfits.push_back(*std::move(why_not));
    }
    std::string message = unschedulable_text(*pod, misfits);
    return tell(std::move(pod), std::move(message), std::move(cancel));
}

Task<Status> Scheduler::bind(PodPtr pod, std::string node, CancelToken cancel) {
    api::Binding binding;
    binding.kind = "Binding";
    binding.apiVersion = "v1";
    binding.metadata.namespace_ = pod->metadata.namespace_;
    binding.metadata.name = pod->metadata.name;
    binding.metadata.uid = pod->metadata.uid;
    binding.target.kind = "Node";
    binding.target.name = node;
    bound_[pod->metadata.uid] = node;
    const ApiPath path{"", "v1", "pods", pod->metadata.namespace_, pod->metadata.name, "binding"};
    const auto done =
        co_await api_->create(path, api::encode(binding), clock_->call_within(longest_request, cancel));
    if (!done) {
        bound_.erase(pod->metadata.uid);
        co_return std::unexpected(done.error());
    }
    const std::string message =
        fmt::format("Successfully assigned {}/{} to {}", pod->metadata.namespace_, pod->metadata.name, node);
    api::Event event = pod_event(*pod, own_name, clock_->wall());
    event.reason = "Scheduled";
    event.action = "Binding";
    event.message = message;
    co_await record_event(api_, std::move(event), clock_->call_within(longest_request, std::move(cancel)));
    co_return Status{};
}

Task<Status> Scheduler::tell(PodPtr pod, std::string message, CancelToken cancel) {
    const api::PodCondition* before = scheduled_condition(*pod);
    if (before != nullptr && before->status == "False" && before->message == message) co_return Status{};
    const ApiPath path{"", "v1", "pods", pod->metadata.namespace_, pod->metadata.name, "status"};
    api::Node patch = condition_patch(*pod, unschedulable(*pod, message, clock_->wall()));
    const auto told = co_await api_->patch(path, ApiPatchType::strategic, std::move(patch),
                                           clock_->call_within(longest_request, cancel));
    if (!told) co_return std::unexpected(told.error());
    api::Event event = pod_event(*pod, own_name, clock_->wall());
    event.type = "Warning";
    event.reason = "FailedScheduling";
    event.action = "Scheduling";
    event.message = std::move(message);
    co_await record_event(api_, std::move(event), clock_->call_within(longest_request, std::move(cancel)));
    co_return Status{};
}

}  // namespace hooklet
