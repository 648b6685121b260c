// SPDX-License-Identifier: Apache-2.0
#include "node/status_writer.hpp"

#include "unit/node/api_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::ApiTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

api::PodStatus status_of(const std::string& phase) {
    api::PodStatus status;
    status.phase = phase;
    return status;
}

api::PodCondition condition(const std::string& type, const std::string& status) {
    api::PodCondition out;
    out.type = type;
    out.status = status;
    return out;
}

class StatusWriterTest : public ApiTest {
  protected:
    PodRef add(const std::string& status = "{}") { return {"default", "web", add_pod("web", "{}", status)}; }
    [[nodiscard]] std::string phase() { return text_at(pod("web"), {"status", "phase"}); }
    void TearDown() override { world.loop.run(writer.stop()); }
    StatusWriter writer{ports()};
};

TEST_F(StatusWriterTest, WritesTheStatusAndNothingElse) {
    const PodRef web = add();
    world.change(sim::ApiWorld::core("pods", "default", "web"), R"({"metadata": {"labels": {"a": "b"}}})");
    writer.write(web, status_of("Running"));
    pass();
    EXPECT_EQ(phase(), "Running");
    EXPECT_EQ(metadata_of(pod("web")).labels.at("a"), "b");
    EXPECT_THAT(world.api.writes(), ElementsAre("update pods/status default/web"));
}

TEST_F(StatusWriterTest, WritesNothingWhenNothingChanges) {
    const PodRef web = add();
    writer.write(web, status_of("Running"));
    pass();
    writer.write(web, status_of("Running"));
    pass();
    EXPECT_THAT(world.api.writes(), SizeIs(1));
}

TEST_F(StatusWriterTest, KnowsWhetherTheApiHasAStatusOfThePod) {
    int settled = 0;
    StatusWriter own(ports(), [&settled] { ++settled; });
    const PodRef web = add();
    world.api.fail_next("api.update.pods/status", {Code::unavailable, "connection refused"});
    EXPECT_FALSE(own.owes_first(web.uid)) << "there is none";
    own.write(web, status_of("Pending"));
    EXPECT_TRUE(own.owes_first(web.uid));
    pass(10s);
    EXPECT_FALSE(own.owes_first(web.uid));
    own.write(web, status_of("Running"));
    EXPECT_FALSE(own.owes_first(web.uid)) << "only the first counts";
    pass();
    EXPECT_EQ(settled, 1);
    own.forget(web.uid);
    EXPECT_EQ(settled, 2);
    world.loop.run(own.stop());
}

TEST_F(StatusWriterTest, WhatOthersWriteStaysForTenSeconds) {
    const PodRef web = add();
    writer.write(web, status_of("Running"));
    pass();
    writer.compare(pod("web"));
    world.change(sim::ApiWorld::core("pods", "default", "web", "status"),
                 R"({"status": {"message": "mine"}})");
    writer.compare(pod("web"));
    world.loop.run_for(9s);
    EXPECT_EQ(text_at(pod("web"), {"status", "message"}), "mine");
    world.loop.run_for(2s);
    EXPECT_EQ(text_at(pod("web"), {"status", "message"}), "");
    EXPECT_THAT(world.api.writes(), SizeIs(2));
}

TEST_F(StatusWriterTest, WritesOnlyTheNewest) {
    const PodRef web = add();
    for (const char* now : {"Pending", "Running", "Succeeded"}) writer.write(web, status_of(now));
    pass();
    EXPECT_EQ(phase(), "Succeeded");
    EXPECT_THAT(world.api.writes(), SizeIs(1));
}

TEST_F(StatusWriterTest, TriesAgainUntilItHasWorked) {
    const PodRef web = add();
    for (int i = 0; i < 5; ++i)
        world.api.fail_next("api.get.pods", {Code::unavailable, "connection refused"});
    world.api.fail_next("api.update.pods/status", {Code::conflict, "the object has been modified"});
    writer.write(web, status_of("Running"));
    pass(1min);
    EXPECT_EQ(phase(), "Running");
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(StatusWriterTest, LeavesAnotherPodOfTheNameAlone) {
    PodRef web = add();
    web.uid = "another";
    writer.finish(web, status_of("Failed"));
    pass();
    EXPECT_THAT(world.api.writes(), IsEmpty());
}

TEST_F(StatusWriterTest, KeepsTheConditionsOfOthers) {
    const PodRef web = add(R"({"conditions": [{"type": "example.com/gate", "status": "True"},)"
                           R"({"type": "Ready", "status": "False"}], "nominatedNodeName": "n"})");
    api::PodStatus status = status_of("Running");
    status.conditions = {condition("example.com/gate", "False"), condition("Ready", "True")};
    writer.write(web, status);
    pass();
    const api::Node now = pod("web");
    EXPECT_EQ(text_at(now, {"status", "nominatedNodeName"}), "n");
    const auto conditions = read_as<api::PodStatus>(*now.find("status")).conditions;
    ASSERT_THAT(conditions, SizeIs(2));
    EXPECT_EQ(conditions[0].type + conditions[0].status, "example.com/gateTrue");
    EXPECT_EQ(conditions[1].type + conditions[1].status, "ReadyTrue");
}

TEST_F(StatusWriterTest, NeverRevivesAPod) {
    const PodRef web = add(R"({"phase": "Failed"})");
    writer.write(web, status_of("Running"));
    pass();
    EXPECT_EQ(phase(), "Failed");
    EXPECT_THAT(world.api.writes(), IsEmpty());
}

TEST_F(StatusWriterTest, RemovesTheObjectAfterTheLastStatus) {
    const PodRef web = add(R"({"phase": "Running"})");
    world.api.fail_next("api.delete.pods", {Code::unavailable, "connection refused"});
    writer.finish(web, status_of("Succeeded"));
    pass();
    EXPECT_TRUE(pod("web").is_null());
    EXPECT_THAT(world.api.writes(), ElementsAre("update pods/status default/web", "delete pods default/web"));
}

TEST_F(StatusWriterTest, SaysThatAStatusIsRefused) {
    const PodRef web = add();
    world.api.fail_next("api.update.pods/status", {Code::invalid, "Pod \"web\" is invalid: status: no"});
    writer.write(web, status_of("Running"));
    pass();
    EXPECT_THAT(told, ElementsAre(HasSubstr("the status of Pod default/web is refused")));
    writer.write(web, status_of("Succeeded"));
    pass();
    EXPECT_EQ(phase(), "Succeeded");
}

}  // namespace
}  // namespace hooklet
