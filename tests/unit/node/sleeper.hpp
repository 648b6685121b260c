// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hooklet::test {

/// The spec of a Pod on node1 that runs until it is stopped. `fields` are added to its container, `more` to
/// the spec, each with a comma before it.
inline std::string sleeper(const std::string& fields = "", const std::string& more = "") {
    return R"({"terminationGracePeriodSeconds": 30, "nodeName": "node1", "containers": [{"name": "app",)"
           R"( "image": "busybox", "command": ["sim"])" +
           fields + "}]" + more + "}";
}

}  // namespace hooklet::test
