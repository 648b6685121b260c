// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "informer/informer.hpp"
#include "node/api_pods.hpp"
#include "node/collector.hpp"
#include "node/event_sink.hpp"
#include "node/evictor.hpp"
#include "node/log_rotator.hpp"
#include "node/managed_pods.hpp"
#include "node/mirror_pods.hpp"
#include "node/node_registration.hpp"
#include "node/shutdown.hpp"
#include "node/shutdown_guard.hpp"
#include "node/static_pod_source.hpp"
#include "node/stats_reporter.hpp"
#include "node/status_writer.hpp"
#include "node/usage_meter.hpp"
#include "ports/kernel_log.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// The outside world of a node agent. All outlive it.
struct NodeAgentPorts {
    Executor executor;
    Clock* clock = nullptr;
    cri::ContainerRuntime* runtime = nullptr;
    FileSystem* files = nullptr;
    NodeStats* stats = nullptr;
    Compressor* compressor = nullptr;
    DirectoryWatch* directories = nullptr;
    Api* api = nullptr;
    Journal* journal = nullptr;
    PodManager* pods = nullptr;  ///< Its status and gone listeners become the agent's.
    /// Told what a person should read in the agent's log; a line without its end.
    std::function<void(const std::string&)> tell;
    api::DocumentParser yaml_parser;
    MachineShutdown* machine = nullptr;  ///< Not set: shutdowns are not held up.
    KernelLog* kernel_log = nullptr;     ///< Not set: it is not listened to.
};

struct NodeAgentSettings {
    NodeSheet sheet;
    bool cluster_dns = true;  ///< Pods have name servers of the cluster; otherwise the Node says so, once.
    std::string manifests;    ///< Directory of static Pods; empty: none.
    LogPolicy logs;
    CollectorSettings collector;
    EvictionSettings eviction;
    std::vector<ShutdownShare> shutdown;  ///< Of shut_down(); none: shutdowns are not held up.
};

/// The node side of an agent that has an API: registers the machine, runs the Pods that the API and the
/// manifest directory have for it, reports statuses and events, and looks after the machine.
class NodeAgent {
  public:
    NodeAgent(NodeAgentPorts ports, NodeAgentSettings settings);

    /// Takes over what an earlier agent left, then begins.
    void start();
    /// Ends everything of this; Pods are left to PodManager::stop(), which leaves their containers running.
    /// Nothing of the journal or of the Pods may come after.
    Task<void> stop();

    /// What the machine and its Pods use.
    UsageMeter& meter() { return meter_; }
    StatsReporter& reporter() { return reporter_; }

    /// An earlier agent had this Pod, or this one has it: its logs may be removed when it has gone.
    void remember_pod(const std::string& uid) { collector_.remember(uid); }

    /// The machine goes down: no Pod is let in any more, and all end, the least important first. Returns when
    /// they have, or when cancelled because it does not go down after all.
    Task<void> shut_down(CancelToken cancel);

  private:
    /// Hands the node's Pods to those who look after them.
    struct Feed final : Reflector::Sink {
        explicit Feed(NodeAgent* owner) : agent(owner) {}
        void replace(std::vector<api::Node> pods) override;
        void put(api::Node pod) override;
        void erase(api::Node pod) override;
        NodeAgent* agent;
    };

    Task<void> run();
    Task<void> recover();
    Task<void> end_unclaimed();
    /// Until it succeeds or the agent stops; `what` is what a person reads of a failure.
    template <class Work>
    Task<void> insist(std::string what, Work work);
    void listen();
    void record(const EventRecord& event);
    void record_of_node(const event::Text& text);
    void on_status(const api::Pod& pod);
    void on_gone(const api::Pod& pod);
    void add_static(api::Pod pod);
    void guard_shutdown();
    /// For what runs out of memory outside of containers.
    void follow_kernel();
    [[nodiscard]] AdmittingNode admitting() const;
    Task<NodeHealth> look(CancelToken cancel);
    /// Brings `images_` up to date where they are old.
    Task<void> look_at_images(Call call);
    [[nodiscard]] ApiPorts api_ports() const;
    [[nodiscard]] NodePorts node_ports();

    NodeAgentPorts ports_;
    NodeAgentSettings settings_;
    bool shutting_down_ = false;
    std::vector<NodeImage> images_;
    std::optional<MonotonicTime> images_seen_;
    std::map<std::string, api::Pod> static_pods_;  // by uid
    StatusWriter statuses_;
    EventSink events_;
    ManagedPods control_;
    ApiPods api_pods_;
    NodeRegistration registration_;
    MirrorPods mirrors_;
    LogRotator rotator_;
    Collector collector_;
    Evictor evictor_;
    NodeUsageMeter meter_;
    StatsReporter reporter_;
    std::optional<StaticPodSource> manifests_;
    Informer<api::NodeObject> self_;
    std::optional<ShutdownGuard> guard_;
    std::unique_ptr<KernelLog::Handle> kernel_;
    Feed feed_;
    Reflector pods_;
    Signal synced_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
