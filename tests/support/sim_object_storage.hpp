// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/object_storage.hpp"
#include "support/sim_wire.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// The objects' disk. Calls take time and are ordered; a write that returned survives everything, one under
/// way at a crash is on disk or not. Faults come at `objects.load`, `objects.revision` and `objects.write`.
/// Throws std::logic_error for what a careful owner never does: nothing to write, revisions that do not
/// follow, the end of an object that is not there.
class SimObjectStorage final : public ObjectStorage {
  public:
    SimObjectStorage(SimClock* clock, SimRandom random, FaultInjector* faults)
        : clock_(clock), random_(random), faults_(faults) {}

    Task<Result<StoredObjects>> load() override;
    Task<Result<Revision>> revision() override;
    Task<Status> write(std::vector<ObjectChange> changes) override;

    /// The machine loses its power: every call under way fails, and those made until reopen().
    void crash();
    void reopen() { crashed_ = false; }

    /// What is on disk.
    [[nodiscard]] Revision last_revision() const { return revision_; }
    [[nodiscard]] const std::map<ObjectKey, StoredObject>& objects() const { return objects_; }
    /// Every change that was made, in order; the first has revision 2.
    [[nodiscard]] const std::vector<ObjectChange>& log() const { return log_; }
    /// How many changes the writes that succeeded had.
    [[nodiscard]] const std::vector<std::size_t>& batches() const { return batches_; }

  private:
    /// Waits for the calls before this one and for its own time.
    Task<Result<CallFate>> turn(std::string site);
    void make(const std::vector<ObjectChange>& changes);

    SimClock* clock_;
    SimRandom random_;
    FaultInjector* faults_;
    MonotonicTime busy_until_{};
    bool crashed_ = false;
    std::uint64_t crashes_ = 0;
    const std::vector<ObjectChange>* under_way_ = nullptr;
    Revision revision_ = revision_of_nothing;
    std::map<ObjectKey, StoredObject> objects_;
    std::vector<ObjectChange> log_;
    std::vector<std::size_t> batches_;
};

}  // namespace hooklet::sim
