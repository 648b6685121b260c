// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/api.hpp"
#include "ports/clock.hpp"

#include <functional>
#include <string>

namespace hooklet {

/// What the parts of the node that talk to the API work with. All outlive them.
struct ApiPorts {
    Executor executor;
    Clock* clock = nullptr;
    Api* api = nullptr;
    /// Told what a person should read in the agent's log; a line without its end.
    std::function<void(const std::string&)> tell;
};

/// How long one request may take.
inline constexpr Duration api_call_limit = std::chrono::seconds{30};
/// Between attempts of a request that failed.
inline constexpr Duration first_api_retry = std::chrono::milliseconds{100};
inline constexpr Duration slowest_api_retry = std::chrono::seconds{10};

/// True when a request that failed so may succeed later as it is.
inline bool is_worth_retrying(const Error& error) {
    return error.code == Code::unavailable || error.code == Code::deadline || error.code == Code::internal;
}

inline ApiPath pod_path(const std::string& namespace_, const std::string& name,
                        std::string subresource = {}) {
    return {"", "v1", "pods", namespace_, name, std::move(subresource)};
}

}  // namespace hooklet
