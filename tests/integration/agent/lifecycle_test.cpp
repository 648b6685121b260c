// SPDX-License-Identifier: Apache-2.0
// What only an agent with an API does for its Pods, on a real containerd: all of it in one agent's life.
#include "integration/agent/kubectl_fixture.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// Everything at once, so that nobody waits in turn.
constexpr const char* everything = R"(apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: plain }
handler: runc
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: vm }
handler: kata
---
apiVersion: v1
kind: Secret
metadata: { name: hidden, namespace: default }
stringData: { word: s3cret }
---
apiVersion: v1
kind: Pod
metadata: { name: files, labels: { tier: front } }
spec:
  runtimeClassName: plain
  terminationGracePeriodSeconds: 3
  hostnameOverride: box.of.files
  securityContext: { fsGroup: 2000 }
  volumes:
  - { name: settings, configMap: { name: settings } }
  - { name: maybe, configMap: { name: none, optional: true } }
  - { name: scratch, emptyDir: { medium: Memory, sizeLimit: 1Mi } }
  - { name: host, hostPath: { path: /etc/passwd, type: File } }
  - name: all
    projected:
      sources:
      - serviceAccountToken: { path: token, audience: shop }
      - secret: { name: hidden }
      - downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] }
  containers:
  - name: main
    image: hooklet.dev/demo/busybox:1
    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
    volumeMounts:
    - { name: settings, mountPath: /conf }
    - { name: settings, mountPath: /one, subPath: color }
    - { name: maybe, mountPath: /maybe }
    - { name: scratch, mountPath: /scratch }
    - { name: host, mountPath: /host }
    - { name: all, mountPath: /all }
---
apiVersion: v1
kind: Pod
metadata: { name: late }
spec:
  os: { name: linux }
  activeDeadlineSeconds: 3
  terminationGracePeriodSeconds: 30
  containers:
  - name: main
    image: hooklet.dev/demo/busybox:1
    command: [sh, -c, "trap 'exit 7' USR1; trap 'exit 8' TERM; while :; do sleep 0.1; done"]
    lifecycle: { stopSignal: SIGUSR1 }
---
apiVersion: v1
kind: Pod
metadata: { name: crash }
spec:
  containers:
  - { name: main, image: "hooklet.dev/demo/busybox:1", command: [sh, -c, exit 3] }
---
apiVersion: v1
kind: Pod
metadata: { name: talker }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: hooklet.dev/demo/busybox:1
    command: [sh, -c, "yes 123456789012345678901234567890123456789 | head -c 11000000; while :; do echo after; sleep 0.5; done"]
---
apiVersion: v1
kind: Pod
metadata: { name: machine }
spec:
  runtimeClassName: vm
  terminationGracePeriodSeconds: 1
  containers:
  - { name: main, image: "hooklet.dev/demo/busybox:1", command: [sleep, infinity] }
)";

class LifecycleTest : public KubectlTest {
  protected:
    static std::string done(const std::string& args, const std::string& input = "") {
        Answer answer = hooklet(args, input);
        EXPECT_EQ(answer.code, 0) << "hooklet " << args << "\n" << answer.out << agent_->err();
        return answer.out;
    }
    static std::string field(const std::string& pod, const std::string& path) {
        return hooklet(fmt::format("get pod {} -o 'jsonpath={{{}}}'", pod, path)).out;
    }
    /// Waits until the command prints what fits.
    static void await(const std::string& args, const ::testing::Matcher<std::string>& wanted) {
        std::string last;
        EXPECT_TRUE(eventually([&] {
            last = hooklet(args).out;
            return wanted.Matches(last);
        })) << args
            << " printed " << last << agent_->err();
    }
    static void await_field(const std::string& pod, const std::string& path,
                            const ::testing::Matcher<std::string>& wanted) {
        await(fmt::format("get pod {} -o 'jsonpath={{{}}}'", pod, path), wanted);
    }
    static std::string colored(const std::string& color) {
        return fmt::format(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: settings }}\ndata: {{ color: {} }}\n",
            color);
    }
    static std::string in_files(const std::string& script) {
        return done(fmt::format("exec files -- sh -c '{}'", script));
    }

    static void expect_volumes();
    static void expect_ends();
    static void expect_rotated_log();
    static void expect_static_pod();
};

