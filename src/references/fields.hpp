// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "api/types.hpp"
#include "base/error.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// The machine, as Pods may ask for it.
struct NodeFacts {
    std::string name;
    std::string ip;
    api::ResourceList allocatable{};  ///< What it has for Pods.
};

/// What fieldRef and resourceFieldRef can refer to besides the Pod itself.
struct FieldFacts {
    std::vector<std::string> pod_ips;  ///< Of the sandbox, primary first; empty on the host's network.
    NodeFacts node;
};

/// The value of a fieldRef. Whole maps become lines `key="value"`, sorted by key. Fails with Code::invalid.
Result<std::string> field_value(const api::Pod& pod, const std::string& path, const FieldFacts& facts);

/// The value of a resourceFieldRef; `own` is the container it means when it names none. A limit that is not
/// set is what the machine has for Pods. Fails with Code::invalid.
Result<std::string> resource_value(const api::Pod& pod, const api::Container* own,
                                   const api::ResourceFieldSelector& selector, const NodeFacts& node);

}  // namespace hooklet
