// SPDX-License-Identifier: Apache-2.0
#include "integration/agent/kubectl_fixture.hpp"

#include "integration/run/machine.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet::testing {

std::unique_ptr<ScratchFolder> KubectlTest::folder_;
std::unique_ptr<HookletProcess> KubectlTest::agent_;

void KubectlTest::start_agent() {
    // How full the machine's disk is must not matter.
    std::vector<std::string> args{"--root", root(), "agent", "--listen", "127.0.0.1:0"};
    args.insert(args.end(), {"--node-name", "box", "--eviction-hard", "", "--image-gc-high-threshold", "100",
                             "--manifests", manifests()});
    agent_ = std::make_unique<HookletProcess>(folder_->path(), std::move(args));
    EXPECT_TRUE(eventually([] { return agent_->out().contains("KUBECONFIG="); })) << agent_->err();
}

void KubectlTest::stop_agent() {
    agent_->signal(SIGTERM);
    EXPECT_EQ(agent_->wait(), 0) << agent_->err();
}

void KubectlTest::TearDownTestSuite() {
    if (!folder_) return;
    if (agent_) {
        EXPECT_EQ(hooklet("delete pods --all -A --grace-period=1").code, 0);
        stop_agent();
    }
    // Pods live on without the agent; a run of nothing ends its engine.
    HookletProcess list(folder_->path(), {"--root", root(), "image", "list"});
    EXPECT_EQ(list.wait(), 0) << list.err();
    EXPECT_EQ(traces_of(root()), std::vector<std::string>{}) << "left behind";
    agent_.reset();
    folder_.reset();
}

// Not in SetUpTestSuite(): a test is skipped when that fails.
void KubectlTest::SetUp() {
    ASSERT_EQ(::geteuid(), 0U) << "hooklet starts containers: these tests need root";
    if (!folder_) {
        folder_ = std::make_unique<ScratchFolder>();
        std::filesystem::create_directory(manifests());
        // NOLINTNEXTLINE(concurrency-mt-unsafe)
        ASSERT_EQ(std::system(HOOKLET_IMAGE_SCRIPT " " HOOKLET_IMAGES), 0);
        for (const char* image : {"busybox", "nginx"}) {
            HookletProcess load(folder_->path(), {"--root", root(), "image", "load",
                                                  fmt::format("{}/{}.tar", HOOKLET_IMAGES, image)});
            ASSERT_EQ(load.wait(), 0) << load.err();
        }
        start_agent();
    }
    ASSERT_TRUE(agent_ && agent_->out().contains("KUBECONFIG=")) << agent_->err();
}

Answer KubectlTest::kubectl(const std::string& args, const std::string& input) {
    return run(
        fmt::format("HOME={} KUBECONFIG={}/kubeconfig timeout 60 kubectl {}", folder_->path(), root(), args),
        input);
}

std::string KubectlTest::script(const std::string& text) {
    constexpr const char* helpers = R"(set -eo pipefail
seen() {
    for try in $(seq 500); do grep -q "$1" "$2" && return; sleep 0.1; done
    echo "not seen: $1"; cat "$2"; return 1
}
http() {
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    timeout 20 cat <&3
}
terminal() {
    TERM=xterm python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$@"
}
)";
    const std::string file = folder_->path("script");
    std::ofstream(file) << helpers << text;
    const std::string command = fmt::format(
        "cd {0} && HOME={0} KUBECONFIG={1}/kubeconfig timeout 100 bash {2}", folder_->path(), root(), file);
    Answer answer = run(command, "");
    EXPECT_EQ(answer.code, 0) << text << "\n" << answer.out << agent_->err();
    return answer.out;
}

int KubectlTest::minor() {
    const std::string version = kubectl("version --client").out;
    const std::size_t at = version.find("v1.");
    return at == std::string::npos ? 0 : std::atoi(version.c_str() + at + 3);
}

Answer KubectlTest::hooklet(const std::string& args, const std::string& input) {
    return run(fmt::format("timeout 60 {} --root {} {}", HOOKLET_BINARY, root(), args), input);
}

Answer KubectlTest::run(const std::string& command, const std::string& input) {
    const std::string in = folder_->path("input");
    std::ofstream(in) << input;
    Answer answer;
    std::FILE* pipe = ::popen(fmt::format("{} < {} 2>&1", command, in).c_str(), "r");
    if (pipe == nullptr) return answer;
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        answer.out.append(buffer.data(), count);
    }
    const int status = ::pclose(pipe);
    answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return answer;
}

std::string KubectlTest::ok(const std::string& args, const std::string& input) {
    Answer answer = kubectl(args, input);
    EXPECT_EQ(answer.code, 0) << "kubectl " << args << "\n" << answer.out << agent_->err();
    return answer.out;
}

std::string KubectlTest::pod(const std::string& name, const std::string& script, const std::string& more) {
    return fmt::format(R"(apiVersion: v1
kind: Pod
metadata:
  name: {}
  labels:
    app: {}
spec:
  terminationGracePeriodSeconds: 3
  containers:
    - name: main
      image: hooklet.dev/demo/busybox:1
      command:
        - sh
        - -c
        - |
          {}
{})",
                       name, name, script, more);
}

}  // namespace hooklet::testing
