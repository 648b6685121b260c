// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "ports/api.hpp"
#include "ports/http_server.hpp"
#include "server/pod_streams.hpp"

#include <optional>

namespace hooklet::app {

/// Why the object at this path is not there to be asked.
HttpReply lookup_failure(const Error& error, const ApiPath& path);

/// What a request is answered before the object is looked up: 400 where its name is none that can be proxied,
/// and a way to the same place with the slash that relative links need.
std::optional<HttpReply> early_answer(const server::PodStreamRequest& request, const HttpServerRequest& http);

}  // namespace hooklet::app
