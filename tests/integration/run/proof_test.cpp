// SPDX-License-Identifier: Apache-2.0
// The numbered proofs: each runs the example of its number.
#include "integration/run/machine.hpp"
#include "integration/run/run_fixture.hpp"

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

using Course = std::vector<std::string>;

TEST_F(RunTest, Proofs1To3MessagesAndAGracefulQuit) {
    const std::string share = "/tmp/hooklet-example-share";
    std::filesystem::remove_all(share);
    HookletProcess& hooklet = run_examples({"01-post-start-message.yaml", "02-pre-stop-graceful-quit.yaml",
                                            "03-pre-stop-host-path.yaml", "--for", "4s"});

    // 1. The line is in the file inside the container.
    hooklet.await("post-start-message", "Running");
    const std::string uid = hooklet.records().find("post-start-message", "Running").text("uid");
    Course messages;
    for (const std::string& pid : processes_of_pod(uid)) {
        messages.push_back(read_text("/proc/" + pid + "/root/usr/share/message"));
    }
    EXPECT_THAT(messages, Contains("Hello from the postStart handler\n"));

    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
    const Records records = hooklet.records();
    EXPECT_EQ(records.result().number("exitCode"), 0);
    EXPECT_TRUE(in_order(records.course("post-start-message"),
                         {"Sandbox", "event Pulled", "Created", "Started", "postStart", "postStart Succeeded",
                          "Running", "event Killing", "Term", "Exited", "Gone"}));

    // 2. nginx quits before any signal is needed.
    const Course quit = records.course("pre-stop-graceful-quit");
    EXPECT_TRUE(in_order(quit, {"Running", "event Killing", "PreStop", "preStop", "Exited", "Gone"}));
    EXPECT_THAT(quit, Not(Contains("Term")));
    EXPECT_THAT(quit, Not(Contains("Kill")));
    EXPECT_EQ(records.find("pre-stop-graceful-quit", "Exited").number("exitCode"), 0);
    EXPECT_FALSE(records.killed("pre-stop-graceful-quit"));

    // 3. The line is on the host after the stop.
    EXPECT_EQ(read_text(share + "/message"), "Hello from the preStop Handler\n");
    EXPECT_TRUE(in_order(records.course("pre-stop-host-path"),
                         {"PreStop", "preStop", "preStop Succeeded", "Term", "Exited", "Gone"}));
    std::filesystem::remove_all(share);

    const std::string outcomes = "SELECT hook || ' ' || outcome FROM hook_attempts WHERE pod_name = ";
    EXPECT_EQ(journal(outcomes + "'post-start-message'"), "postStart Succeeded");
    EXPECT_EQ(journal(outcomes + "'pre-stop-host-path'"), "preStop Succeeded");
    EXPECT_EQ(journal("SELECT count(*) FROM hook_attempts WHERE outcome IS NULL"), "0");
}

TEST_F(RunTest, Proof4ABadCommandIsFollowedByARestart) {
    HookletProcess& hooklet = run_examples({"04-bad-command.yaml"});
    hooklet.await("bad-command", "event FailedPostStartHook", 2);
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("bad-command"),
                         {"Started", "postStart", "postStart Failed", "event FailedPostStartHook",
                          "event Killing", "Exited", "Started", "postStart", "postStart Failed",
                          "event FailedPostStartHook", "event Killing", "Exited", "Gone"}));
    EXPECT_FALSE(records.has("bad-command", "Running"));
    EXPECT_THAT(records.find("bad-command", "postStart Failed").text("cause"), HasSubstr("badcommand"));
    EXPECT_GE(std::stoi(journal("SELECT count(*) FROM hook_attempts WHERE pod_name = 'bad-command' AND "
                                "outcome = 'Failed'")),
              2);
}

TEST_F(RunTest, Proof4ABadCommandWithoutRestart) {
    HookletProcess& hooklet = run_examples({"04-bad-command-never.yaml", "--until", "completed"});
    EXPECT_EQ(hooklet.wait(), 1);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course("bad-command-never"),
                         {"Started", "postStart", "postStart Failed", "event FailedPostStartHook",
                          "event Killing", "Exited", "Gone"}));
    EXPECT_EQ(records.count("bad-command-never", "Started"), 1);
    EXPECT_FALSE(records.has("bad-command-never", "Running"));
    EXPECT_THAT(records.find("bad-command-never", "postStart Failed").text("cause"), HasSubstr("badcommand"));
    EXPECT_THAT(records.failures(), Contains(HasSubstr("bad-command-never/main: postStart Failed")));
    EXPECT_THAT(hooklet.err(), Not(HasSubstr("Removed")));
}

