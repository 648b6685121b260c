// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/quota_rules.hpp"
#include "admission/refusal.hpp"
#include "base/turns.hpp"

#include <memory>
#include <set>
#include <string>

namespace hooklet::admission {

/// What the objects of the quota's namespace use of these bounds (`pods`, `limits.cpu`), counted anew. Bounds
/// of which nothing is used are there with zero.
Task<Result<api::ResourceList>> quota_used(Api* api, api::ResourceQuota quota, std::set<std::string> bounds,
                                           Call call);

/// As long as somebody has it, no other write that a quota may refuse is let through.
using Ticket = std::shared_ptr<void>;

/// Lets those writes through that the quotas of their namespace have room for. What is used is counted for
/// each of them, and the next one is counted when the one before is stored or has failed: so nothing is ever
/// exceeded, and nothing has to be given back.
class QuotaGuard {
  public:
    explicit QuotaGuard(Api* api) : api_(api) {}

    /// 403 when there is no room. `object` is a new or changed one that outlives the call, `before` what it
    /// counted for until now. The ticket, if any, is to be kept until the write is over.
    Task<Verdict<Ticket>> admit(ApiPath path, Counted object, api::ResourceList before, Call call);

  private:
    /// The quotas of the namespace that the write concerns.
    Task<Result<std::vector<api::ResourceQuota>>> concerned(std::string namespace_, Counted object,
                                                            api::ResourceList before, Call call);
    Task<Verdict<>> check(ApiPath path, api::ResourceQuota quota, Counted object, api::ResourceList before,
                          Call call);

    Api* api_;
    Turns turns_{1};
};

}  // namespace hooklet::admission
