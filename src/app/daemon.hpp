// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/agent.hpp"
#include "cli/daemon.hpp"

#include <memory>

namespace hooklet::app {

/// Puts `hooklet agent` together and starts it: the API with its controllers, and the node behind it. As long
/// as the machine lacks what that takes (Code::unavailable or deadline: no space on the disk, no engine),
/// it says so and tries again, until `cancel`. After another failure nothing is left behind but the Pods of
/// an earlier agent.
Task<Result<std::unique_ptr<cli::Daemon>>> open_daemon(HostPorts host, cli::AgentOptions options,
                                                       CancelToken cancel);

}  // namespace hooklet::app
