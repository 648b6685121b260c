// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/resource_request.hpp"

#include <string>

namespace hooklet::server {

/// What the server says about itself.
struct ServerInfo {
    std::string git_version = "v1.34.0+hooklet";  ///< As a Kubernetes version: it steers clients.
    std::string build_date{};                     ///< RFC 3339
    std::string address{};                        ///< `127.0.0.1:6443`
};

/// The API server: answers the requests of an HTTP server.
class ApiServer final : public HttpHandler {
  public:
    /// Requests for objects under way at a time; more are asked to come again. Watches and streams, which
    /// last, do not count. As kube-apiserver's --max-requests-inflight.
    static constexpr std::size_t usual_limit = 400;

    ApiServer(Helpers helpers, ServerInfo info, std::size_t limit = usual_limit)
        : helpers_(std::move(helpers)), info_(std::move(info)), limit_(limit) {}

    /// The address that discovery names: `127.0.0.1:6443`.
    void listens_at(std::string address) { info_.address = std::move(address); }

    Task<void> handle(HttpExchange* exchange) override;
    /// Who may not ask this, and what nobody can ask, is answered before the body is read.
    std::optional<HttpReply> turn_away(const HttpServerRequest& head) override;

  private:
    Task<void> dispatch(HttpExchange* exchange);
    Task<void> serve_counted(ResourceRequest request);
    /// The request for objects, by whoever may make it; otherwise the answer.
    [[nodiscard]] std::expected<ResourceRequest, HttpReply> admitted(const HttpServerRequest& request,
                                                                     const RequestPath& path,
                                                                     const ResourcePath& resource) const;
    /// What a request is told that nobody may make.
    [[nodiscard]] std::optional<HttpReply> refused(const HttpServerRequest& head) const;
    [[nodiscard]] HttpReply plain(const HttpServerRequest& request, const RequestPath& path) const;
    [[nodiscard]] HttpReply discovered(const HttpServerRequest& request, const RequestPath& path) const;

    Helpers helpers_;
    ServerInfo info_;
    std::size_t limit_;
    std::size_t under_way_ = 0;
};

}  // namespace hooklet::server