TEST_F(RunTest, Proof5NeitherWaitsForTheOther) {
    HookletProcess& hooklet =
        run_examples({"05-order-entrypoint-first.yaml", "05-order-hook-first.yaml", "--for", "60s"});
    hooklet.await("order-entrypoint-first", "Running");
    hooklet.await("order-hook-first", "Running");
    const std::string entrypoint = "entrypoint: 15 s after the start\n";
    EXPECT_TRUE(eventually([&] { return log_of(root(), "order-hook-first").contains(entrypoint); }));
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    EXPECT_EQ(log_of(root(), "order-entrypoint-first"),
              "entrypoint: 5 s after the start\npostStart: 10 s after the start\n");
    EXPECT_EQ(log_of(root(), "order-hook-first"), "postStart: 10 s after the start\n" + entrypoint);
    const Records records = hooklet.records();
    for (const char* pod : {"order-entrypoint-first", "order-hook-first"}) {
        EXPECT_TRUE(
            in_order(records.course(pod), {"Started", "postStart", "postStart Succeeded", "Running"}));
        EXPECT_GE(records.find(pod, "Running").at(), records.find(pod, "postStart Succeeded").end());
        EXPECT_GE(records.seconds(pod, "Started", "Running"), 10.0);
    }
}

TEST_F(RunTest, Proof6TheGracePeriodIsShared) {
    HookletProcess& hooklet =
        run_examples({"06-grace-12.yaml", "06-grace-16.yaml", "06-grace-12-long-hook.yaml", "--for", "1s"});
    hooklet.wait();
    const Records records = hooklet.records();

    // preStop 8 s, 6 s needed, 12 s allowed.
    EXPECT_TRUE(in_order(records.course("grace-12"),
                         {"PreStop", "preStop", "preStop Succeeded", "Term", "Kill", "Exited", "Gone"}));
    EXPECT_THAT(records.seconds("grace-12", "PreStop", "Term"), AllOf(Ge(7.9), Le(10.0)));
    EXPECT_THAT(records.seconds("grace-12", "PreStop", "Exited"), AllOf(Ge(11.5), Le(14.0)));
    EXPECT_EQ(records.find("grace-12", "Exited").number("exitCode"), 137);
    EXPECT_TRUE(records.killed("grace-12"));
    EXPECT_EQ(log_of(root(), "grace-12"), "got TERM\n");

    // 16 s are enough.
    const Course patient = records.course("grace-16");
    EXPECT_TRUE(in_order(patient, {"PreStop", "preStop", "preStop Succeeded", "Term", "Exited", "Gone"}));
    EXPECT_THAT(patient, Not(Contains("Kill")));
    EXPECT_THAT(records.seconds("grace-16", "PreStop", "Exited"), AllOf(Ge(13.9), Le(16.0)));
    EXPECT_EQ(records.find("grace-16", "Exited").number("exitCode"), 0);
    EXPECT_FALSE(records.killed("grace-16"));
    EXPECT_EQ(log_of(root(), "grace-16"), "got TERM\nfinished\n");

    // preStop uses it all up: SIGTERM at its end, and 2 s more.
    const Course late = records.course("grace-12-long-hook");
    EXPECT_TRUE(in_order(late, {"PreStop", "preStop", "Term", "Kill", "Exited", "Gone"}));
    EXPECT_THAT(late, Contains("preStop TimedOut"));
    EXPECT_THAT(records.seconds("grace-12-long-hook", "PreStop", "Term"), AllOf(Ge(11.5), Le(13.5)));
    EXPECT_THAT(records.seconds("grace-12-long-hook", "Term", "Kill"), AllOf(Ge(1.9), Le(3.5)));
    EXPECT_EQ(records.find("grace-12-long-hook", "Exited").number("exitCode"), 137);

    // A SIGKILL is no failure of the run, the hook that did not end is.
    EXPECT_THAT(records.failures(), ElementsAre(HasSubstr("grace-12-long-hook/main: preStop TimedOut")));
    EXPECT_EQ(records.result().number("exitCode"), 1);
}

