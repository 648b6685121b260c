// SPDX-License-Identifier: Apache-2.0
// The machine lacks what the agent takes for granted: space, a disk that can be written, processes, an engine
// that starts. Pods run on, the agent says what is missing, and goes on by itself when it is there again.
#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/config.hpp"
#include "integration/agent/mortal_agent.hpp"
#include "integration/run/machine.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

namespace hooklet::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// A Pod that writes to /out when its hooks run, and is restarted when /out/sick is there.
std::string pod(const std::string& name, const std::string& out) {
    return fmt::format(R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{0}"}}, "spec":
        {{"terminationGracePeriodSeconds": 20, "automountServiceAccountToken": false,
          "volumes": [{{"name": "out", "hostPath": {{"path": "{1}"}}}}],
          "containers": [{{"name": "main", "image": "hooklet.dev/demo/busybox:1",
            "command": ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"],
            "volumeMounts": [{{"name": "out", "mountPath": "/out"}}],
            "lifecycle": {{"postStart": {{"exec": {{"command": ["sh", "-c", "echo postStart >> /out/{0}"]}}}},
                           "preStop": {{"exec": {{"command": ["sh", "-c", "echo preStop >> /out/{0}"]}}}}}},
            "livenessProbe": {{"periodSeconds": 1, "failureThreshold": 1, "timeoutSeconds": 20,
                               "exec": {{"command": ["sh", "-c", "[ ! -e /out/{0}.sick ]"]}}}}}}]}}}})",
                       name, out);
}

/// The processes of a Pod's containers and sandbox, without those of a probe that is running just now.
std::vector<std::string> lasting_processes(const std::string& uid) {
    std::vector<std::string> pids = processes_of_pod(uid);
    std::erase_if(pids, [](const std::string& pid) {
        const std::string command = read_text("/proc/" + pid + "/cmdline");
        return !command.contains("infinity") && !command.contains("pause");
    });
    return pids;
}

class Faults : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::geteuid(), 0U) << "hooklet starts containers: these tests need root";
    }
    void start(unsigned disk_mib = 0) {
        agent_ = std::make_unique<MortalAgent>(std::vector<std::string>{}, disk_mib);
        fs::create_directory(out());
        agent_->start();
    }
    void TearDown() override {
        if (!agent_) return;
        for (const char* name : {"steady", "other"}) {
            if (agent_->pod(name).metadata.uid.empty()) continue;
            agent_->remove(name);
            EXPECT_TRUE(agent_->eventually([&] { return agent_->is_gone(name); })) << agent_->said();
        }
        const std::string root = agent_->root();
        agent_.reset();
        EXPECT_EQ(traces_of(root), std::vector<std::string>{}) << "left behind";
    }
    [[nodiscard]] std::string out() const { return agent_->folder("out"); }
    [[nodiscard]] std::string fill_file() const { return agent_->root() + "/fill"; }
    /// Leaves no byte free.
    void fill_disk() const {
        std::ofstream file(fill_file(), std::ios::app);
        const std::string block(4096, 'x');
        while (file << block << std::flush) {
        }
    }

    /// The id of the Pod's container once it runs; restarts count too.
    std::string running(const std::string& name, int restarts = 0) {
        std::string id;
        EXPECT_TRUE(agent_->eventually([&] {
            const auto all = agent_->pod(name).status.containerStatuses;
            if (all.empty() || !all.front().state.running || all.front().restartCount != restarts)
                return false;
            id = all.front().containerID;
            return true;
        })) << name
            << " does not run\n"
            << agent_->said();
        return id;
    }
    void expect_said(const std::string& what) {
        EXPECT_TRUE(eventually([&] { return agent_->said().contains(what); })) << what << "\n"
                                                                               << agent_->said();
    }
    [[nodiscard]] std::string hooks_of(const std::string& name) const {
        return read_text(out() + "/" + name);
    }

    std::unique_ptr<MortalAgent> agent_;
};

TEST_F(Faults, AFullDiskStopsNeitherPodsNorHooks) {
    agent_ = std::make_unique<MortalAgent>(std::vector<std::string>{}, 64);
    fs::create_directory(out());
    // As on a machine where /run is not on the disk: the engine can still run commands in containers.
    const std::string run = agent_->root() + "/run";
    ASSERT_EQ(::mount("tmpfs", run.c_str(), "tmpfs", 0, nullptr), 0) << std::strerror(errno);
    agent_->start();
    agent_->create(pod("steady", out()));
    agent_->create(pod("other", out()));
    const std::string before = running("steady");
    (void)running("other");
    fill_disk();
    const Reply refused = agent_->ask("POST", "pods", pod("late", out()));
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(*refused.body.find("message")->as_string(), HasSubstr("No space left on device"));
    EXPECT_EQ(agent_->ask("GET", "pods").status, 200);
    EXPECT_TRUE(agent_->is_gone("late")) << "what was refused is not there";

    std::ofstream(out() + "/other.sick") << "yes";
    EXPECT_TRUE(eventually([&] { return hooks_of("other").contains("preStop"); })) << agent_->said();
    expect_said("not recorded: ");
    expect_said("No space left on device");
    fs::remove(out() + "/other.sick");
    fs::remove(fill_file());
    (void)running("other", 1);
    EXPECT_EQ(hooks_of("other"), "postStart\npreStop\npostStart\n");
    EXPECT_EQ(running("steady"), before);
}

