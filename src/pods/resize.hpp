// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "api/types.hpp"

#include <string>
#include <vector>

/// In-place resize: new cpu and memory amounts for a Pod that runs (KEP 1287). Decisions only.
namespace hooklet {

/// What a resize is judged by.
struct ResizeRoom {
    api::ResourceList allocatable;     ///< What the machine has for Pods.
    api::ResourceList used_by_others;  ///< Requests of the other Pods together.
    bool is_static = false;            ///< The Pod comes from a file.
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

/// What one running container needs to get from the resources it was given to those in the spec.
struct ContainerResize {
    std::string container;
    bool restart =
        false;  ///< Its resizePolicy asks for a restart for a resource that changes; else an update.
    bool operator==(const ContainerResize&) const = default;
};

/// The containers and sidecars of `wanted` whose cpu or memory differ from `actuated`, in spec order. New
/// containers are not among them.
std::vector<ContainerResize> container_resizes(const api::PodSpec& actuated, const api::PodSpec& wanted);

}  // namespace hooklet
