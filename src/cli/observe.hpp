// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/object_list.hpp"

#include <functional>

namespace hooklet::cli {

/// Looks at one object of the API until `seen` says that this was enough: at once, and after each change;
/// nullptr is an object that is not there. A server that is lost meanwhile is asked again each second, until
/// the call's time is over: Code::deadline, with kubectl's words.
Task<Status> observe(ApiSession* session, Named object, std::function<bool(const api::Node*)> seen,
                     Call call);

}  // namespace hooklet::cli
