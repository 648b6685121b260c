// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/pod_security_guard.hpp"
#include "admission/refusal.hpp"
#include "admission/service_addresses.hpp"
#include "api/types.hpp"
#include "ports/api.hpp"
#include "ports/clock.hpp"
#include "ports/random.hpp"

namespace hooklet::admission {

/// What the API changes in objects that are written, or refuses, by looking at other objects: between the
/// defaults and the validation. The server calls the functions that fit; each ends within `call`.
class Admission {
  public:
    Admission(Api* api, Clock* clock, Random* random) : api_(api), clock_(clock), random_(random) {}

    /// What comes after the validation.
    [[nodiscard]] const PodSecurityGuard& pod_security() const { return pod_security_; }

    /// Any object in a namespace is created: the namespace has to be there, and to stay. `path` has the name
    /// or generateName of the object.
    Task<Verdict<>> may_create(ApiPath path, Call call);
    /// Any object is deleted. Some namespaces stay, and the priority classes of the system.
    static Verdict<> may_delete(const ApiPath& path);

    /// A Pod is created: the Pod with all that is added to it. A new namespace's service account is waited
    /// for, for two seconds at most. `path` as in may_create(), which comes first.
    Task<Verdict<api::Pod>> create_pod(ApiPath path, api::Pod pod, Call call);
    /// The same by a node, after the validation.
    Task<Verdict<>> node_creates_pod(ApiPath path, std::string node, const api::Pod* pod, Call call);
    /// A Pod is updated (not its subresources).
    static void update_pod(api::Pod& pod);
    /// A Pod gets other resources, which have to keep to the namespace's limits.
    Task<Verdict<>> resize_pod(ApiPath path, api::Pod pod, Call call);

    /// A Service is created, or was an ExternalName until now: the Service with an address in the cluster,
    /// unless it wants none.
    Task<Verdict<api::Service>> give_address(ApiPath path, api::Service service, Call call);
    /// A priority class is written. There is one default at most.
    Task<Verdict<>> write_priority_class(ApiPath path, api::PriorityClass written, Call call);

  private:
    Task<Result<api::ServiceAccount>> service_account(std::string namespace_, std::string name, Call call);
    /// The class that a Pod names, else the default one; nullopt when there is no such class.
    Task<Result<std::optional<api::PriorityClass>>> priority_class(std::string name, Call call);
    Task<Verdict<api::Pod>> limit(ApiPath path, api::Pod pod, Call call);
    Task<Verdict<api::Pod>> add_account(ApiPath path, api::Pod pod, Call call);
    Task<Verdict<api::Pod>> add_priority(ApiPath path, api::Pod pod, Call call);
    Task<Verdict<api::Pod>> add_runtime_class(ApiPath path, api::Pod pod, Call call);

    Api* api_;
    Clock* clock_;
    Random* random_;
    PodSecurityGuard pod_security_{api_};
    ServiceAddresses addresses_;
};

}  // namespace hooklet::admission
