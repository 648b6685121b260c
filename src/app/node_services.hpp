// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/posix_node_stats.hpp"
#include "adapters/zlib/gzip_compressor.hpp"
#include "node/collector.hpp"
#include "node/evictor.hpp"
#include "node/log_rotator.hpp"
#include "node/managed_pods.hpp"

#include <functional>
#include <string>

namespace hooklet::app {

/// What surrounds the Pods of a run in the foreground: they know what the machine has for them, logs are
/// rotated, and Pods that use more local storage than they may are evicted. The machine's own pressure,
/// images and old logs are left to its owner.
class NodeServices {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        cri::ContainerRuntime* runtime = nullptr;
        FileSystem* files = nullptr;
        PodManager* pods = nullptr;
        std::function<void(const std::string&)> tell;
    };
    /// All that the ports name outlives this. `state`: a directory on the node's file system.
    NodeServices(Ports ports, const PodSettings& settings, const std::string& state);

    void start();
    Task<void> stop();

  private:
    ManagedPods pods_;
    NodePorts ports_;
    PosixNodeStats stats_;
    GzipCompressor compressor_;
    LogRotator rotator_;
    Collector collector_;
    Evictor evictor_;
};

}  // namespace hooklet::app
