// SPDX-License-Identifier: Apache-2.0
// When `hooklet run` ends, how, and what it leaves.
#include "integration/run/machine.hpp"
#include "integration/run/run_fixture.hpp"

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

const std::string json = "-ojson";

/// Deaf to SIGTERM, with a preStop far longer than any test waits.
std::string stubborn() {
    return pod("stubborn", "trap '' TERM; while true; do sleep 1; done",
               "  terminationGracePeriodSeconds: 300\n",
               "      lifecycle: { preStop: { sleep: { seconds: 200 } } }\n");
}

TEST_F(RunTest, UntilRunningReadyOrCompleted) {
    for (const std::string goal : {"running", "ready"}) {
        HookletProcess& hooklet = run({"-", "--until", goal, json}, pod("one", polite) + pod("two", polite));
        EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
        for (const char* name : {"one", "two"}) {
            EXPECT_TRUE(in_order(hooklet.records().course(name), {"Running", "Term", "Exited", "Gone"}));
        }
    }
    const std::string never = "  restartPolicy: Never\n";
    HookletProcess& completed = run({"-", "--until", "completed", json}, pod("job", "sleep 1", never));
    EXPECT_EQ(completed.wait(), 0) << completed.err();
    EXPECT_TRUE(in_order(completed.records().course("job"), {"Running", "Exited", "Gone"}));
    EXPECT_FALSE(completed.records().has("job", "Term"));

    HookletProcess& failed = run({"-", "--until", "completed", json}, pod("job", "exit 3", never));
    EXPECT_EQ(failed.wait(), 1);
    EXPECT_EQ(failed.records().find("job", "Exited").number("exitCode"), 3);
    EXPECT_THAT(failed.records().failures(), Contains(HasSubstr("job")));
}

TEST_F(RunTest, CtrlCOnceStopsGracefully) {
    HookletProcess& hooklet = run({"-", json}, pod("app", polite, "", R"(      lifecycle:
        preStop: { exec: { command: [sleep, "1"] } }
)"));
    hooklet.await("app", "Running");
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    EXPECT_TRUE(in_order(hooklet.records().course("app"), {"Running", "event Killing", "preStop",
                                                           "preStop Succeeded", "Term", "Exited", "Gone"}));
    EXPECT_FALSE(hooklet.records().has("app", "Kill"));
}

TEST_F(RunTest, CtrlCTwiceShortensTheGracePeriod) {
    HookletProcess& hooklet = run({"-", json}, stubborn());
    hooklet.await("stubborn", "Running");
    hooklet.ctrl_c();
    hooklet.await("stubborn", "preStop");
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("stubborn"), {"preStop", "Term", "Kill", "Exited", "Gone"}));
    EXPECT_EQ(records.find("stubborn", "Exited").number("exitCode"), 137);
    EXPECT_LE(records.seconds("stubborn", "PreStop", "Exited"), 30.0);  // of 300
}

TEST_F(RunTest, CtrlCThriceAbandonsAndTheNextRunCleansUp) {
    HookletProcess& hooklet = run({"-", json}, stubborn());
    hooklet.await("stubborn", "Running");
    const std::string uid = hooklet.records().find("stubborn", "Running").text("uid");
    hooklet.ctrl_c();
    hooklet.await("stubborn", "preStop");
    hooklet.signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return hooklet.err().contains("the grace period is now 1s"); }));
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    EXPECT_THAT(hooklet.err(), HasSubstr("abandoned stubborn"));
    EXPECT_FALSE(hooklet.records().has("stubborn", "Gone"));
    EXPECT_THAT(processes_of_pod(uid), Not(IsEmpty()));

    HookletProcess& next = run({"-", "--until", "running", json}, pod("app", polite));
    EXPECT_EQ(next.wait(), 0) << next.err();
    EXPECT_THAT(next.err(), HasSubstr("Removed 1 Pod sandbox(es) that an earlier run left behind"));
    EXPECT_THAT(processes_of_pod(uid), IsEmpty());
}

