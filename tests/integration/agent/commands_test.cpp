// SPDX-License-Identifier: Apache-2.0
// hooklet's own commands against `hooklet agent` and a real containerd; no kubectl.
#include "integration/agent/kubectl_fixture.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Commands : public KubectlTest {
  protected:
    static std::string done(const std::string& args, const std::string& input = "") {
        Answer answer = hooklet(args, input);
        EXPECT_EQ(answer.code, 0) << "hooklet " << args << "\n" << answer.out << agent_->err();
        return answer.out;
    }
};

constexpr const char* polite = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
constexpr const char* hook =
    "      lifecycle:\n        postStart:\n          exec:\n            command: [sh, -c, 'echo "
    "registered']\n";

TEST_F(Commands, APodsWholeLife) {
    EXPECT_EQ(done("apply -f -", pod("life", "echo hello; " + std::string(polite), hook)),
              "pod/life created\n");
    EXPECT_EQ(done("wait pod/life --for condition=Ready --timeout 50s"), "pod/life condition met\n");
    EXPECT_EQ(done("apply -f -", pod("life", "echo hello; " + std::string(polite), hook)),
              "pod/life unchanged\n");
    EXPECT_THAT(done("get pods"),
                AllOf(StartsWith("NAME   READY   STATUS"), HasSubstr("life   1/1     Running")));
    EXPECT_EQ(done("logs life"), "hello\n");
    EXPECT_EQ(done("exec life -- echo inside"), "inside\n");
    EXPECT_EQ(done("exec -i life -- cat", "through stdin"), "through stdin");
    EXPECT_EQ(hooklet("exec life -- sh -c 'exit 7'").code, 7);
    EXPECT_THAT(done("events --for pod/life"), AllOf(HasSubstr("Scheduled"), HasSubstr("Started")));
    EXPECT_THAT(done("describe pod life"), AllOf(HasSubstr("postStart  exec     1        Succeeded"),
                                                 HasSubstr("Successfully assigned")));
    EXPECT_THAT(done("get hookruns --field-selector spec.podName=life -o yaml"),
                HasSubstr("stdout: |\n      registered\n"));
    EXPECT_EQ(done("delete pod life"), "pod \"life\" deleted\n");
    EXPECT_EQ(hooklet("get pod life").out, "Error from server (NotFound): pods \"life\" not found\n");
    EXPECT_THAT(done("get hookruns"), HasSubstr("life"));
}

TEST_F(Commands, ASecretsValueIsOnlyWhereItBelongs) {
    const std::string value = "correct-horse-battery-staple";
    const std::string print = "command: [sh, -c, 'echo $WORD; echo $WORD >&2; exit 1']\n";
    done("apply -f -",
         "apiVersion: v1\nkind: Secret\nmetadata: {name: word}\nstringData: {word: " + value + "}\n");
    const std::string env =
        "      env:\n        - name: WORD\n          valueFrom: {secretKeyRef: {name: word, key: word}}\n";
    const std::string hooks = "      lifecycle:\n        preStop:\n          exec:\n            " + print;
    done("apply -f -", pod("teller", polite, env + hooks));
    done("wait pod/teller --for condition=Ready --timeout 50s");
    done("delete pod teller");
    EXPECT_THAT(done("get hookruns -o yaml"), AllOf(HasSubstr("***"), Not(HasSubstr(value))));
    EXPECT_THAT(done("get events -A -o yaml"), AllOf(HasSubstr("FailedPreStopHook"), Not(HasSubstr(value))));
    EXPECT_THAT(agent_->out() + agent_->err(), Not(HasSubstr(value)));

    // The stored Secret, and the engine's records of containers: below a folder of mode 0700, both.
    const std::string places = run(fmt::format("cd {} && grep -rlaF {} . || true", root(), value), "").out;
    std::istringstream lines(places);
    for (std::string file; std::getline(lines, file);)
        EXPECT_TRUE(file.starts_with("./state/objects.db") || file.starts_with("./state/containerd/"))
            << file;
    EXPECT_THAT(places, HasSubstr("./state/objects.db"));
}

TEST_F(Commands, WhatOthersMayNotReadIsClosedToThem) {
    const auto find = [](const std::string& what) {
        return run(fmt::format("cd {} && find {}", root(), what), "").out;
    };
    EXPECT_EQ(find("state -maxdepth 0 -perm 0700"), "state\n");
    EXPECT_EQ(find("kubeconfig -perm 0600"), "kubeconfig\n");
    EXPECT_EQ(find("run/api.sock -perm 0600"), "run/api.sock\n");
    EXPECT_EQ(find("state/pki -type f ! -perm 0600"), "");
    EXPECT_EQ(find("state -maxdepth 1 -type f ! -perm 0600"), "");
    EXPECT_EQ(find("run/containerd -maxdepth 0 -perm 0700"), "run/containerd\n");
    EXPECT_NE(find("run/containerd -name containerd.sock -type s"), "");
    EXPECT_EQ(find("run -path run/containerd -prune -o -type s ! -perm 0600 -print"), "")
        << "sockets that others may use";
}

