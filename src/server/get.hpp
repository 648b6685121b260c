// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// The one object. 404 when it is not there.
Answer<store::ObjectPtr> get(const Services& services, const Target& target);

}  // namespace hooklet::server
