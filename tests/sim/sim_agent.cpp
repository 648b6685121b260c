// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_agent.hpp"

namespace hooklet::sim {

PodSettings SimAgent::settings() {
    PodSettings settings;
    settings.pods_directory = "/hooklet/state/pods";
    settings.pod_log_directory = "/hooklet/log/pods";
    settings.container_log_directory = "/hooklet/log/containers";
    settings.cgroup_root = "/hooklet-sim";
    settings.owner_label = "sim";
    settings.node_name = "sim-node";
    settings.host_ip = "192.0.2.1";
    return settings;
}

SimAgent::SimAgent(SimWorld* world)
    : world_(world),
      journal_(&world->journal, &world->loop.clock(), &world->random, world->loop.executor()),
      pods_({world->loop.executor(), &world->loop.clock(), &world->random, &world->runtime, &world->network,
             &world->files, &journal_, &world->object_source},
            settings()) {}

SimAgent::~SimAgent() {
    world_->loop.run(pods_.stop());
    world_->loop.run(journal_.stop());
}

}  // namespace hooklet::sim
