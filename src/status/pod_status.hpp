// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "status/container_view.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// Why a Pod ends other than by itself, and what its status says of it (lifecycle spec 6.6, 8).
struct PodEnd {
    /// For hooks and the journal: `Deleted`, `DeadlineExceeded`, `Evicted`, `Preempted`, `NodeShutdown`,
    /// `PhaseSet`.
    std::string trigger = "Deleted";
    std::string reason{};  ///< status.reason, with `message`; both are empty for a deletion.
    std::string message{};
    /// Set: the condition DisruptionTarget{True, TerminationByKubelet} with this message.
    std::optional<std::string> disruption{};
    bool fails = true;  ///< Failed also when every container has ended well; counts only with a reason.
    bool told = false;  ///< A Warning event says so, of this reason and message.
    std::map<std::string, std::string> event_annotations{};  ///< Of that event.
    bool operator==(const PodEnd&) const = default;
};

/// One of the two conditions of an in-place resize.
struct ResizeNote {
    std::string reason;
    std::string message;
    std::int64_t generation = 0;  ///< Of the spec that it speaks of.
    bool operator==(const ResizeNote&) const = default;
};

/// How far the resize that the Pod's spec asks for is.
struct ResizeProgress {
    std::optional<ResizeNote> pending{};      ///< There is no room: `Deferred` or `Infeasible`.
    std::optional<ResizeNote> in_progress{};  ///< Granted, and not carried out yet; `Error` when that failed.
    bool operator==(const ResizeProgress&) const = default;
};

/// Everything that a Pod's status is made from.
struct StatusInput {
    const api::Pod* pod = nullptr;                    ///< Spec, and the status reported last.
    std::map<std::string, ContainerView> containers;  ///< By name, of every role.
    ResizeProgress resize{};
    std::optional<PodEnd> end;  ///< The end was asked for.
    bool final_ = false;        ///< Nothing of the Pod runs any more, and nothing will.
    bool sandbox_ready = false;
    std::vector<std::string> pod_ips;
    std::string host_ip;
    std::string runtime_name;  ///< Scheme of container ids: `containerd`.
    WallTime now;
};

/// The Pod's status as the API shows it (lifecycle spec 6). Pure.
api::PodStatus make_status(const StatusInput& input);

/// A Pod that will never run (lifecycle spec 6.8): Failed, with neither conditions nor container statuses.
api::PodStatus rejected_status(const api::Pod& pod, const std::string& reason, const std::string& message,
                               WallTime now);

}  // namespace hooklet
