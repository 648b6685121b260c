// SPDX-License-Identifier: Apache-2.0
#include "integration/agent/mortal_agent.hpp"

#include "informer/document.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

namespace hooklet::testing {

namespace {

FaultPlan* make_plan(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(FaultPlan)) != 0) throw std::runtime_error(path);
    void* memory = ::mmap(nullptr, sizeof(FaultPlan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED) throw std::runtime_error(path);
    return static_cast<FaultPlan*>(memory);
}

}  // namespace

MortalAgent::MortalAgent(std::vector<std::string> more, unsigned disk_mib)
    : more_(std::move(more)), has_disk_(disk_mib != 0), plan_(make_plan(folder_.path("plan"))) {
    if (has_disk_) {
        std::filesystem::create_directory(root());
        const std::string size = fmt::format("size={}M", disk_mib);
        EXPECT_EQ(::mount("tmpfs", root().c_str(), "tmpfs", 0, size.c_str()), 0) << std::strerror(errno);
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    EXPECT_EQ(std::system(HOOKLET_IMAGE_SCRIPT " " HOOKLET_IMAGES), 0);
    HookletProcess load(folder_.path(),
                        {"--root", root(), "image", "load", fmt::format("{}/busybox.tar", HOOKLET_IMAGES)});
    EXPECT_EQ(load.wait(), 0) << load.err();
}

MortalAgent::~MortalAgent() {
    if (agent_) {
        agent_->signal(SIGTERM);
        EXPECT_EQ(agent_->wait(), 0) << agent_->err();
    }
    // Pods live on without the agent; a run of nothing ends its engine.
    HookletProcess list(folder_.path(), {"--root", root(), "image", "list"});
    EXPECT_EQ(list.wait(), 0) << list.err();
    if (has_disk_) ::umount2(root().c_str(), MNT_DETACH);
    ::munmap(plan_, sizeof(FaultPlan));
}

void MortalAgent::start() {
    // How full the machine's disk is must not matter.
    std::vector<std::string> args{
        "--root",      root(), "agent",           "--listen", "127.0.0.1:0",
        "--node-name", "box",  "--eviction-hard", "",         "--image-gc-high-threshold",
        "100"};
    args.insert(args.end(), more_.begin(), more_.end());
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    ::setenv("HOOKLET_FAULT_POINTS", folder_.path("plan").c_str(), 1);
    agent_ = std::make_unique<HookletProcess>(folder_.path(), std::move(args));
    ::unsetenv("HOOKLET_FAULT_POINTS");  // NOLINT(concurrency-mt-unsafe)
}

void MortalAgent::kill() {
    agent_->signal(SIGKILL);
    (void)agent_->wait();
}

void MortalAgent::restart() {
    agent_->signal(SIGTERM);
    EXPECT_EQ(agent_->wait(), 0) << agent_->err();
    start();
}

bool MortalAgent::tend() {
    if (!agent_->ended()) return true;
    if (agent_->wait() != 128 + SIGKILL) {
        ADD_FAILURE() << "the agent ended with " << agent_->wait() << "\n" << said();
        return false;
    }
    ++deaths_;
    start();
    return true;
}

bool MortalAgent::eventually(const std::function<bool()>& done) {
    return testing::eventually([&] { return !tend() || done(); });
}

Reply MortalAgent::ask_once(const std::string& method, const std::string& path,
                            const std::string& body) const {
    return testing::ask(root() + "/run/api.sock", method, "/api/v1/namespaces/default/" + path, body);
}

Reply MortalAgent::ask(const std::string& method, const std::string& path, const std::string& body) {
    Reply reply;
    EXPECT_TRUE(eventually([&] {
        reply = ask_once(method, path, body);
        return reply.status != 0;
    })) << method
        << " " << path << ": no answer\n"
        << said();
    return reply;
}

api::Pod MortalAgent::pod(const std::string& name) {
    const Reply reply = ask_once("GET", "pods/" + name);
    return reply.status == 200 ? read_as<api::Pod>(reply.body) : api::Pod{};
}

bool MortalAgent::is_gone(const std::string& name) {
    return ask_once("GET", "pods/" + name).status == 404;
}

void MortalAgent::create(const std::string& pod) {
    int status = 0;
    // 404: a new agent has no namespaces yet. 409: it died between the write and the answer.
    EXPECT_TRUE(eventually([&] {
        status = ask("POST", "pods", pod).status;
        return status != 404;
    }));
    EXPECT_TRUE(status == 201 || status == 409) << status;
}

void MortalAgent::remove(const std::string& name) {
    const int status = ask("DELETE", "pods/" + name).status;
    EXPECT_TRUE(status == 200 || status == 202 || status == 404) << status;
}

}  // namespace hooklet::testing
