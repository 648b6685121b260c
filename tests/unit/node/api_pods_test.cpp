// SPDX-License-Identifier: Apache-2.0
#include "node/api_pods.hpp"

#include "api/json.hpp"
#include "informer/document.hpp"
#include "node/managed_pods.hpp"
#include "support/fake_api.hpp"
#include "support/sim_world.hpp"
#include "unit/node/sleeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

PodSettings pod_settings() {
    PodSettings settings;
    settings.pods_directory = "/state/pods";
    settings.pod_log_directory = "/log/pods";
    settings.container_log_directory = "/log/containers";
    settings.owner_label = "test";
    settings.node_name = "node1";
    settings.host_ip = "192.0.2.1";
    return settings;
}

/// An agent with Pods of a simulated engine, and an API that the test hands on to it.
class ApiPodsTest : public testing::Test {
  protected:
    void SetUp() override {
        world.images.add({.name = "busybox"});
        pods.on_status([this](const api::Pod& pod) { intake.on_status(pod); });
        pods.on_gone([this](const api::Pod& pod) { intake.on_gone(pod); });
        journal.listen([this](const JournalEntry& entry) {
            const auto* event = std::get_if<EventRecord>(&entry);
            if (event == nullptr) return;
            events.push_back(event->reason);
            messages.push_back(event->message);
        });
        put("namespaces", "", "default", "{}");
        node.name = "node1";
        node.allocatable = {{"cpu", api::Quantity::of_units(1)},
                            {"memory", api::Quantity::of_units(1 << 30)},
                            {"pods", api::Quantity::of_units(10)}};
    }
    void TearDown() override {
        world.loop.run(intake.stop());
        world.loop.run(pods.stop());
        world.loop.run(statuses.stop());
        world.loop.run(journal.stop());
    }

    static ApiPath path_of(const std::string& name) { return {"", "v1", "pods", "default", name, {}}; }
    void put(const std::string& resource, const std::string& namespace_, const std::string& name,
             const std::string& spec) {
        test::put(api, resource, namespace_, name, spec);
    }
    /// Creates `default/NAME`.
    void add(const std::string& name, const std::string& spec = test::sleeper()) {
        put("pods", "default", name, spec);
    }
    void remove(const std::string& name, std::optional<std::int64_t> grace_s = {}) {
        ASSERT_TRUE(
            api.objects().remove(path_of(name), {.grace_s = grace_s, .uid = {}, .resource_version = {}}));
    }
    /// Tells the agent of all changes so far.
    void pump() {
        const auto& changes = api.objects().changes();
        for (; seen < changes.size(); ++seen) {
            const sim::FakeChange change = changes[seen];
            if (change.resource != "pods") continue;
            if (change.now) {
                intake.put(*change.now);
            } else {
                intake.erase(*change.before);
            }
        }
    }
    /// Tells the agent what there is, as after its start.
    void list() {
        seen = api.objects().changes().size();
        intake.replace(api.objects().all({"", "v1", "pods", "", "", {}}));
    }
    /// Runs until it holds, for at most `limit`; returns how long it took.
    Duration until(const std::function<bool()>& holds, Duration limit = 5min) {
        const MonotonicTime begin = world.loop.clock().now();
        const auto met = [&] {
            pump();
            return holds();
        };
        EXPECT_EQ(world.loop.run_until(met, limit), sim::RunEnd::reached);
        return world.loop.clock().now() - begin;
    }
    void pass(Duration length) {
        const MonotonicTime end = world.loop.clock().now() + length;
        const Timer wake = world.loop.clock().at(end, [] {});
        until([&] { return world.loop.clock().now() >= end; });
    }
    api::Pod pod(const std::string& name) {
        const auto found = api.objects().get(path_of(name));
        return found ? read_as<api::Pod>(*found) : api::Pod{};
    }
    std::string phase(const std::string& name) { return pod(name).status.phase; }
    bool exists(const std::string& name) { return api.objects().get(path_of(name)).has_value(); }
    bool is_ready(const std::string& name) {
        const auto& statuses_ = pod(name).status.containerStatuses;
        return !statuses_.empty() && statuses_.front().ready;
    }

    sim::SimWorld world;
    sim::FakeApi api{sim::SimWire(&world.loop.clock(), sim::SimRandom(3), &world.faults), &world.random};
    Journal journal{&world.journal, &world.loop.clock(), &world.random, world.loop.executor()};
    PodManager pods{PodPorts{world.loop.executor(), &world.loop.clock(), &world.random, &world.runtime,
                             &world.network, &world.files, &journal, &world.object_source},
                    pod_settings()};
    ManagedPods control{&pods};
    StatusWriter statuses{{world.loop.executor(), &world.loop.clock(), &api, [](const std::string&) {}}};
    AdmittingNode node;
    ApiPods intake{{world.loop.executor(), &world.loop.clock(), &pods, &control, &statuses, &journal,
                    [this] { return node; }}};
    std::vector<std::string> events;
    std::vector<std::string> messages;
    std::size_t seen = 0;
};

