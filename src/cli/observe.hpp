// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/object_list.hpp"

#include <functional>

namespace hooklet::cli {

/// Looks at one object of the API until `seen` says that this was enough: at once, and after each change;
/// nullptr is an object that is not there. Code::deadline with kubectl's words when the call's time is over
/// before.
Task<Status> observe(client::ApiClient* api, Named object, std::function<bool(const api::Node*)> seen,
                     Call call);

}  // namespace hooklet::cli
