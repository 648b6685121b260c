// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "ports/clock.hpp"
#include "ports/dialer.hpp"
#include "ports/random.hpp"
#include "server/pod_streams.hpp"
#include "streams/http_proxy.hpp"
#include "streams/proxy_name.hpp"

#include <expected>
#include <string>

namespace hooklet::app {

/// The `proxy` subresource: requests that the API server hands on to what runs in a Pod, chosen by itself or
/// by a Service.
class ObjectProxies {
  public:
    /// All outlive it.
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        Random* random = nullptr;
        Api* api = nullptr;
        Dialer* dialer = nullptr;
    };
    explicit ObjectProxies(Ports ports);

    Task<void> serve(HttpExchange* exchange, server::PodStreamRequest request);

  private:
    /// Or why there is none.
    using Found = std::expected<ProxyAddress, HttpReply>;
    Task<Found> find(ApiPath path, ProxyName name, Call call);
    Task<Found> find_behind(api::Service service, ProxyName name, Call call);

    Ports ports_;
    HttpProxy proxy_;
};

}  // namespace hooklet::app