TEST_F(Commands, OverTlsToo) {
    EXPECT_THAT(done("get nodes --kubeconfig " + root() + "/kubeconfig"), HasSubstr("box"));
    const Answer chosen = run(
        fmt::format("KUBECONFIG=/nowhere:{}/kubeconfig {} get nodes --user nobody", root(), HOOKLET_BINARY),
        "");
    EXPECT_EQ(chosen.out, "error: auth info \"nobody\" does not exist\n");
}

TEST_F(Commands, AProgramGivesTheCredentials) {
    const std::string config = folder_->path("with-program");
    const std::string login = folder_->path("login");
    const std::string server = run(fmt::format("grep -o 'https://[^ ]*' {}/kubeconfig", root()), "").out;
    std::ofstream(config)
        << "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
        << "clusters: [{name: k, cluster: {insecure-skip-tls-verify: true, server: \""
        << server.substr(0, server.find('\n')) << "\"}}]\n"
        << "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, "
        << "interactiveMode: Never, command: ./login, env: [{name: WORD, value: open}]}}}]\n";
    std::ofstream(login)
        << "#!/bin/sh\ntest $WORD = open || exit 4\n"
        << R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"wrong"}}')";
    run("chmod +x " + login, "");
    const std::string command = "get nodes --kubeconfig " + config;
    EXPECT_EQ(hooklet(command).out, "error: You must be logged in to the server (Unauthorized)\n");
    std::ofstream(login) << "#!/bin/sh\nexit 4\n";
    const std::string failed = "Unable to connect to the server: getting credentials: exec: executable ";
    EXPECT_EQ(hooklet(command).out, failed + login + " failed with exit code 4\n");
}

TEST_F(Commands, ManyObjectsOfFilesAtOnce) {
    const std::string map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {many: here}}\n---\n";
    const std::string two = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, labels: {many: here}}\n";
    EXPECT_EQ(done("apply -f -", map + two), "configmap/one created\nconfigmap/two created\n");
    EXPECT_THAT(done("get -f - --no-headers", map + two), HasSubstr("one   0 "));
    EXPECT_EQ(done("apply -f - --prune -l many=here", map),
              "configmap/one unchanged\nconfigmap/two pruned\n");
    EXPECT_EQ(done("get cm -l many -o name --chunk-size 1"), "configmap/one\n");
    EXPECT_THAT(done("get all"), HasSubstr("service/kubernetes"));
    done("delete cm one");
}

TEST_F(Commands, GoOnAcrossARestartOfTheAgent) {
    done("apply -f -", pod("talker", "i=0; while :; do echo line $((i=i+1)); sleep 0.2; done"));
    done("wait pod/talker --for condition=Ready --timeout 50s");
    const std::string place = folder_->path("across");
    const auto begin = [&](const std::string& args, const char* file) {
        run(fmt::format("mkdir -p {0}; {1} --root {2} {3} > {0}/{4} 2> /dev/null & echo $! > {0}/{4}.pid",
                        place, HOOKLET_BINARY, root(), args, file),
            "");
    };
    const auto seen = [&](const std::string& text, const char* file) {
        return run(fmt::format(
                       "for i in $(seq 300); do grep -q '{}' {}/{} && exit 0; sleep 0.1; done; exit 1", text,
                       place, file),
                   "")
                   .code == 0;
    };
    begin("wait cm/late --for create --timeout 90s", "wait");
    begin("get pods -w -o name", "watch");
    begin("logs talker -f", "logs");
    EXPECT_TRUE(seen("line 2", "logs") && seen("pod/talker", "watch"));
    stop_agent();
    start_agent();
    done("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: late}\n");
    EXPECT_TRUE(seen("configmap/late condition met", "wait"));
    const int last = std::stoi(done("logs talker --tail 1").substr(5));
    EXPECT_TRUE(seen(fmt::format("^line {}$", last + 3), "logs"));
    run(fmt::format("kill $(cat {0}/watch.pid {0}/logs.pid)", place), "");
    EXPECT_EQ(run(fmt::format("awk '$2 != NR' {}/logs", place), "").out, "") << "each line once and in order";
    done("delete pod talker --now");
    done("delete cm late");
}

TEST_F(Commands, SayThatNoAgentRuns) {
    const Answer answer = run(fmt::format("{} --root {}-nowhere get pods", HOOKLET_BINARY, root()), "");
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.out, HasSubstr("no agent is running"));
}

}  // namespace
}  // namespace hooklet::testing
