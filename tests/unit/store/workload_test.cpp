// SPDX-License-Identifier: Apache-2.0
#include "store_world.hpp"

namespace hooklet::store {
namespace {

/// Every watcher's view is the store's history, no revision is skipped or repeated, and what was acknowledged
/// is there after a crash.
class Workload : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Workload, EveryViewIsTheHistory) {
    constexpr std::uint64_t seeds_of_one_test = 30;
    for (std::uint64_t i = 0; i < seeds_of_one_test && !HasFailure(); ++i) {
        StoreWorld world(GetParam() * seeds_of_one_test + i);
        world.live(true);
        world.live(true);
        world.live(false);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Workload, testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace hooklet::store
