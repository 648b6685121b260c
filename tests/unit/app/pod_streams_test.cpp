// SPDX-License-Identifier: Apache-2.0
#include "app/pod_streams.hpp"

#include "support/api_world.hpp"
#include "unit/streams/fake_exchange.hpp"

#include <gmock/gmock.h>

namespace hooklet::app {
namespace {

using ::testing::HasSubstr;

TEST(NodePodStreams, AnswersForAPodThatIsNotThere) {
    sim::ApiWorld world;
    NodePodStreams streams({world.loop.executor(), &world.loop.clock(), &world.api}, "/log", "/log/pods");
    for (const char* part : {"log", "exec", "attach", "portforward", "proxy"}) {
        FakeExchange exchange(&world.loop.clock(), {});
        world.loop.run(streams.serve(&exchange, {"default", "nobody", part, ""}));
        EXPECT_EQ(exchange.reply.value().status, 404) << part;
        EXPECT_THAT(exchange.reply->body, HasSubstr(R"("reason":"NotFound")")) << part;
    }
}

}  // namespace
}  // namespace hooklet::app
