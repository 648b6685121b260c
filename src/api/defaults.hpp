// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/types.hpp"

namespace hooklet::api {

/// Fills unset fields as the API server does on every decode: the tables' `default=` values, and those that
/// depend on other fields (pull policy, host ports, requests from limits, the mirrored service account,
/// podIP/podIPs). Idempotent. Does not touch metadata.
void set_defaults(Pod& pod);
/// The same of a Pod's spec alone.
void set_defaults(PodSpec& spec);
void set_defaults(PodTemplate& pod_template);
/// Type Opaque; stringData is merged into data, where it wins, and dropped.
void set_defaults(Secret& secret);
/// Target ports, the policies that the type asks for, one IPv4 family; clusterIP and clusterIPs alike.
void set_defaults(Service& service);
/// What can be allocated is the capacity unless said; podCIDR and podCIDRs alike.
void set_defaults(NodeObject& node);
/// Every namespace has its name as the label `kubernetes.io/metadata.name`. One without a name yet gets it
/// with the next call.
void set_defaults(Namespace& ns);
/// Limits of containers: a default is the maximum unless said, a default request the default or the minimum.
void set_defaults(LimitRange& range);

/// What the tables alone say: gives every unset field of `object`, however deep, its `default=`, and rounds
/// every quantity to 1m.
void apply_table(const TypeDescriptor& type, void* object);
template <class T>
void set_table_defaults(T& object) {
    apply_table(describe<T>(), &object);
}

}  // namespace hooklet::api
