// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::admission {

/// Whether a Service has an address of its own in the cluster: not headless, and not another name for a host.
bool wants_address(const api::ServiceSpec& spec);

inline constexpr std::string_view service_range = "10.96.0.0/16";

/// Whether a Service may have that IP address: it is a host's in the range of Services.
bool in_service_range(std::string_view address);

/// Hands out addresses of the range of Services. One after the other, so that two Services that are made at
/// the same time get different ones although neither is listed yet.
class ServiceAddresses {
  public:
    /// The next one that is not among `used`; empty when there is none.
    std::string next(const std::set<std::string>& used);

  private:
    /// 10.96.0.1 is the API's own.
    std::uint32_t last_ = 1;
};

}  // namespace hooklet::admission
