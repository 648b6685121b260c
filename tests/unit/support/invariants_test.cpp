// SPDX-License-Identifier: Apache-2.0
#include "support/invariants.hpp"

#include "api/types.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A history made by hand, of container `app` of Pod `uid-1`.
class Invariants : public ::testing::Test {
  protected:
    void at(Duration when, Kind kind, std::string detail = {}, std::string id = "c1", std::int32_t code = 0) {
        loop.run_for(when - loop.clock().elapsed());
        history.add({.kind = kind,
                     .pod = "uid-1",
                     .container = "app",
                     .id = std::move(id),
                     .detail = std::move(detail),
                     .code = code});
    }
    void started(Duration when, const std::string& id = "c1", std::int32_t attempt = 0) {
        at(when, Kind::container_created, {}, id, attempt);
        at(when, Kind::container_started, {}, id, attempt);
    }
    void asked_to_stop(Duration when, Duration grace) {
        loop.run_for(when - loop.clock().elapsed());
        pods[0].stop(loop.clock().now(), grace);
        pods[0].kills.push_back({"app", loop.clock().now()});
    }
    [[nodiscard]] std::vector<std::string> broken(bool faults = false) const {
        std::vector<std::string> out;
        for (const Violation& v : check_run(history, pods, {.faults = faults})) out.push_back(v.what);
        return out;
    }

    SimLoop loop;
    History history{&loop.clock()};
    std::vector<PodFacts> pods{{.uid = "uid-1",
                                .name = "web",
                                .containers = {{.name = "app",
                                                .post_start = HookFacts{.marker = "hello", .cap = 10min},
                                                .pre_stop = HookFacts{.marker = "bye", .cap = 30s}}}}};
};

TEST_F(Invariants, AnOrderlyLifeBreaksNothing) {
    started(1s);
    at(1100ms, Kind::exec_begin, "hello");
    at(2s, Kind::exec_end, "hello");
    asked_to_stop(10s, 30s);
    at(10s, Kind::exec_begin, "bye");
    at(15s, Kind::exec_end, "bye");
    at(15s, Kind::term, "SIGTERM");
    at(20s, Kind::exited);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_F(Invariants, PostStartIsMissed) {
    started(1s);
    at(5s, Kind::mark);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("postStart was never delivered")));
    EXPECT_THAT(broken(true), ElementsAre(HasSubstr("postStart was never delivered")));
    at(6s, Kind::exited);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("postStart was never delivered")));
    EXPECT_THAT(broken(true), IsEmpty());
}

TEST_F(Invariants, PostStartIsExcusedByAnEndThatCameFirst) {
    started(1s);
    at(1200ms, Kind::exited);
    asked_to_stop(10s, 30s);
    started(10s, "c2", 1);
    at(10100ms, Kind::exec_refused, "bye", "c2");
    at(11s, Kind::term, "SIGTERM", "c2");
    at(12s, Kind::exited, {}, "c2");
    at(20s, Kind::mark);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_F(Invariants, TermTooEarly) {
    pods[0].containers[0].post_start.reset();
    started(1s);
    asked_to_stop(10s, 30s);
    at(10s, Kind::exec_begin, "bye");
    at(12s, Kind::term, "SIGTERM");
    at(13s, Kind::exited);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("stop signal while preStop was running")));
}

TEST_F(Invariants, TermWithoutPreStop) {
    pods[0].containers[0].post_start.reset();
    started(1s);
    asked_to_stop(10s, 30s);
    at(12s, Kind::term, "SIGTERM");
    at(13s, Kind::exited);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("stop signal without preStop"),
                                      HasSubstr("preStop does not begin with the Pod's end")));
}

TEST_F(Invariants, TermWhenTheBudgetIsSpent) {
    pods[0].containers[0].post_start.reset();
    started(1s);
    asked_to_stop(10s, 30s);
    at(10s, Kind::exec_begin, "bye");
    asked_to_stop(12s, 5s);
    at(17s, Kind::term, "SIGTERM");
    at(18s, Kind::exited);
    EXPECT_THAT(broken(), IsEmpty()) << "a shortened grace counts";
}

