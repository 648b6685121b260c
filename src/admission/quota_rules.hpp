// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/pod_rules.hpp"
#include "api/pod_resources.hpp"
#include "api/quota_types.hpp"

#include <string>
#include <string_view>

/// What objects count for in the quotas of their namespace: pure, as the plugin `ResourceQuota` does it.
namespace hooklet::admission {

/// An object as quotas see it.
struct Counted {
    std::string resource;              ///< `pods`, `leases.coordination.k8s.io`
    const api::Pod* pod = nullptr;     ///< Set for Pods,
    const api::Service* service = {};  ///< and this for Services.
};

/// The object's part of what quotas bound, by their names: `pods`, `count/pods`, `requests.cpu`, `cpu`, ... A
/// Pod that has ended counts for `count/pods` alone.
api::ResourceList usage_of(const Counted& object);

/// The resource whose objects use what a quota calls so: `pods` for `limits.cpu`.
std::string resource_behind(std::string_view bound);

/// Whether the quota counts the object: one with scopes counts those Pods that fit all of them.
bool applies_to(const api::ResourceQuotaSpec& quota, const Counted& object);

/// Whether the quota, of which `used` is used, has room for the object as well; `before` is what the object
/// counted for until now. Otherwise why not: `exceeded quota: NAME, requested: pods=1, used: pods=2, limited:
/// pods=2`, or that each container of a Pod must say what it needs. Only what grows can exceed anything.
Checked fits_quota(const api::ResourceQuota& quota, const api::ResourceList& used, const Counted& object,
                   const api::ResourceList& before);

/// What the quota bounds and the object counts for more than before: what fits_quota() is asked about.
api::ResourceList growth_in(const api::ResourceQuotaSpec& quota, const Counted& object,
                            const api::ResourceList& before);

}  // namespace hooklet::admission
