// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/session.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace hooklet::app {

/// What every agent of the process shares. All of it outlives the agent.
struct HostPorts {
    Executor executor;
    Clock* clock = nullptr;
    Random* random = nullptr;
    /// Told what a person should know and no caller is told: the engine died, the journal can't be written.
    std::function<void(std::string_view line)> tell;
};

/// Makes an agent out of the real adapters: takes the root, opens the journal, starts or reaches the engine.
/// After a failure nothing is left behind.
Task<Result<std::unique_ptr<cli::Session>>> open_agent(HostPorts host, cli::SessionOptions options,
                                                       CancelToken cancel);

}  // namespace hooklet::app
