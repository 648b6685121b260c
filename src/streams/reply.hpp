// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "ports/http_server.hpp"

#include <string>

namespace hooklet {

HttpReply json_reply(int code, std::string body);
HttpReply text_reply(int code, std::string body);
/// A Status with its own code; Retry-After where it says when to come back.
HttpReply status_reply(const api::StatusObject& status);

}  // namespace hooklet
