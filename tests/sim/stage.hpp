// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/scenario.hpp"
#include "sim/sim_agent.hpp"
#include "sim/timeline.hpp"

#include <functional>
#include <memory>
#include <set>

namespace hooklet::sim {

/// Plays one scenario with one seed: the world, the agent in it, and the checks that every run gets.
class Stage {
  public:
    Stage(const Scenario* scenario, std::uint64_t seed);
    ~Stage();

    /// Runs it to its end: the steps, the time it is given, the removal of what is left.
    void play();

    /// What is not as it should be, in words; empty when all is well.
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
    [[nodiscard]] const std::vector<TimelineLine>& timeline() const { return timeline_.lines(); }
    [[nodiscard]] std::uint64_t fingerprint() const { return world_.fingerprint(); }

    // What steps do.
    // Pods are named by their labels, see uid_of().
    void add(const std::string& pod);
    void remove(const std::string& pod, std::optional<Duration> grace);
    void remove_all(std::optional<Duration> grace);
    /// The Pod's one label from now on: `app`.
    void label(const std::string& pod, const std::string& value);
    /// The node ends the Pod.
    void end(const std::string& pod, std::string reason, std::optional<Duration> grace);
    /// The Pod's object changes.
    void change(const std::string& pod, const std::function<void(api::PodSpec&)>& edit);
    /// The machine has this for Pods, from now on and for later agents too.
    void set_allocatable(api::ResourceList allocatable);
    /// The agent stops and leaves the containers alone.
    void abandon();
    /// The agent's process is killed.
    void crash();
    /// A new agent, which removes what an earlier one left.
    void restart();
    /// What the engine has running for `pod/container`; empty when nothing does.
    [[nodiscard]] std::string running(const std::string& subject) const;
    [[nodiscard]] SimWorld& world() { return world_; }
    /// From here on the agent may be wrong about the world.
    void disturb() { disturbed_ = true; }
    void fail_with(std::string what) { failures_.push_back(std::move(what)); }

  private:
    void start_agent();
    void hear(const JournalEntry& entry);
    void hear(const api::Pod& pod);
    void bring_images();
    void advance_to(Duration at);
    void check_lines();
    void converge();
    [[nodiscard]] std::string lacking() const;
    void clear();
    void check_invariants();
    /// The Pod's facts, after its end was asked for; throws std::invalid_argument.
    [[nodiscard]] PodFacts& ended(const std::string& pod, std::string_view how,
                                  std::optional<Duration> grace);
    [[nodiscard]] PodFacts* facts(const std::string& pod);

    const Scenario* scenario_;
    SimWorld world_;
    Timeline timeline_;
    std::vector<PodFacts> pods_;                      // those that were added
    std::map<std::string, api::Pod> objects_;         // as they are now, by label
    std::set<std::string> removed_;                   // labels
    std::map<std::string, api::PodStatus> statuses_;  // the last ones, by label
    std::optional<api::ResourceList> allocatable_;
    std::unique_ptr<SimAgent> agent_;
    std::vector<std::string> failures_;
    bool disturbed_;
    bool interrupted_ = false;  // an agent ended with Pods
};

}  // namespace hooklet::sim
