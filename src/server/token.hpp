// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/access.hpp"
#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// A token of the target's service account, as the request wishes; the answer repeats the request. 404 when
/// there is no such account, 422 for less than ten minutes.
Task<Answer<api::TokenRequest>> issue_token(Services services, TokenIssuer* issuer, Target target,
                                            api::TokenRequest request);

}  // namespace hooklet::server
