// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/network.hpp"

#include <memory>

namespace hooklet {

/// Connections over the host's network. Names are looked up by the system's resolver; addresses are not.
class BeastNetwork final : public Network {
  public:
    /// `clock` measures the deadlines of the calls, and must outlive this.
    BeastNetwork(Executor executor, Clock* clock);
    BeastNetwork(const BeastNetwork&) = delete;
    BeastNetwork& operator=(const BeastNetwork&) = delete;
    /// Precondition: no call is under way.
    ~BeastNetwork() override;

    /// Headers of up to 64 KiB are read; interim answers (1xx) are skipped.
    Task<Result<HttpResponse>> http_get(HttpRequest request, Call call) override;
    Task<Status> tcp_connect(std::string host, std::uint16_t port, Call call) override;
    /// There is a connection when the server has sent its HTTP/2 settings.
    Task<Result<GrpcHealth>> grpc_health_check(GrpcHealthRequest request, Call call) override;

  private:
    struct Tls;
    Executor executor_;
    Clock* clock_;
    std::unique_ptr<Tls> tls_;  ///< Made by the first request that needs it.
};

}  // namespace hooklet
