// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/codec.hpp"
#include "api/json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::test {

/// An API object from JSON, without defaults. Anything that the type does not have fails the test.
template <class T>
T object_of(const std::string& json) {
    const auto node = api::parse_json(json);
    if (!node) {
        ADD_FAILURE() << json << ": " << node.error().message;
        return {};
    }
    api::Issues issues;
    T object = api::decode<T>(*node, issues);
    for (const api::Issue& issue : issues) ADD_FAILURE() << api::to_string(issue);
    return object;
}

/// The Pod `default/web` with uid `u1` and this spec.
inline api::Pod pod_of(const std::string& spec) {
    return object_of<api::Pod>(
        R"({"metadata": {"name": "web", "namespace": "default", "uid": "u1"}, "spec": )" + spec + "}");
}

/// The same with one container `app`, given by the fields besides its name.
inline api::Pod pod_with(const std::string& container_fields) {
    const std::string comma = container_fields.empty() ? "" : ", ";
    return pod_of(R"({"containers": [{"name": "app", "image": "nginx")" + comma + container_fields + "}]}");
}

}  // namespace hooklet::test
