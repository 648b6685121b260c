// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/gate.hpp"
#include "pods/leftover.hpp"
#include "pods/pod_settings.hpp"
#include "ports/container_runtime.hpp"
#include "status/pod_status.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hooklet {

class PodWorker;
struct PodServices;

/// A Pod of which something is left.
struct ManagedPod {
    api::Pod object;  ///< With the status as reported last.
    std::string cgroup;
    bool ending = false;  ///< Its end was asked for, or its phase is final.
};

/// Runs Pods: one worker each. Engine events are routed to the workers; a slow re-list is the safety net.
class PodManager {
  public:
    /// Told whenever a Pod's status has changed (the Pod with its new status), until it is gone.
    using StatusListener = std::function<void(const api::Pod&)>;
    /// Told once for each Pod when nothing of it is left.
    using GoneListener = std::function<void(const api::Pod&)>;

    PodManager(PodPorts ports, PodSettings settings);
    ~PodManager();

    void on_status(StatusListener listener) { status_listener_ = std::move(listener); }
    void on_gone(GoneListener listener) { gone_listener_ = std::move(listener); }

    /// As PodSettings::allocatable, for those who learn it later.
    void set_allocatable(api::ResourceList allocatable) { settings_.allocatable = std::move(allocatable); }

    /// Removes what an earlier, killed agent left: sandboxes with this owner's label that no known Pod has,
    /// and volumes of Pods that got no sandbox. Returns how many Pods these are of. Pods of `kept` are left
    /// alone.
    Task<Result<std::size_t>> remove_leftovers(std::set<std::string> kept = {});

    /// Takes note of what an earlier agent left, in the engine, in the journal and in files. add() then goes
    /// on with what is there of its Pod: containers run on, and restarts count on. Before the first add().
    Task<Status> recover();
    /// Whether recover() found something of this Pod that nobody has added.
    [[nodiscard]] bool is_left(const std::string& uid) const { return leftovers_.contains(uid); }
    /// What recover() found and nobody has added, when all that is to run has been: Pods end as their own
    /// specs say, hooks included; where not even that is known, remains are removed. Pods of `kept` are left
    /// alone.
    Task<Status> end_unclaimed(std::set<std::string> kept);
    /// Removes what is in the engine and on the disk of a Pod that was never added.
    Task<Status> discard(std::string uid);

    /// The Pod with the resources that an earlier agent gave it, which its object may have outrun since.
    [[nodiscard]] api::Pod as_given(api::Pod pod) const;

    /// Starts the Pod. It has been defaulted and validated, and has a uid that was never used before.
    void add(api::Pod pod);

    /// Asks for the Pod's end, like an API DELETE. `grace_s`: seconds for preStop and the stop together;
    /// unset: the Pod's own terminationGracePeriodSeconds. Again on a terminating Pod it can only shorten,
    /// and applies at once.
    void remove(const std::string& uid, std::optional<std::int64_t> grace_s);
    void remove_all(std::optional<std::int64_t> grace_s);

    /// Ends the Pod for a reason of the node's; it stays known, with that status, until it is removed.
    void end(const std::string& uid, PodEnd why, Duration grace);

    /// A new version of a known Pod's object: metadata, images, ephemeral containers, the deadline and the
    /// conditions of others count; cpu and memory as soon as there is room.
    void update(api::Pod pod);

    [[nodiscard]] std::vector<ManagedPod> list() const;
    /// Returns when nothing of the Pod runs any more, at once for an unknown one; fails when `call` ends.
    Task<Status> ended(std::string uid, Call call);

    /// True when no worker is left.
    [[nodiscard]] bool empty() const { return workers_.empty(); }

    /// Interrupts all workers where they are and waits for them to return; containers are left as they are.
    Task<void> stop();

  private:
    [[nodiscard]] cri::Filter ours() const;
    /// Adds the Pods that have files of their own but no worker.
    Status find_left_volumes(std::set<std::string>& uids) const;
    /// Adds what the journal and the files have.
    Task<Status> read_memories(std::vector<cri::ContainerStatus> containers);
    Task<Status> remove_sandboxes(cri::Filter filter);
    Status remove_files(const std::string& uid);
    void report(const api::Pod& pod);
    void tell_waiting(const std::string& uid);
    /// Pods, or what they have, are not what they were: some of what waits for room may have it.
    void resources_changed();
    void settle_resizes();
    [[nodiscard]] api::ResourceList used_by_others(const PodWorker& worker) const;
    /// Each QoS class as a whole has the weight of its Pods.
    void weigh_classes();
    Task<void> run_worker(std::shared_ptr<PodWorker> worker);
    Task<void> relist_loop();
    Task<Status> relist();
    void route(const cri::ContainerEvent& event);

    PodPorts ports_;
    PodSettings settings_;
    std::unique_ptr<PodServices> services_;
    StatusListener status_listener_;
    GoneListener gone_listener_;
    std::map<std::string, std::shared_ptr<PodWorker>> workers_;  // by uid
    std::map<std::string, CgroupLimits> class_limits_;           // as set last, by cgroup
    Leftovers leftovers_;
    std::multimap<std::string, CancelSource> waiting_;  // for the end of a Pod, by uid
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
