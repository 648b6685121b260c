// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/network.hpp"
#include "support/history.hpp"
#include "support/server_behavior.hpp"
#include "support/sim_wire.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// What a server is part of; empty for servers outside the Pods.
struct ServerOwner {
    std::string pod;
    std::string container;
    std::string container_id;
};

/// A request that reached a server.
struct ReceivedRequest {
    MonotonicTime at;
    HttpRequest request;
};

/// Servers by address. An IP address nobody serves refuses connections, a name nobody serves doesn't resolve.
class SimNetwork final : public Network {
  public:
    SimNetwork(SimWire wire, History* history) : wire_(std::move(wire)), history_(history) {}

    /// Puts a server behind host and port, replacing an older one. Host `*` answers for all hosts that have
    /// no server of their own on the port.
    void serve(const std::string& host, std::uint16_t port, ServerBehavior behavior, ServerOwner owner = {});
    /// What serves there; a new server when nothing does.
    [[nodiscard]] ServerBehavior server(const std::string& host, std::uint16_t port) const;
    /// Says whose address it is, for the history.
    void assign(const std::string& host, std::string pod) { pods_[host] = std::move(pod); }
    /// Takes the server away; its open connections are reset.
    void close(const std::string& host, std::uint16_t port);

    [[nodiscard]] const std::vector<ReceivedRequest>& requests() const { return requests_; }

    Task<Result<HttpResponse>> http_get(HttpRequest request, Call call) override;
    Task<Status> tcp_connect(std::string host, std::uint16_t port, Call call) override;
    /// Stricter than reality: asks for a port and a user agent.
    Task<Result<GrpcHealth>> grpc_health_check(GrpcHealthRequest request, Call call) override;

    [[nodiscard]] std::uint64_t state_hash() const { return wire_.state_hash(); }

  private:
    using Reset = std::function<void()>;
    struct Server {
        ServerBehavior behavior;
        ServerOwner owner;
        std::vector<Reset> connections;  // resets each connection that is, or was, open
    };
    using Address = std::pair<std::string, std::uint16_t>;

    [[nodiscard]] Server* find(const std::string& host, std::uint16_t port);
    /// Records that no server was reached; returns `why`.
    Error refused(const std::string& host, const std::string& detail, Error why);
    void note(Kind kind, const ServerOwner& owner, std::string detail, int code = 0);
    /// The answer of a server that was reached, set now or by the returned timer.
    [[nodiscard]] Timer receive(Server* server, const HttpRequest& request,
                                const Promise<Result<HttpResponse>>& over);
    [[nodiscard]] Timer receive(Server* server, const GrpcHealthRequest& request,
                                const Promise<Result<GrpcHealth>>& over);

    SimWire wire_;
    History* history_;
    std::map<Address, Server> servers_;
    std::map<std::string, std::string> pods_;  // by address
    std::vector<ReceivedRequest> requests_;
};

}  // namespace hooklet::sim
