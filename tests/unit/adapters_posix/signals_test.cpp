// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/signals.hpp"

#include "adapters/posix/posix_random.hpp"

#include <csignal>
#include <optional>
#include <set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

TEST(TerminationSignals, AreDeliveredOnTheLoop) {
    asio::io_context loop;
    std::vector<int> seen;
    {
        std::optional<TerminationSignals> signals;
        signals.emplace(loop.get_executor(), [&](int number) {
            seen.push_back(number);
            if (seen.size() == 2) signals.reset();
        });
        std::raise(SIGTERM);
        EXPECT_TRUE(seen.empty());
        while (seen.empty()) loop.run_one();
        std::raise(SIGINT);
        loop.run();
    }
    EXPECT_THAT(seen, ElementsAre(SIGTERM, SIGINT));
}

TEST(TerminationSignals, EndWithTheirOwner) {
    asio::io_context loop;
    {
        const TerminationSignals signals(loop.get_executor(), [](int) { FAIL(); });
        std::raise(SIGTERM);
    }
    loop.run();
    struct sigaction action{};
    ASSERT_EQ(::sigaction(SIGTERM, nullptr, &action), 0);
    EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(PosixRandom, DoesNotRepeat) {
    PosixRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random.next());
    EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace hooklet