TEST_F(Invariants, TooSlow) {
    pods[0].containers[0] = {.name = "app"};
    started(1s);
    asked_to_stop(10s, 5s);
    at(10s, Kind::term, "SIGTERM");
    at(18s, Kind::exited);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("after the end of its grace period")));
    EXPECT_THAT(broken(true), IsEmpty());
}

TEST_F(Invariants, PreStopForTheDead) {
    pods[0].containers[0].post_start.reset();
    started(1s);
    at(5s, Kind::exited);
    at(5050ms, Kind::exec_refused, "bye");
    EXPECT_THAT(broken(), IsEmpty()) << "not noticed yet";
    at(6s, Kind::exec_refused, "bye");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("preStop after the container's end")));
}

TEST_F(Invariants, TwoAtOnceAndFallingCounts) {
    pods[0].containers[0] = {.name = "app"};
    started(1s, "c1", 3);
    started(2s, "c2", 2);
    EXPECT_THAT(broken(),
                ElementsAre(HasSubstr("second live container"), HasSubstr("attempt 2 after attempt 3")));
}

TEST_F(Invariants, NetworkHooksAreFoundByPodAndTarget) {
    pods[0].containers[0] = {
        .name = "app",
        .post_start = HookFacts{.via = HookFacts::Via::network, .marker = ":80/up", .cap = 1min}};
    started(1s);
    at(1100ms, Kind::http_hit, "10.88.0.3:80/up", {});
    at(5s, Kind::exited);
    started(6s, "c2", 1);
    at(20s, Kind::mark);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("(c2): postStart was never delivered")));
}

TEST(Convergence, SaysWhatIsMissing) {
    SimWorld world;
    const PodFacts pod{.uid = "uid-1", .name = "web", .containers = {{.name = "app"}}};
    EXPECT_EQ(missing(world, pod, Goal::running), "0 ready sandboxes");
    EXPECT_EQ(missing(world, pod, Goal::gone), "");
    cri::PodSandboxConfig config;
    config.metadata = {"web", "uid-1", "default", 0};
    config.cgroup_parent = "/hooklet/pod1";
    ASSERT_TRUE(world.engine.run_sandbox(config));
    EXPECT_EQ(missing(world, pod, Goal::running), "app does not run");
    EXPECT_THAT(missing(world, pod, Goal::gone), HasSubstr("is still there"));
    (void)world.host.make_directories("/state/pods/uid-1", 0750);
    const auto left = leftovers(world, "/state/pods", "/hooklet");
    EXPECT_THAT(left, ElementsAre("sandbox of web", "file /state/pods/uid-1", "cgroup /hooklet/pod1"));
}

TEST(PodFacts, ComeFromThePod) {
    api::Pod pod;
    pod.metadata.uid = "u";
    pod.metadata.annotations["hooklet.dev/pre-stop-timeout"] = "5s";
    pod.spec.terminationGracePeriodSeconds = 20;
    api::Container c;
    c.name = "app";
    c.ports.emplace_back().name = "web";
    c.ports.back().containerPort = 8080;
    api::HTTPGetAction get;
    get.path = "/bye";
    get.port = "web";
    c.lifecycle.emplace().preStop.emplace().httpGet = get;
    c.lifecycle->postStart.emplace().exec.emplace().command = {"echo", "hi"};
    pod.spec.containers.push_back(c);
    const PodFacts facts = facts_of(pod);
    EXPECT_EQ(facts.grace, 20s);
    EXPECT_EQ(facts.containers[0].pre_stop->marker, ":8080/bye");
    EXPECT_EQ(facts.containers[0].pre_stop->cap, 5s);
    EXPECT_EQ(facts.containers[0].post_start->marker, "echo hi");
    EXPECT_EQ(facts.containers[0].post_start->cap, 10min);
}

}  // namespace
}  // namespace hooklet::sim
