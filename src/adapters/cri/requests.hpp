// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/cri/convert.hpp"
#include "adapters/cri/grpc_client.hpp"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// What most of CRI's calls have in common.
namespace hooklet::cri {

inline std::string runtime_method(const char* name) {
    return std::string("/runtime.v1.RuntimeService/") + name;
}
inline std::string image_method(const char* name) {
    return std::string("/runtime.v1.ImageService/") + name;
}

/// One RPC, answered with what `convert` makes of the Response message.
template <class Response, class Request, class Convert>
Task<Result<std::invoke_result_t<Convert, Response&>>> unary(GrpcClient* client, std::string method,
                                                             Request request, Call limits, Convert convert) {
    auto bytes = co_await client->unary(std::move(method), request.SerializeAsString(), std::move(limits));
    if (!bytes) co_return std::unexpected(std::move(bytes.error()));
    Response response;
    if (!response.ParseFromString(*bytes)) co_return fail(Code::internal, "the engine's answer is not valid");
    co_return convert(response);
}

/// Whether the engine may be doing what it was asked for, although the call failed.
inline bool may_take_effect(const Error& error) {
    return error.code == Code::deadline || error.code == Code::cancelled || error.code == Code::unavailable;
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
