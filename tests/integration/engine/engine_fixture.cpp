// SPDX-License-Identifier: Apache-2.0
#include "integration/engine/engine_fixture.hpp"

#include "adapters/posix/posix_file_system.hpp"
#include "images/pause/pause_image.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>

#include <unistd.h>

namespace hooklet::testing {

using namespace std::chrono_literals;

namespace {

constexpr const char* image = "hooklet.dev/test/engine:1";

std::string output_of(const char* command) {
    std::string text;
    std::FILE* pipe = ::popen(command, "r");
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
    ::pclose(pipe);
    return text;
}

}  // namespace

std::set<std::string> machine_state() {
    std::set<std::string> state;
    std::istringstream lines(output_of(
        "exec 2>/dev/null; cut -d' ' -f5 /proc/self/mountinfo; ls /sys/class/net; ls -d /run/netns/*;"
        "find /sys/fs/cgroup -type d; iptables-save | grep ^-A; iptables-save | grep -o '^:[^ ]* -';"
        "ls -d /run/containerd /run/containerd/* /var/lib/cni /var/lib/cni/*"));
    for (std::string line; std::getline(lines, line);) state.insert(line);
    return state;
}

Call EngineTest::soon() const {
    return within(30s);
}

void EngineTest::make_engine() {
    const auto log = [](const std::string& line) { std::cout << "containerd: " << line << "\n"; };
    engine = std::make_unique<Containerd>(
        loop.get_executor(), &clock, Containerd::Options{root, pause_image_name(), pause_image_tar(), log});
    auto made = cri::make_cri_runtime(loop.get_executor(), &clock, engine->endpoint(), engine->exec_folder());
    ASSERT_TRUE(made) << made.error().text();
    runtime = std::move(*made);
    runtime->on_event([this](cri::ContainerEvent event) { events.push_back(std::move(event)); });
    const auto begin = clock.now();
    const auto started = run(engine->start(runtime.get(), soon()));
    ASSERT_TRUE(started) << started.error().text();
    std::cout << "engine start " << (clock.now() - begin) / 1ms << " ms\n";
}

void EngineTest::SetUp() {
    if (::geteuid() != 0) FAIL() << "needs root: run ctest as root";
    before = machine_state();
    ASSERT_NO_FATAL_FAILURE(make_engine());
    const containerd::ImportTarget target{engine->endpoint(), runtime.get(), engine->snapshotter()};
    const auto names =
        run(containerd::import_image(loop.get_executor(), &clock, target, HOOKLET_ENGINE_IMAGE, soon()));
    ASSERT_TRUE(names) << names.error().text();
    EXPECT_EQ(*names, std::vector<std::string>{image});
}

void EngineTest::end_engine() {
    run(engine->stop());
    run(runtime->stop());
    engine.reset();
    runtime.reset();
}

void EngineTest::TearDown() {
    if (engine) {
        end_engine();
        // The Pods' cgroups are their owner's to remove.
        EXPECT_TRUE(PosixFileSystem().remove_cgroup("/hooklet-test"));
        std::vector<std::string> more;
        std::ranges::set_difference(machine_state(), before, std::back_inserter(more));
        EXPECT_EQ(more, std::vector<std::string>{}) << "left behind";
    }
}

cri::PodSandboxConfig EngineTest::sandbox_config(std::string name) const {
    cri::PodSandboxConfig config;
    config.metadata = {name, "uid-" + name, "default", 0};
    config.hostname = name;
    config.log_directory = root + "/log/pods/" + name;
    config.cgroup_parent = "/hooklet-test/" + name;
    config.labels = {{"app", name}};
    config.security_context.namespaces.pid = pid_namespace;
    return config;
}

cri::ContainerConfig EngineTest::container_config(std::string name, std::vector<std::string> command) const {
    cri::ContainerConfig config;
    config.metadata = {name, 0};
    config.image = image;
    config.command = std::move(command);
    config.log_path = name + "/0.log";
    config.security_context.namespaces.pid = pid_namespace;
    return config;
}

std::string EngineTest::start_container(std::vector<std::string> command) {
    const auto config = sandbox_config("pod");
    const auto begin = clock.now();
    if (sandbox.empty()) {
        std::filesystem::create_directories(config.log_directory);
        const auto made = run(runtime->run_pod_sandbox(config, soon()));
        EXPECT_TRUE(made) << made.error().text();
        if (made) sandbox = *made;
    }
    const auto sandboxed = clock.now();
    static int number = 0;
    const std::string name = "c" + std::to_string(number++);
    std::filesystem::create_directories(config.log_directory + "/" + name);
    const auto id =
        run(runtime->create_container(sandbox, container_config(name, std::move(command)), config, soon()));
    EXPECT_TRUE(id) << id.error().text();
    if (!id) return {};
    const auto created = clock.now();
    const auto started = run(runtime->start_container(*id, soon()));
    EXPECT_TRUE(started) << started.error().text();
    std::cout << "sandbox " << (sandboxed - begin) / 1ms << " ms, create " << (created - sandboxed) / 1ms
              << " ms, start " << (clock.now() - created) / 1ms << " ms\n";
    return *id;
}

cri::ContainerEvent EngineTest::exit_of(const std::string& id) {
    const auto is_exit = [&](const cri::ContainerEvent& event) {
        return event.container_id == id && event.type == cri::ContainerEventType::stopped;
    };
    bool late = false;
    const Timer limit = clock.at(clock.now() + 30s, [&] { late = true; });
    loop.restart();
    while (!late && std::ranges::none_of(events, is_exit)) loop.run_one();
    const auto found = std::ranges::find_if(events, is_exit);
    EXPECT_NE(found, events.end()) << "no exit of " << id;
    cri::ContainerEvent event = found == events.end() ? cri::ContainerEvent{} : *found;
    // The engine's record lags behind.
    while (!late && !event.status) {
        (void)run(sleep_until(&clock, within(5ms)));
        const auto status = run(runtime->container_status(id, soon()));
        if (status && status->state == cri::ContainerState::exited) event.status = *status;
    }
    return event;
}

std::ptrdiff_t EngineTest::exits_noticed() const {
    return std::ranges::count_if(events, [this](const cri::ContainerEvent& event) {
        return event.type == cri::ContainerEventType::stopped && event.container_id != sandbox &&
               !event.status;
    });
}

}  // namespace hooklet::testing
