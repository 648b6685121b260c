// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/http_server.hpp"

#include <string>

namespace hooklet::server {

/// One request for what runs in a Pod, or for what is reached through it, a Service or a node.
struct PodStreamRequest {
    std::string namespace_;
    std::string name;               ///< With `proxy`: `[SCHEME:]NAME[:PORT]`.
    std::string subresource;        ///< `log`, `exec`, `attach`, `portforward`, `proxy`
    std::string rest{};             ///< Of the target behind the subresource, as sent, with the query.
    std::string resource = "pods";  ///< With `proxy` also `services`, `nodes`.
};

/// Logs and streams of Pods, and connections to what they serve.
class PodStreams {
  public:
    virtual ~PodStreams() = default;
    /// Answers the exchange, also where there is no such object. Its query is in the exchange's target.
    virtual Task<void> serve(HttpExchange* exchange, PodStreamRequest request) = 0;
};

}  // namespace hooklet::server