TEST_F(ApiPodsTest, RunsAPodAndReportsIt) {
    add("web");
    until([&] { return is_ready("web"); });
    const api::PodStatus status = pod("web").status;
    EXPECT_EQ(status.phase, "Running");
    EXPECT_EQ(status.hostIP, "192.0.2.1");
    EXPECT_TRUE(status.startTime);
}

TEST_F(ApiPodsTest, RunsAPodWithTheHandlerOfItsRuntimeClass) {
    world.object_source.add_runtime_class("plain", "runc");
    world.object_source.add_runtime_class("vm", "kata");
    const std::string unknown = R"(Failed to create pod sandbox: no runtime for "kata" is configured)";
    const std::string missing =
        R"(Failed to create pod sandbox: runtimeclasses.node.k8s.io "none" not found)";
    for (const std::string name : {"plain", "vm", "none"}) {
        add(name, test::sleeper("", R"(, "runtimeClassName": ")" + name + "\""));
    }
    until([&] {
        return is_ready("plain") && std::ranges::count(messages, missing) > 1 &&
               std::ranges::count(messages, unknown) > 1;
    });
    EXPECT_THAT(events, Contains("FailedCreatePodSandBox"));
    EXPECT_EQ(world.history.of(sim::Kind::sandbox_created).size(), 1U);
    world.object_source.add_runtime_class("none", "runc");
    until([&] { return is_ready("none"); });
}

TEST_F(ApiPodsTest, APodWithResourceClaimsWaitsAndSaysWhy) {
    add("gpu", test::sleeper("", R"(, "resourceClaims": [{"name": "g", "resourceClaimName": "big"}])"));
    const std::string expected =
        "Failed to prepare dynamic resources: prepare dynamic resources: failed to fetch ResourceClaim big "
        R"(referenced by pod gpu: resourceclaims.resource.k8s.io "big" not found)";
    until([&] { return std::ranges::count(messages, expected) > 1; });
    EXPECT_EQ(phase("gpu"), "Pending");
    EXPECT_THAT(world.history.of(sim::Kind::sandbox_created), IsEmpty());
}

TEST_F(ApiPodsTest, T1_RemovesTheObjectWhenThePodHasEnded) {
    add("web");
    until([&] { return is_ready("web"); });
    remove("web");
    EXPECT_TRUE(exists("web"));
    EXPECT_LT(until([&] { return !exists("web"); }), 5s);
    until([&] { return pods.empty(); });
    EXPECT_THAT(api.writes().back(), "delete pods default/web");
    const auto& changes = api.objects().changes();
    EXPECT_EQ(text_at(*changes.back().before, {"status", "phase"}), "Succeeded") << "the last status first";
}

TEST_F(ApiPodsTest, T11_AShorterGraceCountsAtOnce) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "ignore-stop"]}]})");
    until([&] { return is_ready("web"); });
    remove("web");
    pass(5s);
    remove("web", 5);
    EXPECT_LT(until([&] { return !exists("web"); }), 10s);
}

TEST_F(ApiPodsTest, T10_EndsAPodThatWasForcedOut) {
    add("web", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 60, "containers": [{"name": "app",)"
               R"("image": "busybox", "command": ["sim", "ignore-stop"]}]})");
    until([&] { return is_ready("web"); });
    remove("web", 0);
    EXPECT_FALSE(exists("web"));
    EXPECT_LT(until([&] { return pods.empty(); }), 5s);
}

TEST_F(ApiPodsTest, EndsAPodWhoseRemovalWentUnseenAsItsSpecSays) {
    add("web");
    until([&] { return is_ready("web"); });
    remove("web", 0);
    list();
    until([&] { return pods.empty(); });
    EXPECT_THAT(world.history.of(sim::Kind::term), SizeIs(1));
}

TEST_F(ApiPodsTest, M14_ANewPodOfTheNameDoesNotWaitForTheOldOne) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox",)"
               R"("command": ["sim", "ignore-stop"]}]})");
    until([&] { return is_ready("web"); });
    const std::string old_uid = pod("web").metadata.uid;
    remove("web", 0);
    add("web");
    until([&] { return is_ready("web"); });
    EXPECT_NE(pod("web").metadata.uid, old_uid);
    const auto exits = world.history.of(sim::Kind::exited);
    const auto sandboxes = world.history.of(sim::Kind::sandbox_created);
    ASSERT_THAT(sandboxes, SizeIs(2));
    ASSERT_THAT(exits, SizeIs(1));
    EXPECT_LT(sandboxes[1].at, exits[0].at);
    until([&] { return pods.list().size() == 1; });
    EXPECT_TRUE(is_ready("web"));
}

