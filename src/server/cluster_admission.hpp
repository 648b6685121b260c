// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/admission.hpp"
#include "server/admission.hpp"

namespace hooklet::server {

/// The rules of the admission room, asked for by each write that they are about.
class ClusterAdmission final : public Admission {
  public:
    /// Both outlive it.
    ClusterAdmission(admission::Admission* rules, Clock* clock) : rules_(rules), clock_(clock) {}

    Task<Answer<void>> admit(AdmissionRequest request) override;

  private:
    Task<admission::Verdict<>> create(AdmissionRequest request, ApiPath path, Call call);
    Task<admission::Verdict<>> create_pod(api::Pod* pod, ApiPath path, Call call);
    Task<admission::Verdict<>> create_service(api::Service* service, ApiPath path, Call call);

    admission::Admission* rules_;
    Clock* clock_;
};

}  // namespace hooklet::server
