// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/network.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hooklet {

/// The number behind a port that may be given by name (looked up in the container's ports) or as digits in
/// text. Fails with Code::invalid in the kubelet's words: `invalid port number: 0`.
Result<std::uint16_t> resolve_port(const api::IntOrString& port, const api::Container& container);

/// The User-Agent of hooks and of probes, unless the action sets one.
inline constexpr std::string_view hook_user_agent = "kube-lifecycle/1.34";
inline constexpr std::string_view probe_user_agent = "kube-probe/1.34";

/// What an httpGet action of a hook or probe asks for (lifecycle spec 2.2). `default_host` counts where the
/// action names none; with neither it fails.
Result<HttpRequest> make_http_request(const api::HTTPGetAction& action, const api::Container& container,
                                      const std::string& default_host, std::string_view user_agent);

/// The request as people write it: `http://10.1.2.3:80/path?query`.
std::string url_of(const HttpRequest& request);

/// What follows from an answer: a request to send next (a redirect on the same host), or nothing.
/// Redirects to other hosts, and those without Location, are not followed. Fails with Code::internal when a
/// redirect's target cannot be read.
Result<std::optional<HttpRequest>> redirect_of(const HttpRequest& request, const HttpResponse& response);

/// The same request in plain HTTP, without `Authorization`, for a server that answered TLS in plain HTTP.
HttpRequest without_tls(HttpRequest request);

/// Redirects followed at the most.
inline constexpr int max_redirects = 10;

/// Sends the request and follows redirects. Fails as Network::http_get and redirect_of do, and with
/// Code::internal after too many redirects.
Task<Result<HttpResponse>> fetch(Network* network, HttpRequest request, Call call);

}  // namespace hooklet
