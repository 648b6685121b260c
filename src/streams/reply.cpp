// SPDX-License-Identifier: Apache-2.0
#include "streams/reply.hpp"

#include <utility>

namespace hooklet {

HttpReply json_reply(int code, std::string body) {
    return {.status = code, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

HttpReply text_reply(int code, std::string body) {
    return {
        .status = code, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = std::move(body)};
}

HttpReply status_reply(const api::StatusObject& status) {
    HttpReply reply = json_reply(status.code, api::to_json(status));
    if (status.details && status.details->retryAfterSeconds > 0)
        reply.headers.push_back({"Retry-After", std::to_string(status.details->retryAfterSeconds)});
    if (status.code == 401) reply.headers.push_back({"WWW-Authenticate", "Bearer"});
    return reply;
}

}  // namespace hooklet
