// SPDX-License-Identifier: Apache-2.0
#include "world_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using FaultsTest = WorldTest;

TEST_F(FaultsTest, AnErrorHasNoEffectALostAnswerHas) {
    const std::string in = sandbox();
    world->faults.force("create_container", Fault::error);
    world->faults.force("create_container", Fault::lost_answer);
    EXPECT_FALSE(create(in, config({"sim"})));
    EXPECT_TRUE(world->engine.containers().empty());
    EXPECT_EQ(create(in, config({"sim"})).error().code, Code::unavailable);
    EXPECT_EQ(world->engine.containers().size(), 1U);
    EXPECT_EQ(world->history.count(Kind::fault), 2U);
}

TEST_F(FaultsTest, AnInterruptedCallMayHaveTakenEffect) {
    int effects = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        begin({.seed = seed});
        const auto id = world->loop.run(world->runtime.run_pod_sandbox(sandbox_config, within(50ms)));
        EXPECT_EQ(id.error().code, Code::deadline);
        effects += static_cast<int>(world->engine.sandboxes().size());
    }
    EXPECT_GT(effects, 5);
    EXPECT_LT(effects, 35);
}

TEST_F(FaultsTest, AStartThatWasNotAnsweredIsRecordedAndNotWatched) {
    int events = 0;
    world->runtime.on_event([&](const cri::ContainerEvent&) { ++events; });
    world->faults.force("start_container", Fault::lost_answer);
    const auto id = create(sandbox(), config({"sim", "run=5s", "exit=1"}));
    EXPECT_FALSE(start(*id));
    EXPECT_EQ(world->history.count(Kind::start_unanswered), 1U);
    world->loop.run_for(10s);
    EXPECT_EQ(events, 0);
    EXPECT_TRUE(world->loop.run(world->runtime.watch_container(*id, call())));
    world->loop.run_for(1s);
    EXPECT_EQ(events, 1) << "told of an end that was before";
}

TEST_F(FaultsTest, ACallThatHangsEndsAtItsDeadline) {
    world->faults.force("create_container", Fault::hang);
    const std::string in = sandbox();
    const MonotonicTime begun = world->loop.clock().now();
    EXPECT_EQ(create(in, config({"sim"})).error().code, Code::deadline);
    EXPECT_EQ(world->loop.clock().now() - begun, 10min);
}

TEST_F(FaultsTest, WhileTheEngineIsDownItsCallsFailAndItsEventsAreLost) {
    int events = 0;
    world->runtime.on_event([&](const cri::ContainerEvent&) { ++events; });
    const std::string id = running({"sim", "run=5s"});
    world->network.serve("server", 80, {});
    world->faults.take_engine_down(10s);
    EXPECT_EQ(world->loop.run(world->runtime.container_status(id, call())).error().code, Code::unavailable);
    EXPECT_TRUE(world->loop.run(world->network.tcp_connect("server", 80, call())));
    world->loop.run_for(10s);
    EXPECT_EQ(status(id).state, cri::ContainerState::exited);
    EXPECT_EQ(events, 0);
}

TEST_F(FaultsTest, AnExitIsToldOnceAtOnceAndOnRecordSomewhatLater) {
    std::vector<cri::ContainerEvent> events;
    world->runtime.on_event([&](cri::ContainerEvent e) { events.push_back(std::move(e)); });
    const std::string id = running({"sim", "run=5s", "exit=9"});
    while (events.empty()) world->loop.run_for(1ms);
    EXPECT_EQ(events[0].container_id, id);
    EXPECT_FALSE(events[0].status);
    EXPECT_LT(events[0].seen_at - world->history.of(Kind::exited).at(0).at, 20ms);
    EXPECT_EQ(status(id).state, cri::ContainerState::running) << "so the record says for a while";
    world->loop.run_for(100ms);
    EXPECT_EQ(status(id).exit_code, 9);
    EXPECT_EQ(events.size(), 1U);
}

TEST_F(FaultsTest, AnEnginesEventStreamTellsTheStatusToo) {
    begin({.runtime = {.all_events = true}});
    std::vector<cri::ContainerEvent> ends;
    world->runtime.on_event([&](cri::ContainerEvent e) {
        if (e.type == cri::ContainerEventType::stopped) ends.push_back(std::move(e));
    });
    (void)running({"sim", "run=5s", "exit=9"});
    world->loop.run_for(10s);
    ASSERT_EQ(ends.size(), 2U);
    EXPECT_FALSE(ends[0].status);
    EXPECT_EQ(ends[1].status->exit_code, 9);
}

TEST_F(FaultsTest, ASuccessIsToldBeforeItsRecord) {
    std::vector<cri::ContainerEventType> told;
    world->runtime.on_event([&](const cri::ContainerEvent& e) { told.push_back(e.type); });
    const std::string id = running({"sim", "run=5s"});
    world->loop.run_for(5s + 8ms);
    using enum cri::ContainerEventType;
    EXPECT_THAT(told, testing::UnorderedElementsAre(stopped, succeeded));
    EXPECT_EQ(status(id).state, cri::ContainerState::running);
    told.clear();
    begin({});
    world->runtime.on_event([&](const cri::ContainerEvent& e) { told.push_back(e.type); });
    (void)running({"sim", "run=5s", "oom"});
    world->loop.run_for(10s);
    EXPECT_THAT(told, testing::ElementsAre(stopped));
}

