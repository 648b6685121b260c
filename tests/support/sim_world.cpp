// SPDX-License-Identifier: Apache-2.0
#include "support/sim_world.hpp"

#include <bit>

namespace hooklet::sim {

SimWorld::SimWorld(WorldOptions options)
    : seeds_(options.seed),
      random(seeds_.fork()),
      history(&loop.clock()),
      faults(options.faults, seeds_.fork(), &loop.clock(), &history),
      network(SimWire(&loop.clock(), seeds_.fork(), &faults), &history),
      engine({&loop.clock(), &history, &host, &network, &images}, seeds_.fork()),
      runtime(&engine, &images, SimWire(&loop.clock(), seeds_.fork(), &faults),
              SimEvents(&loop.clock(), SimRandom(options.seed ^ 0xE7E7E7ULL), &faults), options.runtime),
      files(&host, &faults),
      journal(&loop.clock(), seeds_.fork(), &faults),
      object_source(&objects, SimWire(&loop.clock(), seeds_.fork(), &faults)) {}

void SimWorld::crash() {
    history.mark({}, "the agent crashes");
    faults.sever();
    runtime.disconnect();
}

void SimWorld::reconnect() {
    history.mark({}, "a new agent starts");
    runtime.disconnect();
    faults.reconnect();
}

std::uint64_t SimWorld::fingerprint() const {
    std::uint64_t hash = history.hash();
    for (const std::uint64_t state :
         {random.state_hash(), faults.state_hash(), network.state_hash(), engine.state_hash(),
          runtime.state_hash(), journal.state_hash(), object_source.state_hash()}) {
        hash = std::rotl(hash, 17) * 0x9E3779B97F4A7C15ULL ^ state;
    }
    return hash;
}

}  // namespace hooklet::sim
