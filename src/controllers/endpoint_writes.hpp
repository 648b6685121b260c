// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/service_targets.hpp"
#include "informer/informer.hpp"
#include "ports/api.hpp"

#include <set>
#include <string>
#include <vector>

/// What is to be written so that Services have their Endpoints and EndpointSlices. Nothing here waits or
/// asks.
namespace hooklet {

/// What is known; it lives elsewhere.
struct EndpointObjects {
    const Informer<api::Service>::Objects* services;
    const Informer<api::Endpoints>::Objects* endpoints;
    const Informer<api::EndpointSlice>::Objects* slices;
    const Informer<api::Pod>::Objects* pods;  ///< nullptr as long as nobody knows.
};

struct EndpointWrite {
    enum class What { create, update, remove };
    What what = What::create;
    ApiPath path;
    api::Node object{};  ///< What is written.
    std::string uid{};   ///< Of what is removed.
};

/// Services with a selector have those that their Pods make (see service_targets.hpp), the Endpoints of other
/// Services have slices that say the same (mirrored_slices.hpp). What controllers made for Services and
/// Endpoints that are gone goes, and so do the Endpoints of Services in `gone`, whoever made them.
std::vector<EndpointWrite> endpoint_writes(const EndpointObjects& known, const std::set<ObjectName>& gone);

}  // namespace hooklet
