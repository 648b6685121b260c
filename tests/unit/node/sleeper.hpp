// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "support/fake_api.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::test {

/// The spec of a Pod on node1 that runs until it is stopped. `fields` are added to its container, `more` to
/// the spec, each with a comma before it.
inline std::string sleeper(const std::string& fields = "", const std::string& more = "") {
    return R"({"terminationGracePeriodSeconds": 30, "nodeName": "node1", "containers": [{"name": "app",)"
           R"( "image": "busybox", "command": ["sim"])" +
           fields + "}]" + more + "}";
}

/// Stores an object with this spec; its kind is that of the resource.
inline void put(sim::FakeApi& api, const std::string& resource, const std::string& namespace_,
                const std::string& name, const std::string& spec) {
    const ApiPath path{"", "v1", resource, namespace_, name, {}};
    api::Node object =
        api::parse_json(R"({"apiVersion": "v1", "metadata": {}, "spec": )" + spec + "}").value();
    object.set("kind", api::Node(sim::FakeObjects::kind_of(path).name));
    object.find("metadata")->set("name", api::Node(name));
    if (!namespace_.empty()) object.find("metadata")->set("namespace", api::Node(namespace_));
    ASSERT_TRUE(api.objects().create(path, object));
}

}  // namespace hooklet::test
