// SPDX-License-Identifier: Apache-2.0
#include "server/status.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

struct Meaning {
    Code code;
    int status;
    std::string_view reason;
};

constexpr std::array<Meaning, 9> meanings{{
    {Code::not_found, 404, "NotFound"},
    {Code::already_exists, 409, "AlreadyExists"},
    {Code::conflict, 409, "Conflict"},
    {Code::invalid, 400, "BadRequest"},
    {Code::expired, 410, "Expired"},
    {Code::unavailable, 503, "ServiceUnavailable"},
    {Code::deadline, 504, "Timeout"},
    {Code::cancelled, 504, "Timeout"},
    {Code::internal, 500, "InternalError"},
}};

const Meaning& meaning(Code code) {
    return *std::ranges::find(meanings, code, &Meaning::code);
}

api::StatusDetails about(const kinds::Kind& kind, std::string_view name) {
    api::StatusDetails details;
    details.name = name;
    details.group = kind.group;
    details.kind = kind.plural;
    return details;
}

ApiStatus failure_about(int code, std::string_view reason, std::string message, const kinds::Kind& kind,
                        std::string_view name) {
    ApiStatus status = status::failure(code, reason, std::move(message));
    status.details = about(kind, name);
    return status;
}

}  // namespace

namespace status {

ApiStatus not_acceptable() {
    return failure(406, "NotAcceptable",
                   "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
                   "application/vnd.kubernetes.protobuf");
}

ApiStatus unauthorized() {
    return failure(401, "Unauthorized", "Unauthorized");
}

ApiStatus unknown_resource() {
    ApiStatus status = failure(404, "NotFound", "the server could not find the requested resource");
    status.details.emplace();
    return status;
}

ApiStatus not_supported(const kinds::Kind& kind) {
    return failure_about(405, "MethodNotAllowed", kind.resource() + " are not supported yet", kind, "");
}

ApiStatus method_not_allowed() {
    ApiStatus status =
        failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    status.details.emplace();
    return status;
}

ApiStatus forbidden(const kinds::Kind& kind, std::string_view name, std::string_view why) {
    return failure_about(403, "Forbidden",
                         fmt::format("{} {} is forbidden: {}", kind.resource(), api::quote(name), why), kind,
                         name);
}

ApiStatus not_found(const kinds::Kind& kind, std::string_view name) {
    return failure_about(404, "NotFound", fmt::format("{} {} not found", kind.resource(), api::quote(name)),
                         kind, name);
}

ApiStatus conflict(const kinds::Kind& kind, std::string_view name, std::string_view why) {
    return failure_about(
        409, "Conflict",
        fmt::format("Operation cannot be fulfilled on {} {}: {}", kind.resource(), api::quote(name), why),
        kind, name);
}

ApiStatus internal(std::string_view what) {
    return failure(500, "InternalError", fmt::format("Internal error occurred: {}", what));
}

ApiStatus invalid(const kinds::Kind& kind, std::string_view name, const api::Issues& issues) {
    return invalid(kind.group, kind.name, name, issues);
}

ApiStatus of(const Error& error, const kinds::Kind& kind, std::string_view name) {
    const Meaning& known = meaning(error.code);
    ApiStatus status = failure(known.status, known.reason, error.text());
    if (error.code == Code::not_found || error.code == Code::already_exists || error.code == Code::conflict)
        status.details = about(kind, name);
    return status;
}

ApiStatus success(int code, std::optional<api::StatusDetails> details) {
    ApiStatus status;
    status.kind = "Status";
    status.apiVersion = "v1";
    status.status = "Success";
    status.details = std::move(details);
    status.code = code;
    return status;
}

}  // namespace status

Error to_error(const ApiStatus& status) {
    const auto known = std::ranges::find(meanings, status.reason, &Meaning::reason);
    if (known != meanings.end()) return {known->code, status.message, nullptr};
    if (status.code == 429) return {Code::unavailable, status.message, nullptr};
    return {status.code < 500 ? Code::invalid : Code::internal, status.message, nullptr};
}

}  // namespace hooklet::server
