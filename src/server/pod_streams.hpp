// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/http_server.hpp"

#include <string>

namespace hooklet::server {

/// One request for what runs in a Pod.
struct PodStreamRequest {
    std::string namespace_;
    std::string name;
    std::string subresource;  ///< `log`, `exec`, `attach`, `portforward`, `proxy`
    std::string rest{};       ///< proxy: the path behind it.
};

/// Logs and streams of Pods.
class PodStreams {
  public:
    virtual ~PodStreams() = default;
    /// Answers the exchange, also where there is no such Pod. Its query is in the exchange's target.
    virtual Task<void> serve(HttpExchange* exchange, PodStreamRequest request) = 0;
};

}  // namespace hooklet::server
