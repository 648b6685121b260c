// SPDX-License-Identifier: Apache-2.0
#include "controllers/mirrored_slices.hpp"

#include "controllers/service_targets.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace hooklet {

namespace {

constexpr const char* leader_annotation = "control-plane.alpha.kubernetes.io/leader";
/// About the Endpoints alone.
constexpr const char* trigger_annotation = "endpoints.kubernetes.io/last-change-trigger-time";
constexpr const char* applied_annotation = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t most_mirrored = 1000;

/// Addresses that can share a slice.
struct MirrorGroup {
    std::string family;
    std::vector<api::EndpointPort> ports;
    std::set<std::string> seen{};  ///< Addresses that are there already.
    std::vector<api::SliceEndpoint> endpoints{};
};
using MirrorGroups = std::vector<MirrorGroup>;

api::SliceEndpoint mirrored(const api::EndpointAddress& address, bool ready) {
    api::SliceEndpoint endpoint;
    endpoint.addresses = {address.ip};
    endpoint.conditions.ready = ready;
    endpoint.targetRef = address.targetRef;
    endpoint.nodeName = address.nodeName;
    if (!address.hostname.empty()) endpoint.hostname = address.hostname;
    return endpoint;
}

MirrorGroup& group_for(MirrorGroups& groups, const std::string& family,
                       const std::vector<api::EndpointPort>& ports) {
    const auto found = std::ranges::find_if(
        groups, [&](const MirrorGroup& group) { return group.family == family && group.ports == ports; });
    return found != groups.end() ? *found : groups.emplace_back(family, ports);
}

void add_subset(MirrorGroups& groups, const api::EndpointSubset& subset) {
    std::size_t added = 0;
    const auto add = [&](const std::vector<api::EndpointAddress>& addresses, bool ready) {
        for (const api::EndpointAddress& address : addresses) {
            if (added++ >= most_mirrored) return;
            MirrorGroup& group = group_for(groups, family_of(address.ip), subset.ports);
            if (group.endpoints.size() >= most_mirrored || !group.seen.insert(address.ip).second) continue;
            group.endpoints.push_back(mirrored(address, ready));
        }
    };
    add(subset.addresses, true);
    add(subset.notReadyAddresses, false);
}

api::EndpointSlice mirror_slice(const api::Endpoints& endpoints, MirrorGroup group) {
    api::EndpointSlice slice;
    slice.kind = "EndpointSlice";
    slice.apiVersion = "discovery.k8s.io/v1";
    const api::ObjectMeta& of = endpoints.metadata;
    slice.metadata.namespace_ = of.namespace_;
    slice.metadata.name = slice_name(of.name, "mirror " + group.family, group.ports, 0);
    slice.metadata.labels = of.labels;
    slice.metadata.labels[slice_service_label] = of.name;
    slice.metadata.labels[slice_managed_by] = slice_mirror;
    slice.metadata.annotations = of.annotations;
    slice.metadata.annotations.erase(trigger_annotation);
    slice.metadata.annotations.erase(applied_annotation);
    slice.metadata.ownerReferences.push_back({"v1", "Endpoints", of.name, of.uid, true, true});
    slice.addressType = group.family;
    slice.endpoints = std::move(group.endpoints);
    slice.ports = slice_ports(group.ports);
    return slice;
}

}  // namespace

bool is_mirrored(const api::Endpoints& endpoints) {
    const auto skip = endpoints.metadata.labels.find(skip_mirror_label);
    if (skip != endpoints.metadata.labels.end() && skip->second == "true") return false;
    return !endpoints.metadata.annotations.contains(leader_annotation);
}

std::vector<api::EndpointSlice> mirrored_slices(const api::Endpoints& endpoints) {
    MirrorGroups groups;
    for (const api::EndpointSubset& subset : endpoints.subsets) add_subset(groups, subset);
    std::vector<api::EndpointSlice> slices;
    for (MirrorGroup& group : groups) slices.push_back(mirror_slice(endpoints, std::move(group)));
    return slices;
}

}  // namespace hooklet
