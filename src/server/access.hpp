// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/authentication.hpp"
#include "identity/authorization.hpp"
#include "server/status.hpp"

namespace hooklet::server {

/// Who sends the request, or whom it is sent for. 401 and 403 as the API says them. Without an authenticator
/// everybody is the administrator.
Answer<identity::Identity> identify(const identity::Authenticator* authenticator,
                                    const HttpServerRequest& request, const identity::Roles& roles);

/// 403 when that is not allowed.
Answer<void> permit(const identity::Identity& who, const identity::Attributes& what,
                    const identity::Roles& roles);

/// Answers a question about who somebody is or what they may do: the question's document with its status.
/// `asker` is meant where the question names nobody.
api::Node review(const identity::Authenticator* authenticator, const identity::Roles& roles,
                 const kinds::Kind& kind, const identity::Identity& asker, api::Node question);

}  // namespace hooklet::server
