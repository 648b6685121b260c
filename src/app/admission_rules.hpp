// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/admission.hpp"
#include "ports/clock.hpp"
#include "server/admission.hpp"

namespace hooklet::app {

/// The rules of room `admission` as the server asks for them.
class AdmissionRules final : public server::Admission {
  public:
    /// All outlive it.
    AdmissionRules(Api* api, Clock* clock, Random* random) : clock_(clock), rules_(api, clock, random) {}

    Task<server::Answer<void>> admit(server::AdmissionRequest request) override;

  private:
    Task<admission::Verdict<>> create(server::AdmissionRequest request, ApiPath path, Call call);

    Clock* clock_;
    admission::Admission rules_;
};

}  // namespace hooklet::app