TEST_F(RunTest, AKilledRunIsCleanedUpByTheNext) {
    HookletProcess& hooklet = run({"-", json}, stubborn() + pod("other", polite));
    hooklet.await("stubborn", "Running");
    hooklet.await("other", "Running");
    const std::string uid = hooklet.records().find("stubborn", "Running").text("uid");
    hooklet.signal(SIGKILL);
    EXPECT_EQ(hooklet.wait(), 128 + SIGKILL);
    EXPECT_THAT(processes_of_pod(uid), Not(IsEmpty()));

    HookletProcess& next = run({"-", "--until", "running", json}, pod("app", polite));
    EXPECT_EQ(next.wait(), 0) << next.err();
    EXPECT_THAT(next.err(), HasSubstr("Removed 2 Pod sandbox(es) that an earlier run left behind"));
    EXPECT_THAT(processes_of_pod(uid), IsEmpty());
}

TEST_F(RunTest, AHookThatAKilledRunLeftOpenIsUnknown) {
    HookletProcess& hooklet = run({"-", json}, stubborn());
    hooklet.await("stubborn", "Running");
    const std::string uid = hooklet.records().find("stubborn", "Running").text("uid");
    const std::string of_pod = " FROM hook_attempts WHERE pod_uid = '" + uid + "'";
    hooklet.ctrl_c();
    ASSERT_TRUE(eventually([&] { return journal("SELECT count(*)" + of_pod) == "1"; }));
    hooklet.signal(SIGKILL);
    EXPECT_EQ(hooklet.wait(), 128 + SIGKILL);
    HookletProcess& next = run({"-", "--until", "running", json}, pod("app", polite));
    EXPECT_EQ(next.wait(), 0) << next.err();
    EXPECT_EQ(journal("SELECT outcome" + of_pod), "Unknown");
}

TEST_F(RunTest, ASecondProcessIsRefused) {
    HookletProcess& first = run({"-", json}, pod("app", polite));
    first.await("app", "Running");
    HookletProcess& second = run({"-", json}, pod("other", polite));
    EXPECT_EQ(second.wait(), 1);
    EXPECT_THAT(second.err(), AllOf(HasSubstr("is held by process " + std::to_string(first.pid()) + " "),
                                    HasSubstr("use another --root")));
    EXPECT_EQ(second.out(), "");
    first.ctrl_c();
    EXPECT_EQ(first.wait(), 130);
    EXPECT_TRUE(first.records().has("app", "Gone"));
}

TEST_F(RunTest, BadInputStartsNothing) {
    const std::string fresh = folder() + "/fresh";
    const std::string broken = "apiVersion: v1\nkind: Pod\nmetadata: { name: B }\nspec: { containers: [] }\n";
    HookletProcess hooklet(folder(), {"--root", fresh, "run", "-"}, pod("fine", polite) + broken);
    EXPECT_EQ(hooklet.wait(), 2);
    EXPECT_EQ(hooklet.out(), "");
    EXPECT_THAT(hooklet.err(), AllOf(HasSubstr("metadata.name: Invalid value: \"B\""),
                                     HasSubstr("spec.containers: Required value\n")));
    EXPECT_FALSE(std::filesystem::exists(fresh));

    HookletProcess& missing = run({root() + "/no-such-file.yaml"});
    EXPECT_EQ(missing.wait(), 2);
    EXPECT_THAT(missing.err(), HasSubstr("no-such-file.yaml"));
}

TEST_F(RunTest, AMissingImageIsToldAndTheRunGoesOn) {
    std::string absent = pod("absent", polite, "", "      imagePullPolicy: Never\n");
    absent.replace(absent.find("busybox:1"), 9, "absent:1 ");
    HookletProcess& hooklet = run({"-", json}, absent + pod("present", polite));
    hooklet.await("absent", "event Failed");
    hooklet.await("present", "Running");
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("absent"), {"event ErrImageNeverPull", "event Failed", "Gone"}));
    EXPECT_FALSE(records.has("absent", "Created"));
    EXPECT_THAT(
        records.failures(),
        Contains(HasSubstr("absent/main: not started: Container image \"hooklet.dev/demo/absent:1\" is "
                           "not present with pull policy of Never")));
}

}  // namespace
}  // namespace hooklet::testing