TEST_F(ApiPodsTest, ANewPodWaitsForWhatAPodThatWasForcedOutHas) {
    const auto large = [](const std::string& command) {
        return R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox", "command": )" +
               command + R"(, "resources": {"requests": {"cpu": "700m"}}}]})";
    };
    for (const std::string next : {"web", "other"}) {
        add("web", large(R"(["sim", "ignore-stop"])"));
        until([&] { return is_ready("web"); });
        const std::size_t exits = world.history.of(sim::Kind::exited).size();
        remove("web", 0);
        add(next, large(R"(["sim"])"));
        until([&] { return is_ready(next); });
        ASSERT_THAT(world.history.of(sim::Kind::exited), SizeIs(exits + 1));
        EXPECT_GE(world.history.of(sim::Kind::container_started).back().at,
                  world.history.of(sim::Kind::exited).back().at);
        remove(next, 1);
        until([&] { return pods.empty() && !exists(next); });
    }
}

TEST_F(ApiPodsTest, WhatWillNotFitIsNotKeptWaiting) {
    const auto wants = [](const std::string& cpu) {
        return R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox", "command": ["sim", )"
               R"("ignore-stop"], "resources": {"requests": {"cpu": ")" +
               cpu + R"("}}}]})";
    };
    add("web", wants("700m"));
    until([&] { return is_ready("web"); });
    remove("web", 0);
    add("large", wants("2"));
    until([&] { return phase("large") == "Failed"; });
    EXPECT_FALSE(pods.empty());
}

TEST_F(ApiPodsTest, ResizesAPodWithinTheMachine) {
    pods.set_allocatable(node.allocatable);
    add("web",
        R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox", "command": ["sim"],)"
        R"( "resources": {"requests": {"cpu": "500m"}}}]})");
    until([&] { return is_ready("web"); });
    const auto resize = [&](const std::string& cpu) {
        const std::string patch =
            R"({"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": ")" + cpu +
            R"("}}}]}})";
        ASSERT_TRUE(
            api.objects().patch(path_of("web"), ApiPatchType::strategic, api::parse_json(patch).value()));
    };
    const auto has = [&] {
        return pod("web").status.containerStatuses.front().resources->requests.at("cpu");
    };
    resize("800m");
    EXPECT_LT(until([&] { return has() == api::Quantity::of_milli(800); }), 5s);
    resize("2");
    until([&] { return !events.empty() && events.back() == "ResizeInfeasible"; });
    pass(1s);
    const auto& conditions = pod("web").status.conditions;
    EXPECT_TRUE(std::ranges::any_of(conditions, [](const api::PodCondition& condition) {
        return condition.type == "PodResizePending" && condition.reason == "Infeasible";
    }));
    EXPECT_EQ(has(), api::Quantity::of_milli(800));
    EXPECT_EQ(pods.list().front().object.spec.containers.front().resources.requests.at("cpu"),
              api::Quantity::of_milli(800));
}

TEST_F(ApiPodsTest, D5_RejectsWhatDoesNotBelongHere) {
    add("web", test::sleeper("", R"(, "nodeSelector": {"disk": "ssd"})"));
    until([&] { return phase("web") == "Failed"; });
    const api::PodStatus status = pod("web").status;
    EXPECT_EQ(status.reason, "NodeAffinity");
    EXPECT_THAT(status.message, HasSubstr("Pod was rejected: Predicate NodeAffinity failed"));
    EXPECT_THAT(status.containerStatuses, IsEmpty());
    EXPECT_THAT(events, ElementsAre("NodeAffinity"));
    EXPECT_TRUE(pods.empty());
    remove("web");
    pass(5s);
    EXPECT_FALSE(exists("web"));
}

