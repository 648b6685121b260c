// SPDX-License-Identifier: Apache-2.0
#include "support/sim_object_storage.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;

namespace {

Error disk_error() {
    return {Code::internal, "disk I/O error", nullptr};
}

Error crash_error() {
    return {Code::unavailable, "the machine has crashed", nullptr};
}

}  // namespace

Task<Result<CallFate>> SimObjectStorage::turn(std::string site) {
    if (crashed_) co_return std::unexpected(crash_error());
    const std::uint64_t life = crashes_;
    const CallFate fate = faults_->decide(site);
    const Duration takes = random_.between(100us, 5ms) + fate.delay_before + fate.delay_after;
    busy_until_ = std::max(busy_until_, clock_->now()) + takes;
    const Call done(busy_until_, {});
    const Status waited = co_await sleep_until(clock_, done);
    if (!waited) co_return std::unexpected(waited.error());
    if (life != crashes_) co_return std::unexpected(crash_error());
    if (fate.error) co_return std::unexpected(disk_error());
    co_return fate;
}

Task<Result<StoredObjects>> SimObjectStorage::load() {
    const auto fate = co_await turn("objects.load");
    if (!fate) co_return std::unexpected(fate.error());
    if (fate->lost_answer) co_return std::unexpected(disk_error());
    StoredObjects found;
    found.revision = revision_;
    for (const auto& [key, object] : objects_) found.objects.push_back(object);
    co_return found;
}

Task<Result<Revision>> SimObjectStorage::revision() {
    const auto fate = co_await turn("objects.revision");
    if (!fate) co_return std::unexpected(fate.error());
    if (fate->lost_answer) co_return std::unexpected(disk_error());
    co_return revision_;
}

Task<Status> SimObjectStorage::write(std::vector<ObjectChange> changes) {
    if (changes.empty()) throw std::logic_error("a write without changes");
    if (under_way_ != nullptr) throw std::logic_error("a write while another one is under way");
    under_way_ = &changes;
    const auto fate = co_await turn("objects.write");
    if (!fate) {
        if (under_way_ == &changes) under_way_ = nullptr;
        co_return std::unexpected(fate.error());
    }
    under_way_ = nullptr;
    make(changes);
    if (fate->lost_answer) co_return std::unexpected(disk_error());
    batches_.push_back(changes.size());
    co_return Status{};
}

void SimObjectStorage::make(const std::vector<ObjectChange>& changes) {
    for (const ObjectChange& change : changes) {
        if (change.revision != revision_ + 1) throw std::logic_error("a revision that does not follow");
        revision_ = change.revision;
        log_.push_back(change);
        if (change.text) {
            objects_[change.key] = change;
        } else if (objects_.erase(change.key) == 0) {
            throw std::logic_error("the end of an object that is not there");
        }
    }
}

void SimObjectStorage::crash() {
    if (under_way_ != nullptr && random_.chance(0.5)) make(*under_way_);
    under_way_ = nullptr;
    crashed_ = true;
    ++crashes_;
}

}  // namespace hooklet::sim
