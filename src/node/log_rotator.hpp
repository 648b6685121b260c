// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "node/log_rotation.hpp"
#include "node/node_ports.hpp"

#include <string>

namespace hooklet {

/// Keeps the logs of running containers small. Nothing that a container wrote is lost when the engine does
/// not answer or the agent ends in between; only the oldest files go.
class LogRotator {
  public:
    /// `pod_log_directory` holds all Pods' logs.
    LogRotator(NodePorts ports, Compressor* compressor, std::string pod_log_directory, LogPolicy policy);

    /// Looks at the logs every period from now on.
    void start() { gate_.spawn(loop()); }
    Task<void> stop();

    /// One look at all logs.
    Task<void> look();

  private:
    Task<void> loop();
    Task<void> rotate_if_large(RunningLog log);
    Task<void> rotate(RunningLog log);
    Task<void> compress(std::string path);
    Task<Status> reopen(std::string container_id);

    NodePorts ports_;
    Compressor* compressor_;
    std::string pod_log_directory_;
    LogPolicy policy_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
