// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_manager.hpp"

#include "pods/names.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_worker.hpp"

#include <set>

namespace hooklet {

namespace {

PodServices make_services(const PodPorts& ports, const PodSettings& settings) {
    return {HookRunner({ports.clock, ports.runtime, ports.network, ports.journal}, settings.any_http_status),
            ImagePuller(ports.runtime, ports.clock), Volumes(ports.files, settings.pods_directory)};
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

Task<Result<std::size_t>> PodManager::remove_leftovers() {
    const Call list_call = ports_.clock->call_within(engine_call_limit);
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(ours(), list_call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    std::size_t removed = 0;
    for (const cri::PodSandbox& sandbox : *sandboxes) {
        if (workers_.contains(sandbox.metadata.uid)) continue;
        const Call call = ports_.clock->call_within(sandbox_call_limit);
        const Status stopped = co_await ports_.runtime->stop_pod_sandbox(sandbox.id, call);
        if (!stopped) co_return std::unexpected(stopped.error());
        const Status gone = co_await ports_.runtime->remove_pod_sandbox(sandbox.id, call);
        if (!gone) co_return std::unexpected(gone.error());
        const Status cleaned = services_->volumes.tear_down(sandbox.metadata.uid);
        if (!cleaned) co_return std::unexpected(cleaned.error());
        (void)ports_.files->remove_cgroup(settings_.cgroup_root + "/pod" + sandbox.metadata.uid);
        ++removed;
    }
    co_return removed;
}

void PodManager::add(api::Pod pod) {
    const std::string uid = pod.metadata.uid;
    auto report = [this](const api::Pod& changed) {
        if (status_listener_) status_listener_(changed);
    };
    const auto worker = std::make_shared<PodWorker>(ports_, &settings_, services_.get(), std::move(pod),
                                                    stopping_.token(), std::move(report));
    workers_.emplace(uid, worker);
    gate_.spawn(run_worker(worker));
}

Task<void> PodManager::run_worker(std::shared_ptr<PodWorker> worker) {
    co_await worker->run();
    workers_.erase(worker->pod().metadata.uid);
    if (gone_listener_ && !stopping_.token().cancelled()) gone_listener_(worker->pod());
}

void PodManager::remove(const std::string& uid, std::optional<std::int64_t> grace_s) {
    const auto found = workers_.find(uid);
    if (found == workers_.end()) return;
    PodWorker& worker = *found->second;
    worker.terminate(grace_s ? std::chrono::seconds{*grace_s} : grace_of(worker.pod()));
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
    const CancelToken cancel = stopping_.token();
    while (!cancel.cancelled()) {
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(settings_.relist_period, cancel));
        // A failed list is made up for by the next one.
        if (!cancel.cancelled() && !workers_.empty()) (void)co_await relist();
    }
}

Task<Status> PodManager::relist() {
    const Call call = ports_.clock->call_within(engine_call_limit, stopping_.token());
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