TEST_F(RunTest, Proof7HooksOverHttp) {
    HookletProcess& receiver = run_receiver("07-http/server.yaml");
    receiver.await("receiver", "Running");
    HookletProcess& good =
        run_examples({"07-http/ok.yaml", "07-http/https.yaml", "07-http/https-fallback.yaml",
                      "07-http/own-pod.yaml", "--for", "1s"});
    EXPECT_EQ(good.wait(), 0) << good.err();
    Records records = good.records();
    for (const char* pod : {"http-ok", "http-https"}) {
        EXPECT_EQ(records.find(pod, "postStart Succeeded").number("httpStatus"), 200);
        EXPECT_EQ(records.find(pod, "preStop Succeeded").number("httpStatus"), 200);
    }
    EXPECT_EQ(records.find("http-own-pod", "preStop Succeeded").number("httpStatus"), 200);
    EXPECT_THAT(log_of(root(), "http-own-pod"), HasSubstr("GET /ok?hook=preStop "));
    EXPECT_TRUE(records.has("http-https-fallback", "postStart Succeeded"));
    EXPECT_EQ(records.count("http-https-fallback", "event LifecycleHTTPFallback"), 1);

    const std::string requests = receiver_log("receiver");
    EXPECT_THAT(requests, HasSubstr(R"("request":"GET /ok?hook=postStart&step=1 HTTP/1.1")"));
    EXPECT_THAT(requests, HasSubstr(R"("host":"receiver.example")"));
    EXPECT_THAT(requests, HasSubstr(R"("x_token":"a b, c")"));
    EXPECT_THAT(requests, HasSubstr(R"("x_hook":"preStop")"));
    EXPECT_THAT(requests, HasSubstr(R"("scheme":"https","port":443,"uri":"/ok","args":"hook=postStart")"));
    EXPECT_THAT(requests, HasSubstr(R"("scheme":"https","port":443,"uri":"/ok","args":"hook=preStop")"));
    EXPECT_THAT(requests, HasSubstr(R"("scheme":"http","port":8443,"uri":"/ok","args":"hook=postStart")"));
    EXPECT_THAT(requests, Not(HasSubstr("Bearer secret")));

    HookletProcess& bad =
        run_examples({"07-http/not-found.yaml", "07-http/server-error.yaml", "07-http/redirect.yaml",
                      "07-http/receiver-down.yaml", "--for", "1s"});
    EXPECT_EQ(bad.wait(), 1);
    records = bad.records();
    const Record& not_found = records.find("http-not-found", "postStart Failed");
    EXPECT_EQ(not_found.number("httpStatus"), 404);
    EXPECT_EQ(not_found.text("cause"), "HTTP status 404");
    EXPECT_TRUE(in_order(records.course("http-not-found"),
                         {"postStart Failed", "event FailedPostStartHook", "event Killing", "Exited"}));
    EXPECT_EQ(records.find("http-server-error", "preStop Failed").number("httpStatus"), 500);
    EXPECT_TRUE(in_order(records.course("http-server-error"),
                         {"preStop Failed", "event FailedPreStopHook", "Term", "Exited"}));
    EXPECT_EQ(records.find("http-redirect", "postStart Succeeded").number("httpStatus"), 200);
    EXPECT_EQ(records.find("http-redirect", "preStop Failed").text("cause"), "stopped after 10 redirects");
    EXPECT_THAT(records.find("http-receiver-down", "preStop Failed").text("cause"),
                HasSubstr("connection refused"));
    EXPECT_EQ(records.count("http-receiver-down", "preStop"), 1);
    EXPECT_EQ(journal("SELECT count(*) FROM hook_attempts WHERE pod_name = 'http-receiver-down'"), "1");

    receiver.ctrl_c();
    EXPECT_EQ(receiver.wait(), 130);
}

