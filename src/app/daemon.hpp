// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/agent.hpp"
#include "cli/daemon.hpp"

#include <memory>

namespace hooklet::app {

/// Puts `hooklet agent` together and starts it: the API with its controllers, and the node behind it. After a
/// failure nothing is left behind.
Task<Result<std::unique_ptr<cli::Daemon>>> open_daemon(HostPorts host, cli::AgentOptions options,
                                                       CancelToken cancel);

}  // namespace hooklet::app
