// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "events/journal.hpp"
#include "support/sim_network.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// One thing that happened, in words; scenarios are written in these.
struct TimelineLine {
    Duration at{};        ///< Since the beginning.
    std::string subject;  ///< `pod`, `pod/container`, or `-`. The Pod's label, see uid_of().
    std::string text;
};

/// Everything that happened, in order, as three witnesses saw it:
///
///     step Started                         the journal's steps, events and hook attempts
///     event Killing: Stopping container c
///     warning FailedPostStartHook: PostStartHook failed: exit code 3
///     hook preStop begins: sleep 5 (Deleted)
///     hook preStop Succeeded
///     engine TERM SIGTERM                  the simulated engine and network
///     engine exited 137 Error
///     phase Running                        the Pod's status, where it changed
///     ready True
///     state waiting CrashLoopBackOff: back-off 10s restarting ...
///     restarts 1
///     last 137 Error
///     initialized False ContainersNotInitialized: containers with incomplete status: [i1]
///     has cpu=1 memory=1Gi                 requests: what the container has, and what it was given
///     allocated cpu=2 memory=1Gi
///     PodResizePending True Deferred: Node didn't have enough resource ... of 2
///     PodResizeInProgress gone
///     reason DeadlineExceeded: Pod was active ...
class Timeline {
  public:
    explicit Timeline(const SimClock* clock) : clock_(clock) {}

    void see(const JournalEntry& entry);
    void see(const api::Pod& pod);
    /// `network` tells more about requests that reached a server.
    void see(const Observation& observation, const SimNetwork& network);

    [[nodiscard]] const std::vector<TimelineLine>& lines() const { return lines_; }

  private:
    void add(std::string subject, std::string text);
    /// Only when it is not what it was.
    void changed(const std::string& subject, const std::string& what, const std::string& value);
    void see(const HookAttempt& attempt);
    void see(const LifecycleStep& step);
    void see(const EventRecord& event);
    void see(const std::string& container, const api::ContainerStatus& status);
    void see_resize(const std::string& subject, const api::PodStatus& status);

    const SimClock* clock_;
    std::vector<TimelineLine> lines_;
    std::map<std::string, std::string> values_;
};

/// For people.
std::string print(const std::vector<TimelineLine>& lines);

/// The uid that a Pod of a simulated run gets from its label, and back. The label is the Pod's name; when it
/// is made anew under the same name, `NAME~2`.
std::string uid_of(const std::string& pod);
std::string pod_of(const std::string& uid);

}  // namespace hooklet::sim
