// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// A token of the target's service account, as the request wishes; the answer repeats the request. 404 when
/// there is no such account, or no such Pod, Secret or Node as the token is to be bound to; 409 when that has
/// another uid; 400 for a Pod that runs as another account; 422 for less than ten minutes or more than 2^32
/// seconds, and for the name of another account.
Answer<api::TokenRequest> issue_token(const Services& services, Target target, api::TokenRequest request);

}  // namespace hooklet::server
