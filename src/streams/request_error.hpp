// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/node.hpp"
#include "ports/http_server.hpp"

#include <expected>
#include <string>

namespace hooklet {

/// Why a request for a Pod's streams is refused before anything is sent (API spec 6.1, 6.5, 8).
struct RequestError {
    int code = 400;
    std::string reason = "BadRequest";
    std::string message;
    /// Of reason Invalid: which object, and its problems.
    std::string kind{};
    std::string name{};
    api::Issues issues{};

    static RequestError bad_request(std::string message);
    /// 422; the message is `KIND "NAME" is invalid: ...`.
    static RequestError invalid(std::string kind, std::string name, api::Issues issues);
    bool operator==(const RequestError&) const = default;
};

template <class T>
using Requested = std::expected<T, RequestError>;

/// The API's Status.
api::Node status_of(const RequestError& error);
/// The Status as an answer.
HttpReply reply_of(const RequestError& error);

}  // namespace hooklet