TEST_F(Faults, AnAgentThatFindsNoSpaceWaitsForItAndPodsRunOn) {
    ASSERT_NO_FATAL_FAILURE(start(64));
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    const auto processes = lasting_processes(agent_->pod("steady").metadata.uid);
    ASSERT_FALSE(processes.empty());
    agent_->kill();
    fill_disk();
    agent_->start();
    expect_said("No space left on device; trying again in 1 s");
    expect_said("trying again in 2 s");
    EXPECT_EQ(agent_->deaths(), 0);
    fs::remove(fill_file());
    EXPECT_EQ(running("steady"), before);
    EXPECT_EQ(lasting_processes(agent_->pod("steady").metadata.uid), processes);
}

TEST_F(Faults, AnAgentThatFindsAReadOnlyDiskWaitsAndPodsRunOn) {
    ASSERT_NO_FATAL_FAILURE(start(64));
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    agent_->kill();
    const auto remount = [this](unsigned long more) {
        return ::mount(nullptr, agent_->root().c_str(), nullptr, MS_REMOUNT | more, nullptr) == 0;
    };
    // Its engine ends with it, a moment later.
    ASSERT_TRUE(eventually([&] { return remount(MS_RDONLY); })) << std::strerror(errno);
    agent_->start();
    expect_said("Read-only file system; trying again in 1 s");
    ASSERT_TRUE(remount(0)) << std::strerror(errno);
    EXPECT_EQ(running("steady"), before);
    EXPECT_EQ(hooks_of("steady"), "postStart\n");
}

/// A cgroup in which a process can't have any more children or threads.
class NoMoreProcesses {
  public:
    explicit NoMoreProcesses(pid_t pid) {
        const bool v1 = fs::exists("/sys/fs/cgroup/pids");
        if (!v1) std::ofstream("/sys/fs/cgroup/cgroup.subtree_control") << "+pids";
        path_ = fmt::format("/sys/fs/cgroup/{}hooklet-test-{}", v1 ? "pids/" : "", pid);
        fs::create_directory(path_);
        home_ = v1 ? "/sys/fs/cgroup/pids" : "/sys/fs/cgroup";
        pid_ = pid;
        move_to(path_);
        std::ofstream(path_ + "/pids.max") << read_text(path_ + "/pids.current");
    }
    NoMoreProcesses(const NoMoreProcesses&) = delete;
    NoMoreProcesses& operator=(const NoMoreProcesses&) = delete;
    ~NoMoreProcesses() {
        move_to(home_);
        EXPECT_EQ(::rmdir(path_.c_str()), 0) << std::strerror(errno);
    }
    [[nodiscard]] bool holds() const {
        return read_text(path_ + "/cgroup.procs") == fmt::format("{}\n", pid_);
    }

  private:
    void move_to(const std::string& cgroup) const { std::ofstream(cgroup + "/cgroup.procs") << pid_; }
    std::string path_;
    std::string home_;
    pid_t pid_ = 0;
};

/// The engine of the agent.
pid_t engine_of(pid_t agent) {
    const std::string children = read_text(fmt::format("/proc/{0}/task/{0}/children", agent));
    std::istringstream pids(children);
    for (pid_t pid = 0; pids >> pid;) {
        if (read_text(fmt::format("/proc/{}/comm", pid)) == "containerd\n") return pid;
    }
    return 0;
}

TEST_F(Faults, WithoutProcessesTheEngineStaysAwayAndPodsRunOn) {
    ASSERT_NO_FATAL_FAILURE(start());
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    {
        const NoMoreProcesses limit(agent_->pid());
        ASSERT_TRUE(limit.holds());
        const pid_t engine = engine_of(agent_->pid());
        ASSERT_GT(engine, 0);
        ASSERT_EQ(::kill(engine, SIGKILL), 0);
        expect_said("containerd can't be started: fork: Resource temporarily unavailable");
        EXPECT_EQ(agent_->ask("GET", "pods").status, 200);
    }
    agent_->create(pod("other", out()));
    (void)running("other");
    EXPECT_EQ(running("steady"), before);
    EXPECT_EQ(agent_->deaths(), 0);
}

