// SPDX-License-Identifier: Apache-2.0
#include "streams/pod_choice.hpp"

#include "api/containers.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace hooklet {

api::Answer<std::string> choose_container(const api::Pod& pod, const std::string& wanted) {
    std::vector<std::string> names;
    api::for_each_container(pod.spec,
                            [&names](const api::Container& container) { names.push_back(container.name); });
    const std::string& name = pod.metadata.name;
    if (wanted.empty()) {
        if (pod.spec.containers.size() == 1) return pod.spec.containers.front().name;
        return std::unexpected(
            api::bad_request(fmt::format("a container name must be specified for pod {}, choose one of: [{}]",
                                         name, fmt::join(names, " "))));
    }
    if (std::ranges::find(names, wanted) == names.end()) {
        return std::unexpected(
            api::bad_request(fmt::format("container {} is not valid for pod {}", wanted, name)));
    }
    return wanted;
}

api::Answer<void> check_assigned(const api::Pod& pod) {
    if (!pod.spec.nodeName.empty()) return {};
    return std::unexpected(
        api::bad_request(fmt::format("pod {} does not have a host assigned", pod.metadata.name)));
}

}  // namespace hooklet
