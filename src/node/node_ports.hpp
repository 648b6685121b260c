// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "events/event_texts.hpp"
#include "node/pod_control.hpp"
#include "ports/clock.hpp"
#include "ports/compressor.hpp"
#include "ports/container_runtime.hpp"
#include "ports/file_system.hpp"
#include "ports/node_stats.hpp"

#include <functional>
#include <string>

namespace hooklet {

/// What the parts of the node room work with. All outlive them.
struct NodePorts {
    Executor executor;
    Clock* clock = nullptr;
    cri::ContainerRuntime* runtime = nullptr;
    FileSystem* files = nullptr;
    PodControl* pods = nullptr;
    /// Told what a person should read in the agent's log; a line without its end.
    std::function<void(const std::string&)> tell;
    /// Told the events of the Node object.
    std::function<void(const event::Text&)> node_event;
};

}  // namespace hooklet
