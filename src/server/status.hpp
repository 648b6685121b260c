// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "base/error.hpp"
#include "kinds/kind.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hooklet::server {

/// The API's Status: how a request failed, or that it is done.
using ApiStatus = api::StatusObject;

using api::Answer;

/// The failures of the API, with its codes, reasons and texts.
namespace status {

using api::bad_request;
using api::failure;
using api::invalid;

/// 401
ApiStatus unauthorized();
/// 404 for a resource or subresource that the server does not have.
ApiStatus unknown_resource();
ApiStatus method_not_allowed();
/// 405 too, of a kind that there is none of.
ApiStatus not_supported(const kinds::Kind& kind);
/// 406: the client takes no form that the server has.
ApiStatus not_acceptable();
/// `pods "v" is forbidden: WHY`
ApiStatus forbidden(const kinds::Kind& kind, std::string_view name, std::string_view why);
ApiStatus not_found(const kinds::Kind& kind, std::string_view name);
/// `Operation cannot be fulfilled on pods "v": WHY`
ApiStatus conflict(const kinds::Kind& kind, std::string_view name, std::string_view why);
ApiStatus internal(std::string_view what);
/// As api::invalid(), of an object.
ApiStatus invalid(const kinds::Kind& kind, std::string_view name, const api::Issues& issues);

/// What a store or a codec said about an object of that kind, in the API's terms.
ApiStatus of(const Error& error, const kinds::Kind& kind, std::string_view name);

/// Done. `details` says with what.
ApiStatus success(int code, std::optional<api::StatusDetails> details = std::nullopt);

}  // namespace status

/// For callers in this process.
Error to_error(const ApiStatus& status);

}  // namespace hooklet::server
