// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/http_client.hpp"

#include <memory>

namespace hooklet {

/// HTTP/1.1 to one server, on a Unix socket, TCP or TLS. The server's certificate is verified unless the
/// endpoint says otherwise. Proxies from the environment are not used.
class BeastHttpClient final : public HttpClient {
  public:
    BeastHttpClient(Executor executor, Clock* clock, HttpEndpoint endpoint);
    ~BeastHttpClient() override;

    Task<Result<std::unique_ptr<HttpAnswer>>> send(HttpClientRequest request, Call call) override;

  private:
    struct Tls;
    using Connected = Task<Result<std::unique_ptr<ByteStream>>>;
    Connected connect(Call call);
    Connected connect_unix(Call call);
    Connected connect_tcp(Call call);
    [[nodiscard]] Result<std::string> bytes_of(const HttpClientRequest& request) const;

    Executor executor_;
    Clock* clock_;
    HttpEndpoint endpoint_;
    std::unique_ptr<Tls> tls_;
};

}  // namespace hooklet
