// SPDX-License-Identifier: Apache-2.0
#include "controllers/taint_evictor.hpp"

#include "api/mirror_pod.hpp"
#include "api/pod_phase.hpp"
#include "controllers/pod_event.hpp"
#include "controllers/resource.hpp"
#include "placement/tolerations.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* evictor_name = "taint-eviction-controller";

std::vector<Taint> evicting(const api::NodeObject& node) {
    std::vector<Taint> taints = node.spec.taints;
    std::erase_if(taints, [](const Taint& taint) { return taint.effect != "NoExecute"; });
    return taints;
}

api::PodCondition disruption(const api::Pod& pod, WallTime now) {
    api::PodCondition condition;
    condition.type = "DisruptionTarget";
    condition.status = "True";
    condition.reason = "DeletionByTaintManager";
    condition.message = "Taint manager: deleting due to NoExecute taint";
    condition.observedGeneration = pod.metadata.generation;
    condition.lastTransitionTime = api::Time(now);
    return condition;
}

}  // namespace

TaintEvictor::TaintEvictor(Api* api, Clock* clock, const Executor& executor)
    : api_(api),
      clock_(clock),
      nodes_(api, clock, executor, {{"", "v1", "nodes"}}),
      pods_(api, clock, executor, {{"", "v1", "pods"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return evict_all(std::move(cancel)); }) {
    const auto poke = [this](const auto&, const auto&) { loop_.poke(); };
    nodes_.listen(poke);
    pods_.listen(
        [this](const PodPtr& before, const PodPtr& now) {
            if (!now) seen_.erase(before->metadata.uid);
            loop_.poke();
        },
        [this] { loop_.poke(); });
}

void TaintEvictor::start() {
    loop_.start();
    nodes_.start();
}

Task<void> TaintEvictor::stop() {
    co_await nodes_.stop();
    co_await loop_.stop();  // which may start to listen
    co_await pods_.stop();
}

bool TaintEvictor::needed() const {
    return std::ranges::any_of(nodes_.objects(),
                               [](const auto& entry) { return !evicting(*entry.second).empty(); });
}

std::optional<MonotonicTime> TaintEvictor::due(const api::Pod& pod) {
    const auto node = nodes_.find({"", pod.spec.nodeName});
    const bool over =
        pod.metadata.deletionTimestamp || api::is_terminal(pod.status.phase) || api::is_mirror(pod.metadata);
    const std::vector<Taint> taints = node && !over ? evicting(*node) : std::vector<Taint>();
    const std::optional<Duration> patience = longest_stay(pod.spec.tolerations, taints);
    if (!patience) {
        seen_.erase(pod.metadata.uid);
        return std::nullopt;
    }
    return seen_.try_emplace(pod.metadata.uid, clock_->now()).first->second + *patience;
}

Task<Status> TaintEvictor::evict_all(CancelToken cancel) {
    if (!listening_ && !needed()) co_return Status{};
    if (!std::exchange(listening_, true)) pods_.start();
    if (!pods_.synced() || !nodes_.synced()) co_return Status{};
    Status all;
    std::optional<MonotonicTime> next;
    const auto pods = pods_.objects();
    for (const auto& [name, pod] : pods) {
        const auto at = due(*pod);
        if (!at) continue;
        if (*at > clock_->now()) {
            next = std::min(next.value_or(*at), *at);
            continue;
        }
        const Status gone = co_await evict(pod, cancel);
        if (!gone && gone.error().code != Code::not_found) all = gone;
    }
    if (next) loop_.poke_at(*next);
    co_return all;
}

Task<Status> TaintEvictor::evict(PodPtr pod, CancelToken cancel) {
    const api::ObjectMeta& metadata = pod->metadata;
    const Call call = clock_->call_within(longest_request, std::move(cancel));
    const ApiPath path{"", "v1", "pods", metadata.namespace_, metadata.name};
    const ApiPath status{"", "v1", "pods", metadata.namespace_, metadata.name, "status"};
    api::Node patch = condition_patch(*pod, disruption(*pod, clock_->wall()));
    const auto told = co_await api_->patch(status, ApiPatchType::strategic, std::move(patch), call);
    if (!told) co_return std::unexpected(told.error());
    api::Event event = pod_event(*pod, evictor_name, clock_->wall());
    event.reason = "TaintManagerEviction";
    event.action = "Evicting";
    event.message = fmt::format("Marking for deletion Pod {}/{}", metadata.namespace_, metadata.name);
    co_await record_event(api_, std::move(event), call);
    const ApiDelete this_one{.grace_s = {}, .uid = metadata.uid, .resource_version = {}};
    const auto gone = co_await api_->remove(path, this_one, call);
    if (!gone) co_return std::unexpected(gone.error());
    co_return Status{};
}

}  // namespace hooklet
