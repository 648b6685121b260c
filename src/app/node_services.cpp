// SPDX-License-Identifier: Apache-2.0
#include "app/node_services.hpp"

#include "app/host_sheet.hpp"
#include "app/node_settings.hpp"

namespace hooklet::app {

NodeServices::NodeServices(Ports ports, const PodSettings& settings, const std::string& state)
    : pods_(ports.pods),
      ports_{ports.executor,
             ports.clock,
             ports.runtime,
             ports.files,
             &pods_,
             ports.tell,
             [tell = ports.tell](const event::Text& text) { tell(text.reason + ": " + text.message); }},
      stats_(ports.executor, ports.clock, {.state = state, .images = {}}),
      compressor_(ports.executor, ports.clock),
      rotator_(ports_, &compressor_, settings.pod_log_directory, LogPolicy{}),
      collector_(ports_, &stats_, collector_settings(settings)),
      evictor_(ports_, &stats_, &collector_, eviction_settings(settings)) {
    const NodeUsage usage = stats_.node().value_or(NodeUsage{});
    ports.pods->set_allocatable(allocatable_of(host_capacity(settings, usage)));
}

void NodeServices::start() {
    rotator_.start();
    evictor_.start();
}

Task<void> NodeServices::stop() {
    co_await evictor_.stop();
    co_await rotator_.stop();
    co_await collector_.stop();
}

}  // namespace hooklet::app
