// SPDX-License-Identifier: Apache-2.0
#include "node/node_agent.hpp"

#include "base/back_off.hpp"
#include "events/event_texts.hpp"
#include "node/system_oom.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration engine_look_limit = std::chrono::seconds{10};
constexpr Duration images_period = std::chrono::seconds{30};
constexpr Duration first_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_retry = std::chrono::seconds{5};

ApiSelection node_named(const std::string& name) {
    return {{"", "v1", "nodes", "", "", {}}, {}, "metadata.name=" + name};
}

ApiSelection pods_of(const std::string& node) {
    return {{"", "v1", "pods", "", "", {}}, {}, "spec.nodeName=" + node};
}

}  // namespace

NodeAgent::NodeAgent(NodeAgentPorts ports, NodeAgentSettings settings)
    : ports_(std::move(ports)),
      settings_(std::move(settings)),
      statuses_(api_ports(), [this] { events_.go_on(); }),
      events_(api_ports(), settings_.sheet.name,
              [this](const std::string& uid) { return statuses_.owes_first(uid); }),
      control_(ports_.pods, [this] { return api_pods_.ended(); }),
      api_pods_({ports_.executor, ports_.clock, ports_.pods, &control_, &statuses_, ports_.journal,
                 [this] { return admitting(); }}),
      registration_(
          api_ports(), settings_.sheet, [this](CancelToken cancel) { return look(std::move(cancel)); },
          [this](const event::Text& text) { record_of_node(text); }),
      mirrors_(api_ports(), &statuses_, [this] { return registration_.uid(); }),
      rotator_(node_ports(), ports_.compressor, settings_.collector.pod_log_directory, settings_.logs),
      collector_(node_ports(), ports_.stats, settings_.collector),
      evictor_(node_ports(), ports_.stats, &collector_, settings_.eviction),
      meter_(node_ports(), ports_.stats, settings_.collector.owner_label),
      reporter_(
          &meter_, ports_.stats,
          {settings_.sheet.name, settings_.eviction.pods_directory, settings_.collector.pod_log_directory}),
      self_(ports_.api, ports_.clock, ports_.executor, node_named(settings_.sheet.name)),
      feed_(this),
      pods_(ports_.api, ports_.clock, ports_.executor, pods_of(settings_.sheet.name), &feed_),
      gate_(ports_.executor) {
    if (!settings_.manifests.empty()) {
        manifests_.emplace(
            ports_.executor, ports_.clock, ports_.files, ports_.directories, ports_.yaml_parser,
            StaticPodSource::Settings{settings_.manifests, settings_.sheet.name},
            StaticPodSource::Target{
                [this](api::Pod pod) { add_static(std::move(pod)); },
                [this](const std::string& uid) { ports_.pods->remove(uid, std::nullopt); }, ports_.tell});
    }
    if (ports_.machine != nullptr && !settings_.shutdown.empty()) guard_shutdown();
}

void NodeAgent::guard_shutdown() {
    Duration needed{};
    for (const ShutdownShare& share : settings_.shutdown) needed += share.grace;
    guard_.emplace(ShutdownGuard::Ports{ports_.executor, ports_.clock, ports_.machine,
                                        [this](CancelToken cancel) { return shut_down(std::move(cancel)); },
                                        [this] {
                                            shutting_down_ = false;
                                            record_of_node(event::shutdown_cancelled());
                                            registration_.changed();
                                        },
                                        ports_.tell},
                   needed);
}

void NodeAgent::follow_kernel() {
    auto listening = ports_.kernel_log->listen([this](std::string_view message) {
        const auto victim = system_oom_victim(message);
        if (victim) record_of_node(event::system_oom(victim->process, victim->pid));
    });
    if (listening) {
        kernel_ = *std::move(listening);
    } else {
        ports_.tell("the kernel's log can't be read, so that no SystemOOM is told: " +
                    listening.error().text());
    }
}

ApiPorts NodeAgent::api_ports() const {
    return {ports_.executor, ports_.clock, ports_.api, ports_.tell};
}

NodePorts NodeAgent::node_ports() {
    return {ports_.executor,
            ports_.clock,
            ports_.runtime,
            ports_.files,
            &control_,
            ports_.tell,
            [this](const event::Text& text) { record_of_node(text); }};
}

void NodeAgent::start() {
    listen();
    if (guard_) guard_->start();
    if (ports_.kernel_log != nullptr) follow_kernel();
    registration_.start();
    if (!settings_.cluster_dns) record_of_node(event::missing_cluster_dns());
    gate_.spawn(run());
}

void NodeAgent::listen() {
    self_.listen(nullptr, [this] { synced_.notify(); });
    ports_.pods->set_allocatable(settings_.sheet.allocatable);
    ports_.pods->on_status([this](const api::Pod& pod) { on_status(pod); });
    ports_.pods->on_gone([this](const api::Pod& pod) { on_gone(pod); });
    ports_.journal->listen([this](const JournalEntry& entry) {
        std::visit([this](const auto& record) { remember_pod(record.pod.uid); }, entry);
        if (const auto* event = std::get_if<EventRecord>(&entry)) record(*event);
    });
}

Task<void> NodeAgent::run() {
    co_await recover();
    if (stopping_.token().cancelled()) co_return;
    if (manifests_) manifests_->start();
    mirrors_.start();
    // Pods are let in by the labels and taints that the Node has in the API.
    self_.start();
    while (!self_.synced() && !stopping_.token().cancelled()) co_await synced_.wait();
    pods_.start();
    rotator_.start();
    evictor_.start();
    while (!api_pods_.synced() && !stopping_.token().cancelled()) co_await synced_.wait();
    co_await end_unclaimed();
    // Logs of Pods that nobody knows yet would be taken for those of Pods that are gone.
    if (!stopping_.token().cancelled()) collector_.start();
}

