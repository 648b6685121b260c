// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/faults.hpp"
#include "support/history.hpp"
#include "support/memory_files.hpp"
#include "support/sim_engine.hpp"
#include "support/sim_file_system.hpp"
#include "support/sim_images.hpp"
#include "support/sim_journal_store.hpp"
#include "support/sim_loop.hpp"
#include "support/sim_network.hpp"
#include "support/sim_object_source.hpp"
#include "support/sim_runtime.hpp"

#include <cstdint>

namespace hooklet::sim {

struct WorldOptions {
    std::uint64_t seed = 1;
    Faults faults{};
    RuntimeOptions runtime{};
};

/// Everything outside the agent, out of one seed. An agent is composed with its ports: `loop.executor()`,
/// `loop.clock()`, `random`, `runtime`, `network`, `files`, `journal`, `object_source`. What tests arrange
/// and look at: `images`, `engine`, `host` (files, mounts, cgroups), `objects`, `faults`, `history`.
///
/// Coroutines that are still waiting when the world goes away are leaked: end the agent first.
class SimWorld {
  public:
    explicit SimWorld(WorldOptions options = {});

    /// The agent's process dies: until reconnect() its calls fail without effect and nothing reaches it; what
    /// has not been written is lost. The agent object must then be stopped and a new one made. Containers
    /// live on.
    void crash();
    void reconnect();

    /// Digest of all that happened and of all randomness drawn; equal for equal runs.
    [[nodiscard]] std::uint64_t fingerprint() const;

  private:
    SimRandom seeds_;

  public:
    SimLoop loop;
    SimRandom random;  ///< The agent's.
    History history;
    FaultInjector faults;
    MemoryFiles host;
    SimImages images;
    SimNetwork network;
    SimEngine engine;
    SimRuntime runtime;
    SimFileSystem files;
    SimJournalStore journal;
    LocalObjects objects;
    SimObjectSource object_source;
};

}  // namespace hooklet::sim
