// SPDX-License-Identifier: Apache-2.0
// Containers' whole lives on a real engine: init containers and sidecars, probes, out of memory, on-exit.
#include "integration/run/run_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(RunTest, OnExitFollowsAContainerThatEndsByItself) {
    HookletProcess& hooklet = run_examples({"10-on-exit.yaml"});
    EXPECT_EQ(hooklet.wait(), 1) << "the job failed";
    const Records records = hooklet.records();
    EXPECT_TRUE(
        in_order(records.course("on-exit"), {"Started", "Exited", "onExit", "onExit Succeeded", "Gone"}));
    EXPECT_THAT(records.course("on-exit"), Not(Contains("preStop")));
    EXPECT_EQ(records.find("on-exit", "onExit Succeeded").text("stdout"), "code 3, Error\nhalf done\n");
}

TEST_F(RunTest, InitContainersAndSidecarsComeAndGoInOrder) {
    const std::string pod = "init-and-sidecars";
    HookletProcess& hooklet = run_examples({"11-init-and-sidecars.yaml"});
    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
    const Records records = hooklet.records();
    EXPECT_THAT(log_of(root(), pod), HasSubstr("first\nlogs\nsecond\nproxy\nthird\n"));
    const auto at = [&](const std::string& container, const char* what) {
        return records.find(pod + "/" + container, what).at();
    };
    EXPECT_LE(at("first", "Exited"), at("logs", "Created"));
    EXPECT_LE(at("logs", "Running"), at("second", "Created"));
    EXPECT_LE(at("third", "Exited"), at("one", "Created"));
    EXPECT_LE(at("one", "Exited"), at("proxy", "Term"));
    EXPECT_LE(at("three", "Exited"), at("proxy", "Term"));
    EXPECT_LE(at("proxy", "Exited"), at("logs", "Term"));
    for (const char* sidecar : {"/logs", "/proxy"})
        EXPECT_EQ(records.find(pod + sidecar, "Exited").number("exitCode"), 0) << sidecar;
}

TEST_F(RunTest, P1ALivenessFailureRestartsThroughPreStop) {
    HookletProcess& hooklet = run_examples({"12-probes.yaml"});
    hooklet.await("probes", "Running", 2);
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("probes"),
                         {"Running", "event Unhealthy", "event Unhealthy", "event Killing", "preStop",
                          "preStop Succeeded", "Term", "Exited", "Created", "Started", "Running"}));
    EXPECT_EQ(records.find("probes", "event Killing").text("message"),
              "Container app failed liveness probe, will be restarted");
    EXPECT_EQ(records.find("probes", "preStop Succeeded").text("stdout"), "told: LivenessProbeFailed\n");
}

TEST_F(RunTest, D4OutOfMemoryIsToldToTheOnExitHook) {
    HookletProcess& hooklet = run_examples({"13-out-of-memory.yaml"});
    EXPECT_EQ(hooklet.wait(), 1);
    const Records records = hooklet.records();
    EXPECT_EQ(records.find("out-of-memory", "Exited").number("exitCode"), 137);
    EXPECT_EQ(records.find("out-of-memory", "onExit Succeeded").text("stdout"), "OOMKilled, code 137\n");
}

TEST_F(RunTest, M2APodOverItsStorageLimitIsEvicted) {
    HookletProcess& hooklet = run_examples({"15-storage-limit.yaml"});
    EXPECT_EQ(hooklet.wait(), 1);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("storage-limit"),
                         {"Running", "event Evicted", "event Killing", "preStop", "Term", "Exited", "Gone"}));
    EXPECT_EQ(records.find("storage-limit", "event Evicted").text("message"),
              "Usage of EmptyDir volume \"data\" exceeds the limit \"4Mi\". ");
    EXPECT_EQ(records.find("storage-limit", "preStop Succeeded").text("stdout"), "told: Evicted\n");
}

}  // namespace
}  // namespace hooklet::testing