TEST_F(RunTest, Proof8HungHooksEndAtTheirCap) {
    HookletProcess& receiver = run_receiver("08-hung/silent-server.yaml");
    receiver.await("silent-server", "Running");
    HookletProcess& hooklet =
        run_examples({"08-hung/exec-post-start.yaml", "08-hung/http-post-start.yaml",
                      "08-hung/exec-pre-stop.yaml", "08-hung/http-pre-stop.yaml", "--for", "1s"});
    EXPECT_EQ(hooklet.wait(), 1);
    const Records records = hooklet.records();
    for (const char* pod : {"hung-exec-post-start", "hung-http-post-start"}) {
        const Record& hook = records.find(pod, "postStart TimedOut");
        EXPECT_THAT(hook.number("tookMs").value_or(0), AllOf(Ge(2990), Le(6000)));
        EXPECT_TRUE(in_order(records.course(pod),
                             {"postStart", "postStart TimedOut", "event Killing", "Term", "Exited", "Gone"}));
        EXPECT_TRUE(records.has(pod, "event PostStartHookTimedOut"))
            << ::testing::PrintToString(records.course(pod));
        EXPECT_EQ(records.find(pod, "Exited").number("exitCode"), 0);
        EXPECT_FALSE(records.has(pod, "Running"));
    }
    for (const char* pod : {"hung-exec-pre-stop", "hung-http-pre-stop"}) {
        const Record& hook = records.find(pod, "preStop TimedOut");
        EXPECT_THAT(hook.number("tookMs").value_or(0), AllOf(Ge(2990), Le(6000)));
        EXPECT_TRUE(in_order(records.course(pod), {"PreStop", "preStop", "Term", "Exited", "Gone"}));
        EXPECT_TRUE(records.has(pod, "event PreStopHookTimedOut"));
        EXPECT_EQ(records.find(pod, "Exited").number("exitCode"), 0);
    }
    receiver.ctrl_c();
    EXPECT_EQ(receiver.wait(), 130);
}

TEST_F(RunTest, Proof8DeletionInterruptsAHungPostStart) {
    HookletProcess& hooklet = run_examples({"08-hung/delete-during-post-start.yaml"});
    const char* pod = "hung-delete-during-post-start";
    hooklet.await(pod, "postStart");
    hooklet.ctrl_c();
    EXPECT_EQ(hooklet.wait(), 130);
    const Records records = hooklet.records();
    EXPECT_TRUE(in_order(records.course(pod), {"postStart", "event Killing", "Exited", "Gone"}));
    EXPECT_TRUE(records.has(pod, "postStart Cancelled"));
    EXPECT_FALSE(records.has(pod, "Running"));
    EXPECT_EQ(records.find(pod, "Exited").number("exitCode"), 0);
    EXPECT_LE(records.seconds(pod, "event Killing", "Exited"), 5.0);  // its grace period
    EXPECT_EQ(journal("SELECT outcome FROM hook_attempts WHERE pod_name = 'hung-delete-during-post-start'"),
              "Cancelled");
}

TEST_F(RunTest, SleepAndTcpSocket) {
    HookletProcess& hooklet = run_examples({"09-sleep-and-tcp.yaml", "--for", "1s"});
    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
    const Records records = hooklet.records();
    EXPECT_GE(records.find("sleep-and-tcp", "postStart Succeeded").number("tookMs").value_or(0), 1000);
    EXPECT_EQ(records.find("sleep-and-tcp", "preStop Succeeded").text("handler"), "tcpSocket");
}

TEST_F(RunTest, TheDemoInTextEndsWithAReport) {
    HookletProcess& json = run_examples({"01-post-start-message.yaml", "--until", "running"});
    EXPECT_EQ(json.wait(), 0);
    HookletProcess& hooklet = run({example("demo/pod.yaml"), "--for", "1s"});
    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
    const std::string text = hooklet.out();
    EXPECT_THAT(text, HasSubstr("demo/nginx Running"));
    EXPECT_THAT(text, HasSubstr("    postStart  Succeeded in "));
    EXPECT_THAT(text, HasSubstr("                 | Hello from the postStart handler\n"));
    EXPECT_THAT(text, HasSubstr("    preStop    Succeeded in "));
    EXPECT_THAT(text, ContainsRegex("of (10|9[.][5-9])s grace, no SIGKILL"));
    EXPECT_THAT(text, HasSubstr("    exit       code 0, Completed\n"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b[")));  // not a terminal
}

}  // namespace
}  // namespace hooklet::testing
