// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_manager.hpp"

#include "api/pod_phase.hpp"
#include "base/back_off.hpp"
#include "pods/kept_object.hpp"
#include "pods/names.hpp"
#include "pods/pod_cgroup.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_worker.hpp"

#include <algorithm>
#include <set>

namespace hooklet {

namespace {

PodServices make_services(const PodPorts& ports, const PodSettings& settings) {
    return {HookRunner({ports.clock, ports.runtime, ports.network, ports.journal}, settings.any_http_status),
            ImagePuller(ports.runtime, ports.clock, settings.parallel_image_pulls),
            Volumes({ports.files, ports.clock, ports.random}, settings.pods_directory)};
}

template <class T>
std::map<std::string, std::vector<T>> by_pod(const std::vector<T>& items) {
    std::map<std::string, std::vector<T>> out;
    for (const T& item : items) {
        const auto uid = item.labels.find(label::pod_uid);
        if (uid != item.labels.end()) out[uid->second].push_back(item);
    }
    return out;
}

}  // namespace

PodManager::PodManager(PodPorts ports, PodSettings settings)
    : ports_(ports),
      settings_(std::move(settings)),
      services_(std::make_unique<PodServices>(make_services(ports_, settings_))),
      gate_(ports_.executor) {
    ports_.runtime->on_event([this](const cri::ContainerEvent& event) { route(event); });
    gate_.spawn(relist_loop());
}

PodManager::~PodManager() {
    ports_.runtime->on_event(nullptr);
}

cri::Filter PodManager::ours() const {
    cri::Filter filter;
    filter.label_selector[label::owner] = settings_.owner_label;
    return filter;
}

void PodManager::add(api::Pod pod) {
    const std::string uid = pod.metadata.uid;
    const auto worker =
        std::make_shared<PodWorker>(ports_, &settings_, services_.get(), as_given(pod), stopping_.token(),
                                    [this](const api::Pod& changed) { report(changed); });
    if (const auto left = leftovers_.extract(uid)) worker->take_over(left.mapped());
    worker->want(pod.spec);
    workers_.emplace(uid, worker);
    gate_.spawn(run_worker(worker));
    resources_changed();
}

api::Pod PodManager::as_given(api::Pod pod) const {
    if (!leftovers_.contains(pod.metadata.uid)) return pod;
    const auto kept = kept_object(ports_.files, settings_.pods_directory, pod.metadata.uid);
    if (!kept) return pod;
    take_resources(pod.spec, kept->spec);
    if (!pod.status.startTime) pod.status.startTime = kept->status.startTime;
    return pod;
}

void PodManager::resources_changed() {
    settle_resizes();
    weigh_classes();
}

void PodManager::settle_resizes() {
    // Those that an earlier agent had are not all known yet, and they have their room.
    if (!leftovers_.empty()) return;
    std::vector<PodWorker*> waiting;
    for (const auto& [uid, worker] : workers_) {
        if (worker->wanted_resize() && !worker->ending()) waiting.push_back(worker.get());
    }
    std::ranges::stable_sort(waiting, has_turn_before, [](const PodWorker* worker) {
        return WaitingResize{&worker->pod().spec, &*worker->wanted_resize()};
    });
    for (PodWorker* worker : waiting) {
        const ResizeRoom room{settings_.allocatable, used_by_others(*worker)};
        worker->resize(judge_resize(*worker->wanted_resize(), room));
    }
}

api::ResourceList PodManager::used_by_others(const PodWorker& worker) const {
    api::ResourceList used;
    for (const auto& [uid, other] : workers_) {
        const bool counts = other.get() != &worker && !api::is_terminal(other->pod().status.phase);
        if (counts) api::add_to(used, api::pod_requests(other->pod().spec));
    }
    return used;
}

void PodManager::weigh_classes() {
    std::vector<const api::PodSpec*> running;
    for (const auto& [uid, worker] : workers_) {
        if (!api::is_terminal(worker->pod().status.phase)) running.push_back(&worker->pod().spec);
    }
    const auto weigh = [this](std::string_view qos_class, const CgroupLimits& limits) {
        const std::string cgroup = qos_cgroup(settings_.cgroup_root, qos_class);
        if (class_limits_[cgroup] == limits) return;
        // What fails is set with the next change; a Pod does not need it.
        if (ports_.files->make_cgroup(cgroup, limits)) class_limits_[cgroup] = limits;
    };
    weigh("Burstable", burstable_limits(running));
    weigh("BestEffort", best_effort_limits());
}

void PodManager::report(const api::Pod& pod) {
    if (status_listener_) status_listener_(pod);
    if (!api::is_terminal(pod.status.phase)) return;
    tell_waiting(pod.metadata.uid);
    resources_changed();
}

void PodManager::tell_waiting(const std::string& uid) {
    const auto [first, last] = waiting_.equal_range(uid);
    for (auto waiter = first; waiter != last; ++waiter) waiter->second.cancel();
}

std::vector<ManagedPod> PodManager::list() const {
    std::vector<ManagedPod> out;
    for (const auto& [uid, worker] : workers_) {
        const api::Pod& pod = worker->pod();
        out.push_back({pod, pod_cgroup(settings_.cgroup_root, pod), worker->ending()});
    }
    return out;
}

Task<Status> PodManager::ended(std::string uid, Call call) {
    const auto found = workers_.find(uid);
    if (found == workers_.end() || api::is_terminal(found->second->pod().status.phase)) co_return Status{};
    const auto waiter = waiting_.emplace(uid, CancelSource(call.cancel));
    const Call until(call.deadline, waiter->second.token());
    const Status slept = co_await sleep_until(ports_.clock, until);
    waiting_.erase(waiter);
    if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
    if (slept) co_return fail(Code::deadline, "the Pod has not ended in time");
    co_return Status{};
}

Task<void> PodManager::run_worker(std::shared_ptr<PodWorker> worker) {
    co_await worker->run();
    workers_.erase(worker->pod().metadata.uid);
    tell_waiting(worker->pod().metadata.uid);
    if (!stopping_.token().cancelled()) resources_changed();
    if (gone_listener_ && !stopping_.token().cancelled()) gone_listener_(worker->pod());
}

void PodManager::remove(const std::string& uid, std::optional<std::int64_t> grace_s) {
    const auto found = workers_.find(uid);
    if (found == workers_.end()) return;
    PodWorker& worker = *found->second;
    worker.remove(grace_s ? std::chrono::seconds{*grace_s} : grace_of(worker.pod()));
}

void PodManager::end(const std::string& uid, PodEnd why, Duration grace) {
    const auto found = workers_.find(uid);
    if (found != workers_.end()) found->second->end(std::move(why), grace);
}

void PodManager::update(api::Pod pod) {
    const auto found = workers_.find(pod.metadata.uid);
    if (found == workers_.end()) return;
    found->second->update(std::move(pod));
    resources_changed();
}

void PodManager::remove_all(std::optional<std::int64_t> grace_s) {
    for (const auto& [uid, worker] : workers_) remove(uid, grace_s);
}

Task<void> PodManager::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

void PodManager::route(const cri::ContainerEvent& event) {
    for (const auto& [uid, worker] : workers_) worker->on_event(event);
}

Task<void> PodManager::relist_loop() {
    constexpr Duration first_retry = std::chrono::seconds{1};
    const CancelToken cancel = stopping_.token();
    unsigned failures = 0;
    while (!cancel.cancelled()) {
        const Duration period = settings_.relist_period;
        const Duration wait = failures == 0 ? period : retry_delay(failures - 1, first_retry, period);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(wait, cancel));
        if (cancel.cancelled() || workers_.empty()) continue;
        const Status listed = co_await relist();
        failures = listed ? 0 : failures + 1;
    }
}

Task<Status> PodManager::relist() {
    // One that gets no answer must not keep the next one away for long.
    constexpr Duration limit = std::chrono::seconds{10};
    const Call call = ports_.clock->call_within(limit, stopping_.token());
    std::set<std::string> known;
    for (const auto& [uid, worker] : workers_) known.insert(uid);
    const auto containers = co_await ports_.runtime->list_containers(ours(), call);
    if (!containers) co_return std::unexpected(containers.error());
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(ours(), call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    auto pod_containers = by_pod(*containers);
    auto pod_sandboxes = by_pod(*sandboxes);
    for (const auto& [uid, worker] : workers_) {
        if (known.contains(uid)) worker->on_list(pod_containers[uid], pod_sandboxes[uid]);
    }
    co_return Status{};
}

}  // namespace hooklet
