// SPDX-License-Identifier: Apache-2.0
#include "api/status.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"

#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

/// One text for all issues; a text that comes again is said once.
std::string joined(const Issues& issues) {
    std::vector<std::string> texts;
    std::set<std::string> said;
    for (const Issue& issue : issues) {
        std::string text = field_text(issue);
        if (said.insert(text).second) texts.push_back(std::move(text));
    }
    return texts.size() == 1 ? texts.front() : fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

StatusObject failure(int code, std::string_view reason, std::string message) {
    StatusObject status;
    status.kind = "Status";
    status.apiVersion = "v1";
    status.status = "Failure";
    status.message = std::move(message);
    status.reason = reason;
    status.code = code;
    return status;
}

StatusObject bad_request(std::string message) {
    return failure(400, "BadRequest", std::move(message));
}

StatusObject unavailable(std::string message) {
    return failure(503, "ServiceUnavailable", std::move(message));
}

StatusObject invalid(std::string_view group, std::string_view kind, std::string_view name,
                     const Issues& issues) {
    const std::string what = group.empty() ? std::string(kind) : fmt::format("{}.{}", kind, group);
    StatusObject status =
        failure(422, "Invalid", fmt::format("{} {} is invalid: {}", what, quote(name), joined(issues)));
    StatusDetails& details = status.details.emplace();
    details.name = name;
    details.group = group;
    details.kind = kind;
    for (const Issue& issue : issues) {
        StatusCause& cause = details.causes.emplace_back();
        cause.reason = cause_reason(issue.reason);
        cause.message = issue.message;
        cause.field = issue.path;
    }
    return status;
}

std::string to_json(const StatusObject& status) {
    return write_json(encode(status));
}

}  // namespace hooklet::api
