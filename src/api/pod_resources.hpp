// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hooklet::api {

using ResourceList = std::map<std::string, Quantity>;

/// The named amount, or zero.
Quantity amount_of(const ResourceList& list, std::string_view name);

/// Whether a resource is neither Kubernetes' own nor the kernel's: a device, or what somebody advertises
/// (`example.com/dongle`).
bool is_extended_resource(std::string_view name);
/// Of the list, those that are.
ResourceList extended_resources(const ResourceList& list);

/// Adds each amount of `more`.
void add_to(ResourceList& sum, const ResourceList& more);

/// Whether resources for all containers of a Pod together can be of this kind: cpu, memory, huge pages.
bool is_for_a_whole_pod(std::string_view resource);

/// The size of the pages of `hugepages-SIZE`; nullopt: it is another resource, or its size is none.
std::optional<Quantity> huge_page_size(std::string_view resource);

/// What the containers request at once, whatever the Pod requests for them together.
ResourceList container_requests(const PodSpec& spec);

/// What a Pod with defaults set needs at once: all containers and sidecars together, or, where that is more,
/// an init container with the sidecars started before it; pod-level resources replace what they name; the
/// overhead comes on top (requests always, limits where there is one).
ResourceList pod_requests(const PodSpec& spec);
ResourceList pod_limits(const PodSpec& spec);

/// What a Pod that a node has counts for there: its requests, and of each container no less than it was given
/// and still has. A resize that the node cannot make (PodResizePending, Infeasible) does not count.
ResourceList held_requests(const Pod& pod);

/// True when every container (or the Pod itself) has a non-zero limit of this resource, so that the sum is
/// one for the Pod.
bool all_limited(const PodSpec& spec, std::string_view resource);

}  // namespace hooklet::api
