// SPDX-License-Identifier: Apache-2.0
#include "api/issue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

std::string_view cause_reason(Reason reason) {
    switch (reason) {
        case Reason::required:
            return "FieldValueRequired";
        case Reason::invalid:
            return "FieldValueInvalid";
        case Reason::not_supported:
            return "FieldValueNotSupported";
        case Reason::forbidden:
            return "FieldValueForbidden";
        case Reason::duplicate:
            return "FieldValueDuplicate";
        case Reason::not_found:
            return "FieldValueNotFound";
        case Reason::too_long:
            return "FieldValueTooLong";
        case Reason::too_many:
            return "FieldValueTooMany";
        case Reason::wrong_type:
            return "FieldValueTypeInvalid";
        case Reason::syntax:
        case Reason::unknown_field:
        case Reason::duplicate_key:
        case Reason::wrong_kind:
            return "";
    }
    return "";
}

std::string field_text(const Issue& issue) {
    return issue.path.empty() ? issue.message : issue.path + ": " + issue.message;
}

std::string to_string(const Issue& issue) {
    std::string place = issue.file;
    if (issue.line > 0) place += fmt::format("{}{}", place.empty() ? "line " : ":", issue.line);
    if (!place.empty()) place += ": ";
    return place + field_text(issue);
}

std::string quote(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

namespace issue {

namespace {
Issue make(Reason reason, std::string path, std::string message) {
    return {.path = std::move(path), .message = std::move(message), .reason = reason};
}
}  // namespace

Issue required(std::string path, std::string_view detail) {
    return make(Reason::required, std::move(path),
                detail.empty() ? "Required value" : fmt::format("Required value: {}", detail));
}

Issue invalid_text(std::string path, std::string_view value, std::string_view detail) {
    return invalid_raw(std::move(path), quote(value), detail);
}

Issue invalid_raw(std::string path, std::string_view value, std::string_view detail) {
    return make(Reason::invalid, std::move(path), fmt::format("Invalid value: {}: {}", value, detail));
}

Issue not_supported(std::string path, std::string_view value,
                    const std::vector<std::string_view>& supported) {
    std::vector<std::string> names(supported.size());
    std::ranges::transform(supported, names.begin(), quote);
    return make(
        Reason::not_supported, std::move(path),
        fmt::format("Unsupported value: {}: supported values: {}", quote(value), fmt::join(names, ", ")));
}

Issue forbidden(std::string path, std::string_view detail) {
    return make(Reason::forbidden, std::move(path), fmt::format("Forbidden: {}", detail));
}

Issue duplicate(std::string path, std::string_view value) {
    return make(Reason::duplicate, std::move(path), fmt::format("Duplicate value: {}", quote(value)));
}

Issue not_found(std::string path, std::string_view value, std::string_view detail) {
    std::string text = "Not found: " + quote(value);
    if (!detail.empty()) text.append(": ").append(detail);
    return make(Reason::not_found, std::move(path), std::move(text));
}

Issue too_long(std::string path, std::string_view detail) {
    return make(Reason::too_long, std::move(path), fmt::format("Too long: {}", detail));
}

Issue too_many(std::string path, std::size_t count, std::size_t most) {
    return make(Reason::too_many, std::move(path),
                fmt::format("Too many: {}: must have at most {} items", count, most));
}

}  // namespace issue

}  // namespace hooklet::api
