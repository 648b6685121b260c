// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Which Pods are behind a Service, and how the API's objects say so. Nothing here waits or asks.
namespace hooklet {

using PodPointers = std::vector<std::shared_ptr<const api::Pod>>;

/// Who has made an Endpoints object, or a slice, for a Service.
inline constexpr const char* endpoints_managed_by = "endpoints.kubernetes.io/managed-by";
inline constexpr const char* endpoints_manager = "endpoint-controller";
inline constexpr const char* slice_managed_by = "endpointslice.kubernetes.io/managed-by";
inline constexpr const char* slice_manager = "endpointslice-controller.k8s.io";
/// The Service of a slice.
inline constexpr const char* slice_service_label = "kubernetes.io/service-name";

/// The name of the `number`-th slice with these ports among those of `owner`; `kind` tells slices of
/// different makers and address families apart.
std::string slice_name(const std::string& owner, const std::string& kind,
                       const std::vector<api::EndpointPort>& ports, std::size_t number);

/// `IPv4` or `IPv6`
std::string family_of(std::string_view address);

/// The ports of Endpoints as a slice has them.
std::vector<api::SlicePort> slice_ports(const std::vector<api::EndpointPort>& ports);

/// Whether somebody is to find the Pods of the Service: it has a selector, and is no mere name.
bool has_targets(const api::Service& service);

/// The Endpoints of a Service, with its labels: the Pods of its namespace that its selector chooses, that
/// have an address of the Service's first family and have neither ended nor begun to; those that are not
/// ready apart from the others. With publishNotReadyAddresses all count as ready, those that end too. A Pod
/// without a port of the Service's `targetPort` is not behind that port. A headless Service needs no ports.
api::Endpoints endpoints_of(const api::Service& service, const PodPointers& pods);

/// The same as slices: one for each family and set of ports, with no more than 100 Pods; Pods that end are
/// there, and said to. Names depend on these alone, so that a slice keeps its name. A family without Pods has
/// a slice without endpoints.
std::vector<api::EndpointSlice> slices_of(const api::Service& service, const PodPointers& pods);

}  // namespace hooklet
