// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "pods/plan.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_volumes.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// The sandbox of one Pod, with the volumes that have to be there before it and go after it.
class PodSandbox {
  public:
    PodSandbox(PodContext* context, Gate* gate) : context_(context), gate_(gate), volumes_(context, gate) {}

    /// An earlier agent has made it; instead of make().
    void take_over(const cri::PodSandboxStatus& status);

    // Each begins the activity; its end is told through PodContext::changed.
    void make();
    void stop();
    void remove();

    /// There is reason to think that the sandbox is not ready any more: asks the engine.
    void look_again();

    /// Keeps the Pod's object for the agent that comes after this one, should the API have none then.
    void write_object() const;

    /// The Pod has ended for good: what its volumes hold is given back.
    void release_volumes() { volumes_.release(); }
    /// See PodVolumes::refresh.
    void refresh_volumes() { volumes_.refresh(); }

    /// Says, once, that another sandbox is going to take its place.
    void tell_changed();
    /// What failed may be tried again at once.
    void hurry() { not_before_ = {}; }

    [[nodiscard]] SandboxState state() const { return state_; }
    [[nodiscard]] MonotonicTime not_before() const {
        return volumes_.outdated() ? MonotonicTime{} : not_before_;
    }
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::vector<std::string>& ips() const { return ips_; }
    [[nodiscard]] const cri::PodSandboxConfig& config() const { return config_; }
    /// The Pod's /etc/hosts, on the host.
    [[nodiscard]] std::string hosts_path() const;
    /// Host paths of the Pod's volumes by name. Complete once the sandbox was ready.
    [[nodiscard]] const std::map<std::string, std::string>& volume_paths() const { return volumes_.paths(); }

  private:
    Task<void> make_sandbox();
    Task<Status> run_in_engine();
    Task<Result<std::string>> create(Call call);
    Task<void> record_refusal(Error refusal, Call call);
    /// Nobody makes ResourceClaims or prepares what they ask for: a Pod that has one waits, as on a node
    /// without a driver.
    Status check_claims() const;
    void record_ready(Duration took) const;
    Status write_hosts_file() const;
    Task<void> check();
    Task<void> stop_sandbox();
    Task<void> remove_sandbox();
    Task<Status> discard_all();
    Status clean_up();
    void enter(SandboxState state);
    void retry(SandboxState state);

    PodContext* context_;
    Gate* gate_;
    SandboxState state_ = SandboxState::absent;
    unsigned failures_ = 0;
    bool change_told_ = false;
    MonotonicTime not_before_;
    std::uint32_t next_attempt_ = 0;
    std::string id_;
    std::string stopped_id_;  ///< The sandbox whose stop the engine has confirmed.
    std::vector<std::string> ips_;
    cri::PodSandboxConfig config_;
    PodVolumes volumes_;
};

}  // namespace hooklet
