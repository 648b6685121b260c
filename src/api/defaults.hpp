// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

namespace hooklet::api {

/// Fills unset fields as the API server does on every decode: the tables' `default=` values, and those that
/// depend on other fields (pull policy, host ports, requests from limits, the mirrored service account,
/// podIP/podIPs). Idempotent. Does not touch metadata.
void set_defaults(Pod& pod);
/// Type Opaque; stringData is merged into data, where it wins, and dropped.
void set_defaults(Secret& secret);

}  // namespace hooklet::api