template <class Work>
Task<void> NodeAgent::insist(std::string what, Work work) {
    const CancelToken cancel = stopping_.token();
    for (unsigned attempt = 0; !cancel.cancelled(); ++attempt) {
        const Status done = co_await work();
        if (done || cancel.cancelled()) co_return;
        ports_.tell(fmt::format("{}: {}", what, done.error().text()));
        const Duration wait = retry_delay(attempt, first_retry, slowest_retry);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(wait, cancel));
    }
}

Task<void> NodeAgent::recover() {
    const auto work = [this] { return ports_.pods->recover(); };
    co_await insist("what an earlier agent left can't be read", work);
}

Task<void> NodeAgent::end_unclaimed() {
    std::set<std::string> kept;
    for (const api::Pod& pod : api_pods_.ended()) kept.insert(pod.metadata.uid);
    const auto work = [this, &kept] { return ports_.pods->end_unclaimed(kept); };
    co_await insist("what an earlier agent left can't be removed", work);
}

void NodeAgent::Feed::replace(std::vector<api::Node> pods) {
    agent->mirrors_.replace(pods);
    agent->api_pods_.replace(std::move(pods));
    agent->synced_.notify();
}

void NodeAgent::Feed::put(api::Node pod) {
    agent->mirrors_.put(pod);
    agent->api_pods_.put(std::move(pod));
}

void NodeAgent::Feed::erase(api::Node pod) {
    agent->mirrors_.erase(pod);
    agent->api_pods_.erase(std::move(pod));
}

void NodeAgent::add_static(api::Pod pod) {
    const std::string uid = pod.metadata.uid;
    static_pods_[uid] = pod;
    mirrors_.on_status(pod);
    ports_.pods->add(std::move(pod));
}

void NodeAgent::on_status(const api::Pod& pod) {
    if (static_pods_.contains(pod.metadata.uid)) {
        mirrors_.on_status(pod);
    } else {
        api_pods_.on_status(pod);
    }
}

void NodeAgent::on_gone(const api::Pod& pod) {
    if (static_pods_.erase(pod.metadata.uid) > 0) {
        mirrors_.on_gone(pod);
        manifests_->on_gone(pod.metadata.uid);
    } else {
        api_pods_.on_gone(pod);
    }
}

void NodeAgent::record(const EventRecord& event) {
    const std::string& uid = event.pod.uid;
    const auto found = static_pods_.find(uid);
    const api::Pod* pod = found != static_pods_.end() ? &found->second : api_pods_.find(uid);
    static const api::PodSpec unknown;
    std::string path = field_path_of(pod != nullptr ? pod->spec : unknown, event.container);
    events_.record({"Pod", event.pod.namespace_, event.pod.name, uid, std::move(path)},
                   {event.warning, event.reason, event.message, event.annotations});
}

void NodeAgent::record_of_node(const event::Text& text) {
    const std::string& name = settings_.sheet.name;
    events_.record({"Node", "", name, name, ""}, text);
}

AdmittingNode NodeAgent::admitting() const {
    AdmittingNode node;
    node.name = settings_.sheet.name;
    node.labels = node_labels(settings_.sheet);
    node.allocatable = settings_.sheet.allocatable;
    if (const auto self = self_.find({"", settings_.sheet.name})) {
        node.labels = self->metadata.labels;
        node.taints = self->spec.taints;
        node.allocatable.merge(api::extended_resources(self->status.allocatable));
    }
    node.apparmor = settings_.sheet.apparmor;
    node.conditions = evictor_.conditions();
    node.shutting_down = shutting_down_;
    return node;
}

Task<NodeHealth> NodeAgent::look(CancelToken cancel) {
    NodeHealth health;
    const Call call = ports_.clock->call_within(engine_look_limit, std::move(cancel));
    const auto conditions = co_await ports_.runtime->status(call);
    if (!conditions) {
        health.problems.emplace_back("container runtime is down");
    } else {
        for (const cri::RuntimeCondition& condition : *conditions) {
            if (!condition.status) health.problems.push_back(event::not_ready(condition));
        }
    }
    if (shutting_down_) health.problems.emplace_back("node is shutting down");
    health.pressure = evictor_.conditions();
    const auto self = self_.find({"", settings_.sheet.name});
    if (self != nullptr) health.advertised = api::extended_resources(self->status.capacity);
    co_await look_at_images(call);
    health.images = images_;
    co_return health;
}

Task<void> NodeAgent::look_at_images(Call call) {
    const MonotonicTime now = ports_.clock->now();
    if (images_seen_ && now - *images_seen_ < images_period) co_return;
    const auto images = co_await ports_.runtime->list_images(call);
    if (!images) co_return;
    images_ = node_images(*images);
    images_seen_ = now;
}

Task<void> NodeAgent::shut_down(CancelToken cancel) {
    shutting_down_ = true;
    registration_.changed();
    co_await shut_down_pods(node_ports(), settings_.shutdown, cancel);
    shutting_down_ = !cancel.cancelled();
    registration_.changed();
}

Task<void> NodeAgent::stop() {
    kernel_.reset();
    if (guard_) co_await guard_->stop();
    co_await registration_.stop();
    stopping_.cancel({Code::cancelled, "the agent stops"});
    synced_.notify();
    co_await gate_.close();
    if (manifests_) co_await manifests_->stop();
    co_await pods_.stop();
    co_await self_.stop();
    co_await mirrors_.stop();
    co_await api_pods_.stop();
    co_await evictor_.stop();
    co_await rotator_.stop();
    co_await collector_.stop();
    ports_.pods->on_status(nullptr);
    ports_.pods->on_gone(nullptr);
    co_await statuses_.stop();
    co_await events_.stop();
}

}  // namespace hooklet