TEST_F(ApiPodsTest, RejectsWhatThereIsNoRoomFor) {
    add("web", R"({"nodeName": "node1", "containers": [{"name": "app", "image": "busybox",)"
               R"("resources": {"requests": {"cpu": "2"}}}]})");
    until([&] { return phase("web") == "Failed"; });
    EXPECT_EQ(pod("web").status.reason, "OutOfcpu");
    EXPECT_EQ(
        pod("web").status.message,
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 0, capacity: 1000");
}

TEST_F(ApiPodsTest, M4_MakesRoomForACriticalPod) {
    const std::string big = R"("resources": {"requests": {"cpu": "700m"}}, "command": ["sim"]}]})";
    const std::string begin = R"("containers": [{"name": "app", "image": "busybox", )";
    add("pause", R"({"nodeName": "node1", "terminationGracePeriodSeconds": 5, )" + begin + big);
    until([&] { return is_ready("pause"); });
    add("critical", R"({"nodeName": "node1", "priority": 2000000000, )" + begin + big);
    until([&] { return is_ready("critical"); });
    EXPECT_EQ(phase("pause"), "Succeeded") << "it ended well, as on a kubelet";
    EXPECT_THAT(events, Contains("Preempting"));
}

TEST_F(ApiPodsTest, ACriticalPodWaitsForRoomThatIsBeingMade) {
    const auto pod_of = [](const char* more, const char* cpu) {
        return std::string(R"({"nodeName": "node1", )") + more +
               R"("containers": [{"name": "app", "image": "busybox", "command": ["sim"], "lifecycle": {"preStop":)"
               R"({"sleep": {"seconds": 3}}}, "resources": {"requests": {"cpu": ")" +
               cpu + R"("}}}]})";
    };
    add("pause", pod_of(R"("terminationGracePeriodSeconds": 10, )", "900m"));
    until([&] { return is_ready("pause"); });
    add("first", pod_of(R"("priority": 2000000000, )", "300m"));
    pass(1s);
    add("second", pod_of(R"("priority": 2000000000, )", "300m"));
    until([&] { return is_ready("first") && is_ready("second"); });
    EXPECT_EQ(phase("pause"), "Succeeded");
}

TEST_F(ApiPodsTest, LeavesEndedPodsOfAnEarlierAgentAlone) {
    add("done");
    ASSERT_TRUE(api.objects().patch({"", "v1", "pods", "default", "done", "status"}, ApiPatchType::merge,
                                    api::parse_json(R"({"status": {"phase": "Succeeded"}})").value()));
    list();
    pass(1min);
    EXPECT_TRUE(pods.empty());
    EXPECT_THAT(intake.ended(), SizeIs(1));
    EXPECT_THAT(world.history.of(sim::Kind::container_started), IsEmpty());
}

TEST_F(ApiPodsTest, T13_EndsAPodThatWasDeletedBeforeTheAgentKnewIt) {
    add("web");
    remove("web");
    list();
    until([&] { return !exists("web"); });
    EXPECT_THAT(world.history.of(sim::Kind::container_started), IsEmpty());
    const auto& changes = api.objects().changes();
    EXPECT_EQ(text_at(*changes.back().before, {"status", "phase"}), "Failed");
}

TEST_F(ApiPodsTest, P14_AReadinessGateOfOthersCounts) {
    add("web", test::sleeper("", R"(, "readinessGates": [{"conditionType": "example.com/gate"}])"));
    until([&] { return is_ready("web"); });
    const auto ready = [&] {
        for (const api::PodCondition& condition : pod("web").status.conditions) {
            if (condition.type == "Ready") return condition.status;
        }
        return std::string();
    };
    until([&] { return ready() == "False"; });
    ASSERT_TRUE(api.objects().patch(
        {"", "v1", "pods", "default", "web", "status"}, ApiPatchType::strategic,
        api::parse_json(R"({"status": {"conditions": [{"type": "example.com/gate", "status": "True"}]}})")
            .value()));
    EXPECT_LT(until([&] { return ready() == "True"; }), 2s);
}

TEST_F(ApiPodsTest, R5_ANewImageRestartsTheContainer) {
    world.images.add({.name = "busybox:2"});
    add("web");
    until([&] { return is_ready("web"); });
    ASSERT_TRUE(api.objects().patch(
        path_of("web"), ApiPatchType::strategic,
        api::parse_json(R"({"spec": {"containers": [{"name": "app", "image": "busybox:2"}]}})").value()));
    EXPECT_LT(until([&] {
                  const auto& all = pod("web").status.containerStatuses;
                  return !all.empty() && all.front().restartCount == 1 && all.front().ready;
              }),
              20s);
}

TEST_F(ApiPodsTest, APodThatHasEndedForSomebodyElseEnds) {
    add("web");
    until([&] { return is_ready("web"); });
    const ApiPath status{"", "v1", "pods", "default", "web", "status"};
    ASSERT_TRUE(api.objects().patch(status, ApiPatchType::merge,
                                    api::parse_json(R"({"status": {"phase": "Failed"}})").value()));
    until([&] { return world.history.of(sim::Kind::exited).size() == 1; });
    EXPECT_THAT(world.history.of(sim::Kind::term), SizeIs(1));
    pass(1min);
    EXPECT_EQ(phase("web"), "Failed");
    EXPECT_FALSE(is_ready("web"));
    EXPECT_TRUE(pod("web").status.containerStatuses.front().state.terminated);
}

TEST_F(ApiPodsTest, ItsOwnStatusesCauseNoMoreOfThem) {
    add("web");
    until([&] { return is_ready("web"); });
    pass(1s);
    const std::size_t writes = api.writes().size();
    pass(2min);
    EXPECT_EQ(api.writes().size(), writes);
}

}  // namespace
}  // namespace hooklet
