// SPDX-License-Identifier: Apache-2.0
#include "node/node_registration.hpp"

#include "unit/node/api_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::ApiTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class NodeRegistrationTest : public ApiTest {
  protected:
    void SetUp() override { world.add_namespace("kube-node-lease"); }
    void TearDown() override { world.loop.run(node.stop()); }
    static Task<NodeHealth> look(const NodeHealth* health) { co_return *health; }
    static NodeSheet sheet() {
        NodeSheet sheet;
        sheet.name = "node1";
        sheet.internal_ip = "192.0.2.1";
        sheet.capacity = sheet.allocatable = {{"cpu", api::Quantity::of_units(2)}};
        return sheet;
    }
    [[nodiscard]] api::Node stored() { return world.stored(sim::ApiWorld::core("nodes", "", "node1")); }
    [[nodiscard]] api::Node lease() {
        return world.stored({"coordination.k8s.io", "v1", "leases", "kube-node-lease", "node1", {}});
    }
    [[nodiscard]] std::string ready() {
        const api::Node node_ = stored();
        for (const api::Node& condition : *value_at(node_, {"status", "conditions"})->as_array()) {
            if (text_at(condition, {"type"}) == "Ready") return text_at(condition, {"status"});
        }
        return {};
    }
    /// Writes to nodes so far.
    [[nodiscard]] std::size_t node_writes() const {
        std::size_t count = 0;
        for (const std::string& write : world.api.writes())
            count += write.find(" nodes") != std::string::npos;
        return count;
    }

    NodeHealth health;
    std::vector<std::string> events;
    NodeRegistration node{ports(), sheet(), [this](CancelToken) { return look(&health); },
                          [this](const event::Text& text) { events.push_back(text.reason); }};
};

TEST_F(NodeRegistrationTest, RegistersAtOnce) {
    node.start();
    pass();
    EXPECT_EQ(ready(), "True");
    EXPECT_EQ(metadata_of(stored()).labels.at("kubernetes.io/hostname"), "node1");
    EXPECT_EQ(text_at(lease(), {"spec", "holderIdentity"}), "node1");
    const api::Node renewed = lease();
    const api::Node* owners = value_at(renewed, {"metadata", "ownerReferences"});
    ASSERT_NE(owners, nullptr);
    EXPECT_EQ(text_at(owners->as_array()->front(), {"uid"}), metadata_of(stored()).uid);
    EXPECT_THAT(events, Contains("Starting"));
    EXPECT_THAT(events, Contains("NodeReady"));
}

TEST_F(NodeRegistrationTest, RenewsTheLeaseAndLeavesTheNodeAlone) {
    node.start();
    pass();
    const std::size_t before = node_writes();
    const std::string first = text_at(lease(), {"spec", "renewTime"});
    pass(1min);
    EXPECT_EQ(node_writes(), before);
    EXPECT_GT(text_at(lease(), {"spec", "renewTime"}), first);
    pass(5min);
    EXPECT_EQ(node_writes(), before + 1) << "a heartbeat of the status";
}

TEST_F(NodeRegistrationTest, SaysAtOnceWhatHasChanged) {
    node.start();
    pass();
    events.clear();
    health.problems = {"node is shutting down"};
    node.changed();
    pass();
    EXPECT_EQ(ready(), "False");
    EXPECT_THAT(events, ElementsAre("NodeNotReady"));
}

TEST_F(NodeRegistrationTest, MakesUpForWhatFailed) {
    world.api.fail_next("api.create.nodes", {Code::unavailable, "connection refused"});
    world.api.fail_next("api.update.nodes/status", {Code::conflict, "the object has been modified"});
    node.start();
    pass();
    EXPECT_EQ(ready(), "True");
    EXPECT_THAT(told, Not(IsEmpty()));
    EXPECT_THAT(events, testing::SizeIs(5)) << "each is told once";
}

TEST_F(NodeRegistrationTest, TakesAnExistingNodeOver) {
    world.add(sim::ApiWorld::core("nodes", "", "node1"),
              R"({"metadata": {"labels": {"own": "x", "kubernetes.io/os": "other"}}})");
    node.start();
    pass();
    EXPECT_EQ(metadata_of(stored()).labels.at("own"), "x");
    EXPECT_EQ(metadata_of(stored()).labels.at("kubernetes.io/os"), "linux");
    EXPECT_EQ(ready(), "True");
}

TEST_F(NodeRegistrationTest, MakesALostLeaseAnew) {
    node.start();
    pass();
    ASSERT_TRUE(world.api.objects().remove(
        {"coordination.k8s.io", "v1", "leases", "kube-node-lease", "node1", {}}, {}));
    pass(30s);
    EXPECT_EQ(text_at(lease(), {"spec", "holderIdentity"}), "node1");
}

}  // namespace
}  // namespace hooklet
