// SPDX-License-Identifier: Apache-2.0
#include "controllers/endpoint_writes.hpp"

#include "controllers/mirrored_slices.hpp"

#include <memory>
#include <utility>

namespace hooklet {

namespace {

using Writes = std::vector<EndpointWrite>;
using What = EndpointWrite::What;

ApiPath path_of(const api::Endpoints& endpoints) {
    return {"", "v1", "endpoints", endpoints.metadata.namespace_, endpoints.metadata.name};
}

ApiPath path_of(const api::EndpointSlice& slice) {
    return {"discovery.k8s.io", "v1", "endpointslices", slice.metadata.namespace_, slice.metadata.name};
}

std::string label_of(const api::ObjectMeta& metadata, const char* key) {
    const auto found = metadata.labels.find(key);
    return found == metadata.labels.end() ? "" : found->second;
}

/// What is there, with what is wanted of it; the rest is others'.
api::Endpoints corrected(api::Endpoints known, const api::Endpoints& wanted) {
    known.subsets = wanted.subsets;
    known.metadata.labels = wanted.metadata.labels;
    return known;
}

api::EndpointSlice corrected(api::EndpointSlice known, const api::EndpointSlice& wanted) {
    known.endpoints = wanted.endpoints;
    known.ports = wanted.ports;
    known.metadata.labels = wanted.metadata.labels;
    known.metadata.ownerReferences = wanted.metadata.ownerReferences;
    if (label_of(wanted.metadata, slice_managed_by) == slice_mirror)
        known.metadata.annotations = wanted.metadata.annotations;
    return known;
}

template <class T>
std::shared_ptr<const T> find_in(const std::map<ObjectName, std::shared_ptr<const T>>& objects,
                                 const ObjectName& name) {
    const auto found = objects.find(name);
    return found == objects.end() ? nullptr : found->second;
}

template <class T>
void keep(Writes& writes, const std::map<ObjectName, std::shared_ptr<const T>>& objects, const T& wanted) {
    const auto known = find_in(objects, {wanted.metadata.namespace_, wanted.metadata.name});
    if (!known) {
        writes.push_back({What::create, path_of(wanted), api::encode(wanted)});
        return;
    }
    T before = *known;
    before.kind = wanted.kind;
    before.apiVersion = wanted.apiVersion;
    const T right = corrected(before, wanted);
    if (right != before) writes.push_back({What::update, path_of(wanted), api::encode(right)});
}

template <class T>
void drop(Writes& writes, const T& object) {
    writes.push_back({What::remove, path_of(object), {}, object.metadata.uid});
}

PodPointers pods_in(const Informer<api::Pod>::Objects& pods, const std::string& namespace_) {
    PodPointers found;
    for (auto it = pods.lower_bound({namespace_, ""}); it != pods.end(); ++it) {
        if (it->first.namespace_ != namespace_) break;
        found.push_back(it->second);
    }
    return found;
}

/// The Service that Endpoints, or a slice by its label, are of; nullptr: it is gone.
const api::Service* service_of(const EndpointObjects& known, const std::string& namespace_,
                               const std::string& name) {
    return find_in(*known.services, {namespace_, name}).get();
}

/// Whether others than the controllers write the Endpoints of a Service, so that the slices follow them.
bool wants_mirror(const EndpointObjects& known, const api::Endpoints& endpoints) {
    const auto* service = service_of(known, endpoints.metadata.namespace_, endpoints.metadata.name);
    return service != nullptr && service->spec.selector.empty() && is_mirrored(endpoints);
}

/// Writes what should be there, and says which slices that are.
std::set<ObjectName> keep_wanted(Writes& writes, const EndpointObjects& known) {
    std::set<ObjectName> names;
    const auto keep_slices = [&](const std::vector<api::EndpointSlice>& slices) {
        for (const api::EndpointSlice& slice : slices) {
            names.insert({slice.metadata.namespace_, slice.metadata.name});
            keep(writes, *known.slices, slice);
        }
    };
    for (const auto& [name, service] : *known.services) {
        if (known.pods == nullptr || !has_targets(*service)) continue;
        const PodPointers pods = pods_in(*known.pods, name.namespace_);
        keep(writes, *known.endpoints, endpoints_of(*service, pods));
        keep_slices(slices_of(*service, pods));
    }
    for (const auto& [name, endpoints] : *known.endpoints) {
        if (wants_mirror(known, *endpoints)) keep_slices(mirrored_slices(*endpoints));
    }
    return names;
}

/// Whether the slice was made by a controller that would not make it again. `wanted`: one made it just now.
bool is_leftover(const EndpointObjects& known, const api::EndpointSlice& slice, bool wanted) {
    const std::string maker = label_of(slice.metadata, slice_managed_by);
    if (maker == slice_mirror) return !wanted;
    if (maker != slice_manager) return false;
    const auto* service =
        service_of(known, slice.metadata.namespace_, label_of(slice.metadata, slice_service_label));
    if (service == nullptr) return true;
    return known.pods != nullptr && has_targets(*service) && !wanted;
}

}  // namespace

std::vector<EndpointWrite> endpoint_writes(const EndpointObjects& known, const std::set<ObjectName>& gone) {
    Writes writes;
    const std::set<ObjectName> wanted = keep_wanted(writes, known);
    for (const auto& [name, it] : *known.endpoints) {
        const bool own = label_of(it->metadata, endpoints_managed_by) == endpoints_manager;
        if (!known.services->contains(name) && (own || gone.contains(name))) drop(writes, *it);
    }
    for (const auto& [name, it] : *known.slices) {
        if (is_leftover(known, *it, wanted.contains(name))) drop(writes, *it);
    }
    return writes;
}

}  // namespace hooklet
