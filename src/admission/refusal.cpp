// SPDX-License-Identifier: Apache-2.0
#include "admission/refusal.hpp"

#include "api/status.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::admission {

namespace {

std::string named(const ApiPath& path) {
    const std::string group = path.group.empty() ? "" : "." + path.group;
    return fmt::format("{}{} \"{}\"", path.resource, group, path.name);
}

}  // namespace

Refusal forbidden(const ApiPath& path, std::string_view why) {
    return {.message = fmt::format("{} is forbidden: {}", named(path), why),
            .name = path.name,
            .group = path.group,
            .resource = path.resource};
}

Refusal not_found(const ApiPath& path) {
    return {.code = 404,
            .reason = "NotFound",
            .message = named(path) + " not found",
            .name = path.name,
            .group = path.group,
            .resource = path.resource};
}

Refusal invalid(std::string_view kind, std::string_view name, const api::Issues& issues) {
    api::StatusObject status = api::invalid("", kind, name, issues);
    Refusal refusal{.code = 422,
                    .reason = "Invalid",
                    .message = std::move(status.message),
                    .name = std::string(name),
                    .resource = std::string(kind)};
    for (api::StatusCause& cause : status.details->causes)
        refusal.causes.push_back({std::move(cause.reason), std::move(cause.message), std::move(cause.field)});
    return refusal;
}

Refusal failed(const Error& error) {
    return {.code = 500,
            .reason = "InternalError",
            .message = "Internal error occurred: " + error.text(),
            .causes = {{"", error.text(), ""}}};
}

}  // namespace hooklet::admission
