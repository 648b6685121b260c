// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/api_objects.hpp"
#include "node/node_agent.hpp"
#include "support/fake_api.hpp"
#include "support/sim_compressor.hpp"
#include "support/sim_directory_watch.hpp"
#include "support/sim_kernel_log.hpp"
#include "support/sim_node_stats.hpp"
#include "support/sim_world.hpp"

#include <functional>
#include <string>
#include <vector>

/// The node of an agent with an API, composed with a simulated world. Whoever includes this links the node
/// room.
namespace hooklet::sim {

/// Everything outside the agent.
struct SimNodeMachine {
    SimWorld world;
    FakeApi api{SimWire(&world.loop.clock(), SimRandom(3), &world.faults), &world.random};
    SimNodeStats stats{&world.loop.clock()};
    SimCompressor compressor{&world.loop.clock(), &world.host};
    SimDirectoryWatch directories{&world.host};
    SimKernelLog kernel_log;
    std::vector<std::string> told;
};

inline PodSettings pod_settings() {
    PodSettings settings;
    settings.pods_directory = "/state/pods";
    settings.pod_log_directory = "/log/pods";
    settings.container_log_directory = "/log/containers";
    settings.owner_label = "test";
    settings.boot_id = "boot";
    settings.node_name = "node1";
    settings.host_ip = "192.0.2.1";
    return settings;
}

inline NodeAgentSettings agent_settings() {
    NodeAgentSettings settings;
    settings.sheet.name = "node1";
    settings.sheet.internal_ip = "192.0.2.1";
    settings.sheet.capacity = {{"cpu", api::Quantity::of_units(4)},
                               {"memory", api::Quantity::of_units(1 << 30)},
                               {"pods", api::Quantity::of_units(10)}};
    settings.sheet.allocatable = settings.sheet.capacity;
    settings.cluster_dns = false;
    settings.manifests = "/manifests";
    settings.collector.pod_log_directory = "/log/pods";
    settings.collector.container_log_directory = "/log/containers";
    settings.collector.owner_label = "test";
    settings.eviction.pods_directory = "/state/pods";
    settings.eviction.pod_log_directory = "/log/pods";
    settings.eviction.owner_label = "test";
    settings.shutdown = shutdown_shares(std::chrono::seconds{20}, std::chrono::seconds{10});
    return settings;
}

/// One life of the agent's process.
class SimNodeAgent {
  public:
    explicit SimNodeAgent(SimNodeMachine* machine)
        : m_(machine),
          journal(&m_->world.journal, &m_->world.loop.clock(), &m_->world.random, m_->world.loop.executor()),
          objects({m_->world.loop.executor(), &m_->world.loop.clock(), &m_->api, tell()}),
          pods({m_->world.loop.executor(), &m_->world.loop.clock(), &m_->world.random, &m_->world.runtime,
                &m_->world.network, &m_->world.files, &journal, &objects},
               pod_settings()),
          node({m_->world.loop.executor(),
                &m_->world.loop.clock(),
                &m_->world.runtime,
                &m_->world.files,
                &m_->stats,
                &m_->compressor,
                &m_->directories,
                &m_->api,
                &journal,
                &pods,
                tell(),
                {},
                nullptr,
                &m_->kernel_log},
               agent_settings()) {
        node.start();
    }
    ~SimNodeAgent() {
        m_->world.loop.run(node.stop());
        m_->world.loop.run(pods.stop());
        m_->world.loop.run(objects.stop());
        m_->world.loop.run(journal.stop());
    }
    SimNodeAgent(const SimNodeAgent&) = delete;
    SimNodeAgent& operator=(const SimNodeAgent&) = delete;

  private:
    std::function<void(const std::string&)> tell() {
        return [m = m_](const std::string& line) { m->told.push_back(line); };
    }
    SimNodeMachine* m_;

  public:
    Journal journal;
    ApiObjects objects;
    PodManager pods;
    NodeAgent node;
};

}  // namespace hooklet::sim