/// A `containerd` before the real one in PATH that fails as often as the test says.
class FailingEngine {
  public:
    FailingEngine(std::string folder, int times) : folder_(std::move(folder)) {
        path_ = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
        fs::create_directory(folder_);
        for (int i = 0; i < times; ++i) std::ofstream(folder_ + fmt::format("/failure{}", i));
        std::ofstream(folder_ + "/containerd") << fmt::format(
            "#!/bin/sh\nfor f in {0}/failure*; do\n  [ -e $f ] && rm $f && echo 'the moon is full' && "
            "kill -9 $$\ndone\nPATH={1} exec containerd \"$@\"\n",
            folder_, path_);
        fs::permissions(folder_ + "/containerd", fs::perms{0755});
        ::setenv("PATH", (folder_ + ":" + path_).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    FailingEngine(const FailingEngine&) = delete;
    FailingEngine& operator=(const FailingEngine&) = delete;
    ~FailingEngine() { ::setenv("PATH", path_.c_str(), 1); }  // NOLINT(concurrency-mt-unsafe)

  private:
    std::string folder_;
    std::string path_;
};

TEST_F(Faults, AnEngineThatIsKilledAsItStartsIsStartedAgain) {
    agent_ = std::make_unique<MortalAgent>();
    fs::create_directory(out());
    {
        // More than the attempts of one start.
        const FailingEngine engine(agent_->folder("bin"), 6);
        agent_->start();
        expect_said("containerd ended at its start (signal 9); its last words: ");
        expect_said("the moon is full");
        expect_said("; trying again in 1 s");
        agent_->create(pod("steady", out()));
    }
    const std::string before = running("steady");
    {
        const FailingEngine engine(agent_->folder("bin2"), 6);
        agent_->kill();
        agent_->start();
        expect_said("; trying again in 1 s");
        EXPECT_EQ(running("steady"), before) << "it does not end with a start that fails";
    }
    EXPECT_EQ(agent_->deaths(), 0);
}

/// While it lives, agents are those of the release build (`make build`): sanitizers open files themselves.
class ReleaseAgents {
  public:
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    ReleaseAgents() { ::setenv("HOOKLET_BINARY", HOOKLET_RELEASE_BINARY, 1); }
    ReleaseAgents(const ReleaseAgents&) = delete;
    ReleaseAgents& operator=(const ReleaseAgents&) = delete;
    ~ReleaseAgents() { ::unsetenv("HOOKLET_BINARY"); }  // NOLINT(concurrency-mt-unsafe)
};

TEST_F(Faults, WithoutFileDescriptorsTheAgentSaysSoAndPodsRunOn) {
    const ReleaseAgents release;
    ASSERT_NO_FATAL_FAILURE(start());
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    rlimit usual{};
    ASSERT_EQ(::prlimit(agent_->pid(), RLIMIT_NOFILE, nullptr, &usual), 0) << std::strerror(errno);
    const rlimit none{.rlim_cur = 3, .rlim_max = usual.rlim_max};
    ASSERT_EQ(::prlimit(agent_->pid(), RLIMIT_NOFILE, &none, nullptr), 0) << std::strerror(errno);
    auto late = std::async(std::launch::async, [this] { return agent_->ask("GET", "pods"); });
    expect_said("accept: Too many open files");
    ASSERT_EQ(::prlimit(agent_->pid(), RLIMIT_NOFILE, &usual, nullptr), 0) << std::strerror(errno);
    EXPECT_EQ(late.get().status, 200) << "who has waited is answered";
    agent_->create(pod("other", out()));
    (void)running("other");
    EXPECT_EQ(running("steady"), before) << agent_->said();
    EXPECT_EQ(agent_->deaths(), 0);
}

TEST_F(Faults, AContainerThatHasLostItsShimHasEnded) {
    ASSERT_NO_FATAL_FAILURE(start());
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    const containerd::Layout layout{agent_->root()};
    const auto shims = containerd::shims_of(layout.socket(), process_table());
    ASSERT_EQ(shims.size(), 1U);
    ASSERT_EQ(::kill(shims[0].process.pid, SIGKILL), 0);
    EXPECT_NE(running("steady", 1), before) << "restarted as its policy says";
    const api::Pod restarted = agent_->pod("steady");
    const auto& last = *restarted.status.containerStatuses[0].lastState.terminated;
    EXPECT_NE(last.exitCode, 0);
    EXPECT_EQ(last.reason, "Unknown");
    EXPECT_EQ(hooks_of("steady"), "postStart\npostStart\n");
}

TEST_F(Faults, ASandboxThatDiesIsMadeAgain) {
    ASSERT_NO_FATAL_FAILURE(start());
    agent_->create(pod("steady", out()));
    const std::string before = running("steady");
    const auto shims = containerd::shims_of(containerd::Layout{agent_->root()}.socket(), process_table());
    ASSERT_EQ(shims.size(), 1U);
    const std::vector<ProcessEntry> processes = process_table();
    const auto pause = std::ranges::find_if(processes, [&shims](const ProcessEntry& process) {
        return process.parent == shims[0].process.pid &&
               process_arguments(process.pid) == std::vector<std::string>{"/pause"};
    });
    ASSERT_NE(pause, processes.end());
    ASSERT_TRUE(signal_process(*pause, SIGKILL));
    EXPECT_NE(running("steady", 1), before);
}

}  // namespace
}  // namespace hooklet::testing
