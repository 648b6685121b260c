// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace hooklet::admission {

/// Whether a Service has an address of its own in the cluster: not headless, and not another name for a host.
bool wants_address(const api::ServiceSpec& spec);

/// Hands out addresses of the range of Services, 10.96.0.0/16. One after the other, so that two Services that
/// are made at the same time get different ones although neither is listed yet.
class ServiceAddresses {
  public:
    /// The next one that is not among `used`; empty when there is none.
    std::string next(const std::set<std::string>& used);

  private:
    /// 10.96.0.1 is the API's own.
    std::uint32_t last_ = 1;
};

}  // namespace hooklet::admission
