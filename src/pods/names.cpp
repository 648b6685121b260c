// SPDX-License-Identifier: Apache-2.0
#include "pods/names.hpp"

namespace hooklet {

PodRef ref_of(const api::Pod& pod) {
    return {pod.metadata.namespace_, pod.metadata.name, pod.metadata.uid};
}

Duration grace_of(const api::Pod& pod) {
    return std::chrono::seconds{pod.spec.terminationGracePeriodSeconds.value_or(2)};
}

std::string object_file(const std::string& pods_directory, const std::string& uid) {
    return pods_directory + "/" + uid + "/pod.json";
}

}  // namespace hooklet
