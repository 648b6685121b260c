// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "pods/pod_context.hpp"

#include <map>
#include <optional>
#include <string>

namespace hooklet {

/// The volumes of one Pod over its life: made before its sandbox, kept up to date, removed at the end.
class PodVolumes {
  public:
    PodVolumes(PodContext* context, Gate* gate) : context_(context), gate_(gate) {}

    /// Makes them; records FailedMount events when that fails.
    Task<Status> set_up();
    /// An earlier agent has made them: they are kept up to date from now on.
    void take_over();
    /// After a failed set_up(): what the Pod refers to has changed since, so that it may be tried again at
    /// once.
    [[nodiscard]] bool outdated() const { return context_->changed_since(failed_at_); }

    /// What the Pod refers to has changed, or its labels or annotations have: writes what differs. Running
    /// containers see it, except through sub-paths.
    void refresh();

    /// Gives back what a Pod that has ended holds; its volumes do not follow anything any more.
    void release();
    /// Removes all that is on the host for the Pod.
    Status tear_down();

    /// Host paths by name. Complete once set_up() has succeeded.
    [[nodiscard]] const std::map<std::string, std::string>& paths() const { return paths_; }

  private:
    Task<ObjectSnapshot> read();
    Status judge(const Result<VolumesMade>& made);
    /// Records what failed; the same again ever more rarely.
    void tell(const std::vector<std::string>& texts);
    /// The Pod has waited for its volumes for so long that the missing ones are named.
    void tell_missing(const VolumesMade& made);
    Task<void> run_refresh();
    void plan_next(const ObjectSnapshot& objects, const Status& refreshed);

    PodContext* context_;
    Gate* gate_;
    bool up_ = false;
    bool refreshing_ = false;
    std::optional<std::uint64_t> failed_at_;
    unsigned failures_ = 0;          ///< Of refreshes, in a row.
    std::vector<std::string> told_;  ///< The failures that were recorded last.
    unsigned times_told_ = 0;
    MonotonicTime silent_until_;
    std::optional<MonotonicTime> missing_since_;
    Timer next_;
    std::map<std::string, std::string> paths_;
};

}  // namespace hooklet