void LifecycleTest::expect_volumes() {
    done("wait pod/files --for condition=Ready --timeout 55s");
    EXPECT_EQ(in_files("cat /conf/color /one /all/word /all/labels; hostname"),
              "blueblues3crettier=\"front\"box.of.files\n");
    EXPECT_THAT(in_files("stat -Lc %a:%g /conf/color /all/word /all/token; stat -c %g /scratch; ls /maybe"),
                "644:2000\n644:2000\n640:2000\n2000\n");
    EXPECT_THAT(in_files("cat /all/token"), MatchesRegex("[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+"));
    EXPECT_THAT(in_files("head -1 /host"), HasSubstr("root"));
    EXPECT_THAT(in_files("df -k /scratch | tail -1"), HasSubstr("1024"));
    const std::string version = in_files("readlink /conf/..data");
    done("apply -f -", colored("red"));
    await("exec files -- cat /conf/color", ::testing::Eq("red"));
    EXPECT_EQ(in_files("cat /one"), "blue") << "a subPath does not follow";
    EXPECT_NE(in_files("readlink /conf/..data"), version) << "all files of a volume change in one step";
}

void LifecycleTest::expect_ends() {
    await_field("late", ".status.reason", ::testing::Eq("DeadlineExceeded"));
    const std::string terminated = ".status.containerStatuses[0].state.terminated.";
    await_field("late", terminated + "exitCode", ::testing::Eq("7"));
    EXPECT_EQ(field("late", ".status.containerStatuses[0].stopSignal"), "SIGUSR1");
    EXPECT_EQ(field("late", ".status.phase"), "Failed");
    await_field("crash", ".status.containerStatuses[0].state.waiting.reason",
                ::testing::Eq("CrashLoopBackOff"));
    EXPECT_EQ(field("crash", ".status.containerStatuses[0].lastState.terminated.exitCode"), "3");
    await("events --for pod/crash", HasSubstr("Back-off restarting failed container main in pod crash_"));
    await("events --for pod/machine",
          AllOf(HasSubstr("FailedCreatePodSandBox"), HasSubstr("no runtime for \"kata\" is configured")));
    EXPECT_EQ(field("machine", ".status.phase"), "Pending");
}

void LifecycleTest::expect_rotated_log() {
    const std::filesystem::path folder =
        fmt::format("{}/log/pods/default_talker_{}/main", root(), field("talker", ".metadata.uid"));
    std::size_t rotated = 0;
    EXPECT_TRUE(eventually([&] {
        rotated = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder))
            rotated += file.path().filename().string().starts_with("0.log.") ? 1 : 0;
        return rotated == 1 && read_text(folder / "0.log").contains("after");
    })) << rotated;
    EXPECT_LT(std::filesystem::file_size(folder / "0.log"), 10U << 20);
}

void LifecycleTest::expect_static_pod() {
    await("wait pod/still-box --for condition=Ready --timeout 55s", HasSubstr("condition met"));
    EXPECT_EQ(field("still-box", R"(.metadata.annotations.kubernetes\.io/config\.source)"), "file");
    std::filesystem::remove(manifests() + "/still.yaml");
    await("get pod still-box", HasSubstr("not found"));
}

TEST_F(LifecycleTest, WhatAnAgentDoesForItsPods) {
    std::ofstream(manifests() + "/still.yaml") << pod("still", "sleep infinity");
    done("apply -f -", colored("blue"));
    done("apply -f -", everything);
    expect_volumes();
    expect_ends();
    expect_static_pod();
    expect_rotated_log();
}

}  // namespace
}  // namespace hooklet::testing
