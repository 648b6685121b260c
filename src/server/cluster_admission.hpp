// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/admission.hpp"
#include "admission/quota.hpp"
#include "server/admission.hpp"

namespace hooklet::server {

/// The rules of the admission room, asked for by each write that they are about.
class ClusterAdmission final : public Admission {
  public:
    /// All outlive it. `quotas` nullptr: there is always room.
    ClusterAdmission(admission::Admission* rules, admission::QuotaGuard* quotas, Clock* clock)
        : rules_(rules), quotas_(quotas), clock_(clock) {}

    Task<Answer<void>> admit(AdmissionRequest request) override;
    Task<Answer<Approval>> approve(AdmissionRequest request) override;

  private:
    Task<admission::Verdict<>> create(AdmissionRequest request, ApiPath path, Call call);
    Task<admission::Verdict<>> create_pod(api::Pod* pod, ApiPath path, Call call);
    Task<admission::Verdict<>> give_address(api::Service* service, ApiPath path, Call call);
    /// What nodes are held to.
    Task<admission::Verdict<>> restrict_node(AdmissionRequest request, ApiPath path, Call call);
    /// What the Pod Security Standards say.
    Task<admission::Verdict<admission::Warnings>> secure(AdmissionRequest request, ApiPath path, Call call);
    Task<admission::Verdict<admission::Ticket>> reserve(AdmissionRequest request, ApiPath path, Call call);

    admission::Admission* rules_;
    admission::QuotaGuard* quotas_;
    Clock* clock_;
};

}  // namespace hooklet::server
