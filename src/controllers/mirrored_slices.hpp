// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <vector>

/// EndpointSlices for Endpoints that somebody else than a controller writes. Nothing here waits or asks.
namespace hooklet {

/// Who has made such a slice, by its label `endpointslice.kubernetes.io/managed-by`.
inline constexpr const char* slice_mirror = "endpointslicemirroring-controller.k8s.io";
/// With the value `true` it says that Endpoints are not to be mirrored.
inline constexpr const char* skip_mirror_label = "endpointslice.kubernetes.io/skip-mirror";

/// Whether the Endpoints have slices of their own: not when a label forbids it, or when they serve an
/// election as a lock.
bool is_mirrored(const api::Endpoints& endpoints);

/// Their slices, one for each family and set of ports with addresses. Of each subset the first 1000 addresses
/// count, those that are ready first; a slice has no more either.
std::vector<api::EndpointSlice> mirrored_slices(const api::Endpoints& endpoints);

}  // namespace hooklet
