// SPDX-License-Identifier: Apache-2.0
#include "node/event_sink.hpp"

#include "unit/node/api_fixture.hpp"

#include <fmt/format.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::ApiTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class EventSinkTest : public ApiTest {
  protected:
    void SetUp() override { world.add_namespace("default"); }
    void TearDown() override { world.loop.run(sink.stop()); }
    [[nodiscard]] std::vector<api::Node> events() {
        return world.api.objects().all(sim::ApiWorld::core("events", "default"));
    }
    /// `reason xCOUNT` of each event.
    [[nodiscard]] std::vector<std::string> lines() {
        std::vector<std::string> out;
        for (const api::Node& event : events()) {
            out.push_back(fmt::format("{} x{}", text_at(event, {"reason"}), *event.find("count")->as_int()));
        }
        return out;
    }
    EventSink sink{ports(), "node1"};
};

TEST_F(EventSinkTest, WritesWhatTheKubeletWrites) {
    sink.record(web, event::started("app"));
    pass();
    ASSERT_THAT(events(), SizeIs(1));
    const api::Node event = events().front();
    EXPECT_THAT(metadata_of(event).name, testing::StartsWith("web."));
    EXPECT_EQ(text_at(event, {"involvedObject", "fieldPath"}), "spec.containers{app}");
    EXPECT_EQ(text_at(event, {"involvedObject", "uid"}), "u1");
    EXPECT_EQ(text_at(event, {"message"}), "Started container app");
    EXPECT_EQ(text_at(event, {"source", "component"}), "kubelet");
    EXPECT_EQ(text_at(event, {"source", "host"}), "node1");
    EXPECT_EQ(text_at(event, {"type"}), "Normal");
    EXPECT_EQ(text_at(event, {"firstTimestamp"}), "2026-01-01T00:00:00Z");
}

TEST_F(EventSinkTest, CountsInTheSameObject) {
    for (int i = 0; i < 3; ++i) {
        sink.record(web, event::killing("Stopping container app"));
        pass();
    }
    EXPECT_THAT(lines(), ElementsAre("Killing x3"));
    EXPECT_EQ(text_at(events().front(), {"lastTimestamp"}), "2026-01-01T00:00:02Z");
}

TEST_F(EventSinkTest, SendsOnceWhatCameTogether) {
    for (int i = 0; i < 5; ++i) sink.record(web, event::killing("Stopping container app"));
    pass();
    EXPECT_THAT(lines(), ElementsAre("Killing x5"));
    EXPECT_LE(world.api.writes().size(), 2U);
}

TEST_F(EventSinkTest, TriesAgainAndKeepsTheOrder) {
    for (int i = 0; i < 4; ++i) world.api.fail_next("api.create.events", {Code::unavailable, "refused"});
    sink.record(web, event::created("app"));
    sink.record(web, event::started("app"));
    pass(1min);
    EXPECT_THAT(lines(), ElementsAre("Created x1", "Started x1"));
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(EventSinkTest, SaysNothingTooEarly) {
    bool early = true;
    EventSink patient(ports(), "node1", [&](const std::string& uid) { return early && uid == web.uid; });
    InvolvedObject other = web;
    other.name = other.uid = "other";
    patient.record(web, event::created("app"));
    patient.record(other, event::killing("Stopping container app"));
    patient.record(web, event::started("app"));
    pass();
    EXPECT_THAT(lines(), ElementsAre("Killing x1")) << "others do not wait";
    early = false;
    patient.go_on();
    pass();
    EXPECT_THAT(lines(), testing::UnorderedElementsAre("Killing x1", "Created x1", "Started x1"));
    world.loop.run(patient.stop());
}

TEST_F(EventSinkTest, MakesAnObjectAnewThatHasExpired) {
    sink.record(web, event::started("app"));
    pass();
    const std::string name = metadata_of(events().front()).name;
    ASSERT_TRUE(world.api.objects().remove(sim::ApiWorld::core("events", "default", name), {}));
    sink.record(web, event::started("app"));
    pass();
    EXPECT_THAT(lines(), ElementsAre("Started x2"));
}

TEST_F(EventSinkTest, AnEventKeepsItsAnnotations) {
    sink.record(web, event::node_decision("Evicted", "no room", {{"starved_resource", "memory"}}));
    pass();
    EXPECT_EQ(metadata_of(events().front()).annotations.at("starved_resource"), "memory");
}

TEST_F(EventSinkTest, GivesUpWhereNobodyWillRead) {
    InvolvedObject lost = web;
    lost.namespace_ = "nowhere";
    sink.record(lost, event::started("app"));
    sink.record(web, event::created("app"));
    pass();
    EXPECT_THAT(lines(), ElementsAre("Created x1"));
}

TEST_F(EventSinkTest, DropsNoiseFirst) {
    for (int i = 0; i < 11; ++i) world.api.fail_next("api.create.events", {Code::unavailable, "refused"});
    sink.record(web, event::created("app"));
    for (std::size_t i = 0; i <= EventSink::queue_limit; ++i) {
        const InvolvedObject other{"Pod", "default", fmt::format("p{}", i), fmt::format("p{}", i), ""};
        sink.record(other, event::mount_failed("no"));
    }
    sink.record(web, event::killing("Stopping container app"));
    pass(10min);
    EXPECT_THAT(lines(), Contains("Created x1"));
    EXPECT_THAT(lines(), Contains("Killing x1"));
    EXPECT_LE(lines().size(), EventSink::queue_limit + 1);
}

TEST(FieldPath, SaysWhichList) {
    api::PodSpec spec;
    spec.initContainers.resize(1);
    spec.initContainers[0].name = "db";
    spec.containers.resize(1);
    spec.containers[0].name = "app";
    EXPECT_EQ(field_path_of(spec, "db"), "spec.initContainers{db}");
    EXPECT_EQ(field_path_of(spec, "app"), "spec.containers{app}");
    EXPECT_EQ(field_path_of(spec, ""), "");
}

}  // namespace
}  // namespace hooklet
