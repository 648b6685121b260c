// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http_servers.hpp"

#include <map>
#include <memory>
#include <string>

namespace hooklet {

/// A request as a gRPC server got it.
struct SeenCall {
    std::map<std::string, std::string> headers;
    std::string body;  ///< With gRPC's prefix.
};

/// What a gRPC server answers to its first call.
struct HealthScript {
    std::string response = "\x08\x01";  ///< The message; SERVING.
    int grpc_status = 0;                ///< Not 0: sent instead of a message.
    std::string grpc_message{};
    bool silent = false;                 ///< Speaks HTTP/2, and never answers the call.
    std::function<void()> on_call = {};  ///< Called when the call has come.
};

/// A gRPC server for one connection, for OneShotServer.
OneShotServer::Script answer_health(HealthScript script, std::shared_ptr<SeenCall> seen = nullptr);

}  // namespace hooklet
