// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// Why an object was refused. The field reasons are the API's `causes[].reason`.
enum class Reason {
    syntax,         ///< The text is not JSON or YAML.
    unknown_field,  ///< A key that the type does not have (strict decoding).
    duplicate_key,  ///< A key given twice in one map (strict decoding).
    wrong_type,     ///< The value cannot become the field's type.
    wrong_kind,     ///< Not an object that hooklet runs.
    required,
    invalid,
    not_supported,
    forbidden,
    duplicate,
    not_found,
    too_long,
    too_many,
};

/// The API's name of a field reason, e.g. `FieldValueInvalid`; empty for the reasons of reading and decoding.
std::string_view cause_reason(Reason reason);

/// One problem of a manifest or of an API object, placed for a person.
struct Issue {
    std::string file{};     ///< As the user named it; empty when the object came over the API.
    int line = 0;           ///< From 1; 0 when unknown.
    std::string path{};     ///< `spec.containers[0].name`; empty when the message says where.
    std::string message{};  ///< The API's text where it has one: `Required value`.
    Reason reason = Reason::invalid;
    bool operator==(const Issue&) const = default;
};
using Issues = std::vector<Issue>;

/// `FILE:LINE: spec.containers[0].name: Required value`; parts that are unknown are left out.
std::string to_string(const Issue& issue);
/// `path: message`, the form of the API's Status messages.
std::string field_text(const Issue& issue);

/// Constructors for the API's field errors: the texts of k8s.io/apimachinery field errors.
namespace issue {
Issue required(std::string path, std::string_view detail = "");
Issue invalid_text(std::string path, std::string_view value, std::string_view detail);  ///< quotes the value
Issue invalid_raw(std::string path, std::string_view value, std::string_view detail);  ///< value as it stands
Issue not_supported(std::string path, std::string_view value, const std::vector<std::string_view>& supported);
Issue forbidden(std::string path, std::string_view detail);
Issue duplicate(std::string path, std::string_view value);
Issue not_found(std::string path, std::string_view value, std::string_view detail = "");
Issue too_long(std::string path, std::string_view detail);
Issue too_many(std::string path, std::size_t count, std::size_t most);
}  // namespace issue

/// The value between double quotes with Go's escapes.
std::string quote(std::string_view value);

}  // namespace hooklet::api
