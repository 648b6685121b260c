// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/types.hpp"

#include <expected>
#include <string>
#include <string_view>

/// The API's Status: how a request failed. With the codes, reasons and texts of the API (spec 2.6).
namespace hooklet::api {

/// What a request asked for, or why it is refused.
template <class T>
using Answer = std::expected<T, StatusObject>;

StatusObject failure(int code, std::string_view reason, std::string message);
StatusObject bad_request(std::string message);
StatusObject unavailable(std::string message);
/// 422: `Pod "x" is invalid: spec.containers: Required value`; every issue is a cause. Of a group other than
/// the core one: `CreateOptions.meta.k8s.io "" is invalid: ...`
StatusObject invalid(std::string_view group, std::string_view kind, std::string_view name,
                     const Issues& issues);

std::string to_json(const StatusObject& status);

}  // namespace hooklet::api
