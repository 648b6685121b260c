// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/cri/convert.hpp"

#include <string>
#include <vector>

/// What most of CRI's calls have in common.
namespace hooklet::cri {

inline std::string runtime_method(const char* name) {
    return std::string("/runtime.v1.RuntimeService/") + name;
}
inline std::string image_method(const char* name) {
    return std::string("/runtime.v1.ImageService/") + name;
}

/// The elements of a repeated field as the port's type.
template <class To, class Field>
std::vector<To> converted(const Field& field) {
    std::vector<To> all;
    all.reserve(static_cast<std::size_t>(field.size()));
    for (const auto& one : field) all.push_back(cri::from_proto(one));
    return all;
}

template <class Request>
Request for_image(const std::string& image) {
    Request request;
    request.mutable_image()->set_image(image);
    return request;
}

template <class Request>
Request for_sandbox(const std::string& id) {
    Request request;
    request.set_pod_sandbox_id(id);
    return request;
}

template <class Request>
Request selecting(const Filter& filter) {
    Request request;
    request.mutable_filter()->mutable_label_selector()->insert(filter.label_selector.begin(),
                                                               filter.label_selector.end());
    return request;
}

}  // namespace hooklet::cri
