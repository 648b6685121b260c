// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/api_client.hpp"

#include <functional>

namespace hooklet::cli {

/// Looks at one object of the API until `seen` says that this was enough: at once, and after each change;
/// nullptr is an object that is not there. Code::deadline when the call's time is over before.
Task<Status> observe(client::ApiClient* api, client::ResourceType type, std::string namespace_,
                     std::string name, std::function<bool(const api::Node*)> seen, Call call);

}  // namespace hooklet::cli
