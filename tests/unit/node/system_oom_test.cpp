// SPDX-License-Identifier: Apache-2.0
#include "node/system_oom.hpp"

#include "unit/node/node_agent_fixture.hpp"

namespace hooklet {
namespace {

using testing::Contains;
using testing::Not;

const std::string in_root =
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,"
    "task=make,pid=4711,uid=0";
const std::string in_container =
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/hooklet/podx,"
    "task_memcg=/hooklet/podx/c,task=app,pid=12,uid=0";

TEST(SystemOom, VictimsOutsideOfContainers) {
    EXPECT_EQ(system_oom_victim(in_root), (OomVictim{"make", "4711"}));
    EXPECT_EQ(system_oom_victim(in_container), std::nullopt);
    EXPECT_EQ(system_oom_victim("Out of memory: Killed process 4711 (make)"), std::nullopt);
    EXPECT_EQ(system_oom_victim("oom-kill:"), std::nullopt);
    EXPECT_EQ(system_oom_victim(""), std::nullopt);
}

TEST_F(NodeAgentTest, ASystemOomIsAnEventOfTheNode) {
    until([&] { return m.kernel_log.listened(); });
    m.kernel_log.say(in_container);
    pass(std::chrono::seconds{5});
    EXPECT_THAT(events_of("node1"), Not(Contains("SystemOOM")));
    m.kernel_log.say(in_root);
    pass(std::chrono::seconds{5});
    EXPECT_THAT(events_of("node1"), Contains("SystemOOM"));
}

}  // namespace
}  // namespace hooklet
