// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "base/error.hpp"
#include "ports/api.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::admission {

/// Why the API does not do what it was asked for: the parts of a Status object.
struct Refusal {
    struct Cause {
        std::string reason;
        std::string message;
        std::string field;
        bool operator==(const Cause&) const = default;
    };
    int code = 403;                    ///< Of HTTP.
    std::string reason = "Forbidden";  ///< `status.reason`
    std::string message;               ///< The whole text.
    std::string name{};                ///< `details.name`
    std::string group{};               ///< `details.group`
    std::string resource{};            ///< `details.kind`: `pods`
    std::vector<Cause> causes{};
};

template <class T = void>
using Verdict = std::expected<T, Refusal>;

/// 403: `pods "a" is forbidden: WHY`. `path` has the name, or the generateName of an object without one.
Refusal forbidden(const ApiPath& path, std::string_view why);
/// 404: `namespaces "a" not found`.
Refusal not_found(const ApiPath& path);
/// 422: `Namespace "a" is invalid: ...`, of a kind of the core group. Every issue is a cause.
Refusal invalid(std::string_view kind, std::string_view name, const api::Issues& issues);
/// 500: what admission needed to know could not be read.
Refusal failed(const Error& error);

}  // namespace hooklet::admission
