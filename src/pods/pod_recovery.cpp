// SPDX-License-Identifier: Apache-2.0
// What an earlier agent left: the part of PodManager that takes it over, or removes it.
#include "api/json.hpp"
#include "pods/kept_object.hpp"
#include "pods/names.hpp"
#include "pods/pod_cgroup.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_manager.hpp"
#include "pods/pod_worker.hpp"

namespace hooklet {

namespace {
/// Of the file of hidden values that are read, in bytes.
constexpr std::size_t most_hidden = 64U << 20;

template <class Listed>
using List = Task<Result<std::vector<Listed>>> (cri::ContainerRuntime::*)(cri::Filter, Call);
template <class State>
using Ask = Task<Result<State>> (cri::ContainerRuntime::*)(std::string id, Call);

/// The state of all that the engine lists, but for what is gone when it is asked.
template <class Listed, class State>
Task<Result<std::vector<State>>> read_all(cri::ContainerRuntime* runtime, List<Listed> list, Ask<State> ask,
                                          cri::Filter filter, Call call) {
    const auto listed = co_await (runtime->*list)(std::move(filter), call);
    if (!listed) co_return std::unexpected(listed.error());
    std::vector<State> all;
    for (const Listed& one : *listed) {
        auto state = co_await (runtime->*ask)(one.id, call);
        if (!state && state.error().code == Code::not_found) continue;
        if (!state) co_return std::unexpected(state.error());
        all.push_back(*std::move(state));
    }
    co_return all;
}

}  // namespace

Task<Result<std::size_t>> PodManager::remove_leftovers(std::set<std::string> kept) {
    const CancelToken cancel = stopping_.token();
    const Call list_call = ports_.clock->call_within(engine_call_limit, cancel);
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(ours(), list_call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    std::set<std::string> uids;
    for (const cri::PodSandbox& sandbox : *sandboxes) uids.insert(sandbox.metadata.uid);
    const Status found = find_left_volumes(uids);
    if (!found) co_return std::unexpected(found.error());
    std::erase_if(
        uids, [this, &kept](const std::string& uid) { return workers_.contains(uid) || kept.contains(uid); });
    for (const std::string& uid : uids) {
        const Status gone = co_await discard(uid);
        if (!gone) co_return std::unexpected(gone.error());
    }
    co_return uids.size();
}

Status PodManager::find_left_volumes(std::set<std::string>& uids) const {
    const auto directories = ports_.files->list_directory(settings_.pods_directory);
    if (!directories && directories.error().code == Code::not_found) return {};
    if (!directories) return std::unexpected(directories.error());
    uids.insert(directories->begin(), directories->end());
    return {};
}

Task<Status> PodManager::discard(std::string uid) {
    cri::Filter filter = ours();
    filter.label_selector[label::pod_uid] = uid;
    const Status removed = co_await remove_sandboxes(std::move(filter));
    if (!removed) co_return removed;
    co_return remove_files(uid);
}

Task<Status> PodManager::remove_sandboxes(cri::Filter filter) {
    const CancelToken cancel = stopping_.token();
    const Call list_call = ports_.clock->call_within(engine_call_limit, cancel);
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(std::move(filter), list_call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    for (const cri::PodSandbox& sandbox : *sandboxes) {
        const Call call = ports_.clock->call_within(sandbox_call_limit, cancel);
        const Status stopped = co_await ports_.runtime->stop_pod_sandbox(sandbox.id, call);
        if (!stopped) co_return stopped;
        const Status gone = co_await ports_.runtime->remove_pod_sandbox(sandbox.id, call);
        if (!gone) co_return gone;
    }
    co_return Status{};
}

Status PodManager::remove_files(const std::string& uid) {
    const Status cleaned = services_->volumes.tear_down(uid);
    if (!cleaned) return cleaned;
    for (const std::string& cgroup : pod_cgroups(settings_.cgroup_root, uid)) {
        (void)ports_.files->remove_cgroup(cgroup);
    }
    return {};
}

Task<Status> PodManager::recover() {
    const Call call = ports_.clock->call_within(engine_call_limit, stopping_.token());
    using Engine = cri::ContainerRuntime;
    const auto sandboxes = co_await read_all(ports_.runtime, &Engine::list_pod_sandbox,
                                             &Engine::pod_sandbox_status, ours(), call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    const auto containers =
        co_await read_all(ports_.runtime, &Engine::list_containers, &Engine::container_status, ours(), call);
    if (!containers) co_return std::unexpected(containers.error());
    leftovers_ = leftovers_of(*sandboxes, *containers);
    co_return co_await read_memories(*containers);
}

Task<Status> PodManager::read_memories(std::vector<cri::ContainerStatus> containers) {
    std::vector<std::string> ids;
    for (const cri::ContainerStatus& container : containers) ids.push_back(container.id);
    const auto hooks = co_await ports_.journal->recall(std::move(ids));
    if (!hooks) co_return std::unexpected(hooks.error());
    for (const HookAttempt& attempt : *hooks) {
        const auto found = leftovers_.find(attempt.pod.uid);
        if (found != leftovers_.end()) found->second.hooks.push_back(attempt);
    }
    for (auto& [uid, leftover] : leftovers_) {
        const std::string path = memory_file(settings_.pods_directory, uid);
        const auto text = ports_.files->read_tail(path, api::ParseLimits{}.bytes);
        if (text) leftover.memory = read_memory(*text, settings_.boot_id);
        const auto hidden =
            ports_.files->read_tail(hidden_values_file(settings_.pods_directory, uid), most_hidden);
        if (hidden) leftover.hidden_values = read_hidden_values(*hidden);
    }
    co_return Status{};
}

Task<Status> PodManager::end_unclaimed(std::set<std::string> kept) {
    std::set<std::string> unclaimed;
    for (const auto& [uid, leftover] : leftovers_) {
        if (!kept.contains(uid) && !workers_.contains(uid)) unclaimed.insert(uid);
    }
    for (const std::string& uid : unclaimed) {
        auto pod = kept_object(ports_.files, settings_.pods_directory, uid);
        if (!pod) continue;
        add(*std::move(pod));
        remove(uid, std::nullopt);
    }
    leftovers_.clear();
    resources_changed();
    const auto removed = co_await remove_leftovers(std::move(kept));
    if (!removed) co_return std::unexpected(removed.error());
    co_return Status{};
}

}  // namespace hooklet
