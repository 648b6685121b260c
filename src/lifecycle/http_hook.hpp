// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/network.hpp"

#include <optional>
#include <string>

namespace hooklet {

/// The number behind a port that may be given by name (looked up in the container's ports) or as digits in
/// text. Fails with Code::invalid in the kubelet's words: `invalid port number: 0`.
Result<std::uint16_t> resolve_port(const api::IntOrString& port, const api::Container& container);

/// What an httpGet action asks for (lifecycle spec 2.2). `default_host` counts where the action names none;
/// with neither the hook fails.
Result<HttpRequest> make_http_request(const api::HTTPGetAction& action, const api::Container& container,
                                      const std::string& default_host);

/// The request as people write it: `http://10.1.2.3:80/path?query`.
std::string url_of(const HttpRequest& request);

/// What follows from an answer: a request to send next (a redirect on the same host), or nothing.
/// Redirects to other hosts are not followed. Fails when a redirect's target cannot be read.
Result<std::optional<HttpRequest>> redirect_of(const HttpRequest& request, const HttpResponse& response);

/// The same request in plain HTTP, without `Authorization`, for a server that answered TLS in plain HTTP.
HttpRequest without_tls(HttpRequest request);

/// Redirects followed at the most.
inline constexpr int max_redirects = 10;

}  // namespace hooklet
