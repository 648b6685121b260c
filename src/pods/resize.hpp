// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "api/types.hpp"
#include "ports/file_system.hpp"

#include <optional>
#include <string>

/// In-place resize: new cpu and memory amounts for a Pod that runs (KEP 1287). Decisions only.
namespace hooklet {

/// What a resize is judged by.
struct ResizeRoom {
    /// What the machine has for Pods; not set: room enough.
    std::optional<api::ResourceList> allocatable;
    api::ResourceList used_by_others;  ///< Requests of the other Pods together.
};

struct ResizeVerdict {
    enum class Kind {
        fits,
        deferred,    ///< Would fit, were other Pods gone: condition PodResizePending, reason Deferred.
        infeasible,  ///< Can never fit: condition PodResizePending, reason Infeasible.
    };
    Kind kind = Kind::fits;
    std::string message{};  ///< Of the condition; the kubelet's text.
    bool operator==(const ResizeVerdict&) const = default;
};

/// Whether the machine can give the Pod what its spec asks for now. cpu counts in thousandths, memory in
/// bytes.
ResizeVerdict judge_resize(const api::PodSpec& wanted, const ResizeRoom& room);

/// Among resizes that wait for room: whether `a` has its turn before `b`. Those that ask for nothing more
/// come first, then the higher priority, then Guaranteed.
struct WaitingResize {
    const api::PodSpec* given = nullptr;
    const api::PodSpec* wanted = nullptr;
};
bool has_turn_before(const WaitingResize& a, const WaitingResize& b);

/// How a running container gets to other resources.
enum class ResizeNeed {
    none,     ///< It has them.
    update,   ///< As it runs.
    restart,  ///< Its resizePolicy asks for a restart for a resource that changes.
};
/// `actual`: what the container has; counts cpu and memory.
ResizeNeed resize_need(const api::ResourceRequirements& actual, const api::Container& wanted);

/// Whether the containers and sidecars of both have the same resources.
bool same_resources(const api::PodSpec& a, const api::PodSpec& b);
/// Gives the containers of `spec` the resources of those of the same name in `from`.
void take_resources(api::PodSpec& spec, const api::PodSpec& from);

/// The limits on the way from `now` to `next`, while containers have some of the old and some of the new
/// resources: what both need. What `now` does not limit stays free.
CgroupLimits widest(const CgroupLimits& now, const CgroupLimits& next);

/// For events: the resources of the Pod's containers as JSON, with the generation of its spec that they are
/// of and what went wrong.
std::string resize_summary(const api::PodSpec& spec, std::int64_t generation, const std::string& error);

}  // namespace hooklet
