// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/refusal.hpp"
#include "api/types.hpp"
#include "ports/api.hpp"

#include <string>
#include <vector>

namespace hooklet::admission {

/// What the writer is told although it is done as asked.
using Warnings = std::vector<std::string>;

/// Holds Pods to the Pod Security Standards of their namespaces. Mirrors of static Pods and what the agent
/// itself writes are no exceptions. The objects outlive the calls.
class PodSecurityGuard {
  public:
    explicit PodSecurityGuard(Api* api) : api_(api) {}

    /// A Pod is created (`before` is nullptr), or updated otherwise than in its status. 403 for what the
    /// namespace does not allow; such an update is refused only when it changes what the standards look at.
    Task<Verdict<Warnings>> admit_pod(ApiPath path, const api::Pod* pod, const api::Pod* before,
                                      Call call) const;
    /// A template of Pods is written: nothing is refused, for it runs nothing.
    Task<Verdict<Warnings>> admit_template(ApiPath path, const api::PodTemplateSpec* pod, Call call) const;
    /// A namespace is created (`before` is nullptr) or updated. 422 for new labels that say nothing. Existing
    /// Pods that stricter labels do not allow are only told.
    Task<Verdict<Warnings>> admit_namespace(const api::Namespace* now, const api::Namespace* before,
                                            Call call) const;

  private:
    /// The labels of the namespace.
    Task<Result<std::map<std::string, std::string>>> labels_of(std::string namespace_, Call call) const;

    Api* api_;
};

}  // namespace hooklet::admission