TEST_F(FaultsTest, EventsMayBeLostOrComeTwice) {
    int events = 0;
    begin({.faults = {.lost_event = 1}});
    world->runtime.on_event([&](const cri::ContainerEvent&) { ++events; });
    (void)running({"sim", "run=5s"});
    world->loop.run_for(1min);
    EXPECT_EQ(events, 0);

    begin({.faults = {.duplicate_event = 1, .late_event = 1}});
    world->runtime.on_event([&](const cri::ContainerEvent&) { ++events; });
    (void)running({"sim", "run=5s", "exit=1"});
    world->loop.run_for(1min);
    EXPECT_EQ(events, 2);
}

TEST_F(FaultsTest, StopAtTheirTime) {
    begin({.faults = {.error = 1, .stop_after = 1min}});
    EXPECT_FALSE(world->loop.run(world->runtime.version(call())));
    world->loop.run_for(1min);
    EXPECT_TRUE(world->loop.run(world->runtime.version(call())));
}

TEST_F(FaultsTest, AreCounted) {
    begin({.faults = {.lost_event = 1}});
    world->runtime.on_event([](const cri::ContainerEvent&) {});
    world->faults.force("create_container", Fault::hang);
    const std::string in = sandbox();
    EXPECT_FALSE(create(in, config({"sim"})));
    const auto id = create(in, config({"sim", "run=5s", "exit=1"}, 1));
    EXPECT_TRUE(start(*id));
    world->loop.run_for(10s);
    world->faults.take_engine_down(1s);
    EXPECT_FALSE(world->loop.run(world->runtime.container_status(*id, call())));
    const FaultCounts& counts = world->faults.counts();
    EXPECT_EQ(counts.at("create_container").at("call"), 2U);
    EXPECT_EQ(counts.at("create_container").at("hang"), 1U);
    EXPECT_EQ(counts.at("event").at("lost-event"), 1U);
    EXPECT_EQ(counts.at("container_status").at("down"), 1U);
}

TEST_F(FaultsTest, ACrashedAgentHasNoEffect) {
    const std::string id = running({"sim", "run=1m"});
    int events = 0;
    world->runtime.on_event([&](const cri::ContainerEvent&) { ++events; });
    world->crash();
    EXPECT_FALSE(world->loop.run(world->runtime.stop_container(id, 1s, call())));
    EXPECT_FALSE(world->files.make_directories("/x", 0755));
    EXPECT_FALSE(world->loop.run(world->journal.add_step({})));
    EXPECT_TRUE(world->journal.contents().steps.empty());
    world->loop.run_for(2min);
    EXPECT_EQ(events, 0);
    world->reconnect();
    EXPECT_EQ(status(id).state, cri::ContainerState::exited);
}

cri::ContainerConfig short_lived(std::uint32_t attempt) {
    cri::ContainerConfig container;
    container.metadata = {"app", attempt};
    container.image = "busybox";
    container.command = {"sim", "run=3s"};
    container.log_path = "app/0.log";
    return container;
}

/// Calls out of order and without looking at answers, as faults make it.
Task<void> busy_agent(SimWorld* world, cri::PodSandboxConfig config) {
    const std::vector<std::string> command{"sleep", "1"};
    for (std::uint32_t attempt = 0; attempt < 20; ++attempt) {
        const Call call = world->loop.clock().call_within(std::chrono::seconds{60});
        config.metadata.attempt = attempt;
        const auto sandbox = co_await world->runtime.run_pod_sandbox(config, call);
        if (!sandbox) continue;
        const auto id =
            co_await world->runtime.create_container(*sandbox, short_lived(attempt), config, call);
        if (!id) continue;
        (void)co_await world->runtime.start_container(*id, call);
        const cri::ExecSyncRequest request{*id, command, 0};
        (void)co_await world->runtime.exec_sync(request, call);
        (void)co_await world->runtime.stop_container(*id, std::chrono::seconds(2), call);
    }
}

std::uint64_t fingerprint_of(std::uint64_t seed, const cri::PodSandboxConfig& config) {
    SimWorld world({.seed = seed, .faults = {.error = 0.1, .delay = 0.1, .lost_answer = 0.1}});
    world.images.add({.name = "busybox"});
    world.host.put("/log/app", {.type = FileType::directory, .mode = 0755});
    world.loop.run(busy_agent(&world, config));
    return world.fingerprint();
}

TEST_F(FaultsTest, SameSeedSameFingerprint) {
    const std::uint64_t first = fingerprint_of(7, sandbox_config);
    EXPECT_EQ(first, fingerprint_of(7, sandbox_config));
    EXPECT_NE(first, fingerprint_of(8, sandbox_config));
}

}  // namespace
}  // namespace hooklet::sim
