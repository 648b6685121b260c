// SPDX-License-Identifier: Apache-2.0
#include "controllers/scheduler.hpp"

#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

struct SchedulerTest : testing::Test, sim::ApiWorld {
    SchedulerTest() { add_namespace("default"); }
    ~SchedulerTest() override { loop.run(scheduler.stop()); }

    void add_node(std::string_view cpu = "2") {
        add(core("nodes", "", "n"),
            fmt::format(R"({{"status":{{"allocatable":{{"cpu":"{}","memory":"1Gi","pods":"10"}},
                             "conditions":[{{"type":"Ready","status":"True"}}]}}}})",
                        cpu));
    }
    void add_pod(const std::string& name, std::string_view cpu, std::string_view more = "") {
        add(pod(name),
            fmt::format(R"({{"spec":{{"schedulerName":"default-scheduler","containers":[{{"name":"c",
            "resources":{{"requests":{{"cpu":"{}"}}}}}}]{}}}}})",
                        cpu, more));
    }
    static ApiPath pod(const std::string& name) { return core("pods", "default", name); }
    void start() {
        scheduler.start();
        settle();
    }
    void settle() { loop.run_for(seconds{1}); }
    std::string node_of(const std::string& name) { return text_at(stored(pod(name)), {"spec", "nodeName"}); }
    api::PodCondition condition_of(const std::string& name) {
        const auto conditions = read_as<api::Pod>(stored(pod(name))).status.conditions;
        return conditions.size() == 1 ? conditions[0] : api::PodCondition{};
    }
    /// `Normal Scheduled about a: message` of each event.
    std::vector<std::string> events() {
        std::vector<std::string> found;
        for (const api::Node& document : api.objects().all(core("events"))) {
            const auto event = read_as<api::Event>(document);
            found.push_back(fmt::format("{} {} about {}: {}", event.type, event.reason,
                                        event.involvedObject.name, event.message));
        }
        return found;
    }

    Scheduler scheduler{&api, &loop.clock(), loop.executor()};
    static constexpr const char* too_little =
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are "
        "available: 1 No preemption victims found for incoming pod.";
};

TEST_F(SchedulerTest, APodGetsTheNode) {
    add_node();
    start();
    add_pod("a", "1");
    settle();
    EXPECT_EQ(node_of("a"), "n");
    EXPECT_THAT(events(), ElementsAre("Normal Scheduled about a: Successfully assigned default/a to n"));
    const auto event = read_as<api::Event>(api.objects().all(core("events")).front());
    EXPECT_EQ(event.reportingComponent, "default-scheduler");
    EXPECT_EQ(event.action, "Binding");
    EXPECT_FALSE(event.eventTime.is_zero());
    EXPECT_TRUE(event.firstTimestamp.is_zero());
    EXPECT_EQ(event.involvedObject.uid, metadata_of(stored(pod("a"))).uid);
}

TEST_F(SchedulerTest, SomePodsAreNotItsBusiness) {
    add_node();
    start();
    add_pod("gated", "0", R"(,"schedulingGates":[{"name":"x"}])");
    add_pod("other", "0", R"(,"nodeName":"n")");
    add(pod("foreign"), R"({"spec":{"schedulerName":"mine","containers":[]}})");
    settle();
    EXPECT_EQ(node_of("gated"), "");
    EXPECT_EQ(node_of("foreign"), "");
    EXPECT_THAT(api.writes(), IsEmpty());
    change(pod("gated"), R"({"spec":{"schedulingGates":null}})");
    settle();
    EXPECT_EQ(node_of("gated"), "n");
}

TEST_F(SchedulerTest, APodThatDoesNotFitIsToldOnceAndWaits) {
    add_node();
    add_pod("a", "2");
    add_pod("b", "1");
    start();
    EXPECT_EQ(node_of("a"), "n");
    EXPECT_EQ(node_of("b"), "");
    const api::PodCondition condition = condition_of("b");
    EXPECT_EQ(condition.type, "PodScheduled");
    EXPECT_EQ(condition.status, "False");
    EXPECT_EQ(condition.reason, "Unschedulable");
    EXPECT_EQ(condition.observedGeneration, 1);
    EXPECT_EQ(condition.message, too_little);
    EXPECT_THAT(events(), testing::Contains(std::string("Warning FailedScheduling about b: ") + too_little));
    const std::int64_t revision = api.objects().revision();
    loop.run_for(std::chrono::minutes{10});
    EXPECT_EQ(api.objects().revision(), revision);
    change(core("pods", "default", "a", "status"), R"({"status":{"phase":"Succeeded"}})");
    settle();
    EXPECT_EQ(node_of("b"), "n") << "what has ended needs nothing";
}

TEST_F(SchedulerTest, WaitsForTheNode) {
    add_pod("a", "1");
    start();
    EXPECT_EQ(condition_of("a").message, "no nodes available to schedule pods");
    add_node("500m");
    settle();
    EXPECT_THAT(condition_of("a").message, testing::HasSubstr("1 Insufficient cpu"));
    change(core("nodes", "", "n", "status"), R"({"status":{"allocatable":{"cpu":"2"}}})");
    settle();
    EXPECT_EQ(node_of("a"), "n");
}

TEST_F(SchedulerTest, PriorityGoesFirst) {
    add_node("1");
    add_pod("a", "1");
    add_pod("b", "1", R"(,"priority":10)");
    start();
    EXPECT_EQ(node_of("a"), "");
    EXPECT_EQ(node_of("b"), "n");
}

TEST_F(SchedulerTest, WhatWasJustBoundCounts) {
    add_node("1");
    start();
    // What the watch tells comes late.
    faults.set({.delay = 1, .longest_delay = seconds{2}});
    for (int i = 0; i < 5; ++i) add_pod("p" + std::to_string(i), "400m");
    loop.run_for(std::chrono::minutes{5});
    int bound = 0;
    for (int i = 0; i < 5; ++i) bound += node_of("p" + std::to_string(i)) == "n" ? 1 : 0;
    EXPECT_EQ(bound, 2);
}

TEST_F(SchedulerTest, ABindingThatFailsIsTriedAgain) {
    add_node();
    api.fail_next("api.create.pods/binding", {Code::unavailable, "no answer"});
    add_pod("a", "1");
    start();
    EXPECT_EQ(node_of("a"), "n");
}

TEST_F(SchedulerTest, AnotherSchedulerMayBeFaster) {
    add_node();
    api.fail_next("api.create.pods/binding", {Code::conflict, "pod a is already assigned to node \"n\""});
    scheduler.on_error([](const Error& error) { ADD_FAILURE() << error.text(); });
    add_pod("a", "1");
    start();
    change(pod("a"), R"({"metadata":{"labels":{"x":"y"}}})");
    settle();
    EXPECT_EQ(node_of("a"), "n");
}

}  // namespace
}  // namespace hooklet
