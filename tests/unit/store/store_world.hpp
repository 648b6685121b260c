// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store_fixture.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet::store {

/// What a watcher believes is there: places with the revisions of the objects.
using View = std::map<std::string, Revision>;

/// One run of random writers and watchers on a store whose disk fails and whose machine crashes. What is on
/// the disk is the truth that everything is compared with.
class StoreWorld {
  public:
    explicit StoreWorld(std::uint64_t seed);

    /// One life of the store: it ends in peace or with a crash.
    void live(bool crash);

  private:
    struct Follower;

    Task<> write(sim::SimRandom random);
    Task<> follow(Follower* follower);
    Task<> list(Follower* follower);
    Task<> watch(Follower* follower);
    Task<Result<ObjectPtr>> mutate(sim::SimRandom* random);

    void begin();
    void end(bool crash);
    void check_acknowledged();
    void check(Follower& follower, Revision at);
    void apply(Follower& follower, const WatchEvent& event);
    /// Brings the follower's `truth` to this revision, by the log of the disk.
    void tell_truth(Follower& follower, Revision at) const;
    Call soon() { return loop_.clock().call_within(std::chrono::milliseconds{50}); }
    Task<> pause(sim::SimRandom* random, Duration longest);

    std::uint64_t seed_;
    sim::SimRandom random_;
    sim::SimLoop loop_;
    sim::History history_{&loop_.clock()};
    sim::FaultInjector faults_;
    sim::SimObjectStorage storage_;
    std::unique_ptr<ObjectStore> objects_;
    std::unique_ptr<Gate> writers_;
    std::unique_ptr<Gate> watchers_;
    std::vector<std::unique_ptr<Follower>> followers_;
    std::vector<std::pair<Revision, ObjectText>> acknowledged_;  ///< No text: the object's end.
    bool writing_ = false;
    bool crashed_ = false;
    int version_ = 0;
};

}  // namespace hooklet::store
