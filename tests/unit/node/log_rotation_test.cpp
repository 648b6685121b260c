// SPDX-License-Identifier: Apache-2.0
#include "node/log_rotation.hpp"

#include "node/log_rotator.hpp"
#include "streams/log_files.hpp"
#include "support/sim_compressor.hpp"
#include "unit/node/node_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::NodeTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime now = parse_rfc3339("2024-01-01T12:00:00Z").value();

TEST(LogRotation, KeepsTheNewestFilesAndCompressesAllButTheLast) {
    const Rotation plan = plan_rotation("0.log",
                                        {"0.log", "0.log.20240101-100000.gz", "0.log.20240101-110000.gz",
                                         "0.log.20240101-113000.gz", "0.log.20240101-115000", "1.log"},
                                        5, now);
    EXPECT_THAT(plan.remove, ElementsAre("0.log.20240101-100000.gz"));
    EXPECT_THAT(plan.compress, ElementsAre("0.log.20240101-115000"));
    EXPECT_EQ(plan.rotated, "0.log.20240101-120000");
}

TEST(LogRotation, ClearsWhatAnInterruptedRotationLeft) {
    const Rotation plan =
        plan_rotation("0.log",
                      {"0.log", "0.log.20240101-110000", "0.log.20240101-110000.gz", "0.log.20240101-113000",
                       "0.log.20240101-113000.tmp", "10.log.20240101-110000"},
                      5, now);
    EXPECT_THAT(plan.remove, ElementsAre("0.log.20240101-110000", "0.log.20240101-113000.tmp"));
    EXPECT_THAT(plan.compress, ElementsAre("0.log.20240101-113000"));
}

TEST(LogRotation, TwoFilesAreTheLeast) {
    for (const std::size_t most : {0, 1, 2}) {
        const Rotation plan = plan_rotation("0.log", {"0.log", "0.log.20240101-110000"}, most, now);
        EXPECT_THAT(plan.remove, ElementsAre("0.log.20240101-110000")) << most;
        EXPECT_THAT(plan.compress, IsEmpty());
    }
}

TEST(LogRotation, ReadsAcrossRotations) {
    EXPECT_THAT(files_of_log("0.log", {"0.log", "0.log.20240101-110000", "0.log.20240101-100000.gz",
                                       "0.log.20240101-100000", "0.log.20240101-110000.tmp", "1.log"}),
                ElementsAre("0.log.20240101-100000.gz", "0.log.20240101-110000", "0.log"));
    EXPECT_THAT(files_of_log("2.log", {"0.log"}), IsEmpty());
}

TEST(LogRotation, FindsTheLogsOfRunningContainers) {
    api::Pod pod = test::pod_of("{}");
    pod.status = test::object_of<api::PodStatus>(R"({"containerStatuses": [
        {"name": "a", "restartCount": 2, "containerID": "containerd://id-a", "state": {"running": {}}},
        {"name": "b", "restartCount": 0, "containerID": "containerd://id-b", "state": {"terminated": {}}},
        {"name": "c", "restartCount": 0, "state": {"waiting": {}}}],
        "initContainerStatuses": [
        {"name": "s", "restartCount": 0, "containerID": "containerd://id-s", "state": {"running": {}}}],
        "ephemeralContainerStatuses": [
        {"name": "e", "restartCount": 0, "containerID": "containerd://id-e", "state": {"running": {}}}]})");
    EXPECT_THAT(running_logs(pod, "/log/pods"),
                ElementsAre(RunningLog{"id-s", "/log/pods/default_web_u1/s/0.log"},
                            RunningLog{"id-a", "/log/pods/default_web_u1/a/2.log"},
                            RunningLog{"id-e", "/log/pods/default_web_u1/e/0.log"}));
}

class LogRotatorTest : public NodeTest {
  protected:
    /// A Pod in the engine with one container that runs for a day.
    void run_pod() {
        world.images.add({.name = "busybox"});
        world.host.put(folder_ + "/x", {FileType::directory, 0755, 0, {}});
        cri::PodSandboxConfig sandbox;
        sandbox.metadata = {"web", "u1", "default", 0};
        sandbox.log_directory = "/log/default_web_u1";
        const std::string in = world.loop.run(world.runtime.run_pod_sandbox(sandbox, call())).value();
        cri::ContainerConfig config;
        config.metadata = {"app", 0};
        config.image = "busybox";
        config.command = {"sim", "run=24h"};
        config.log_path = "app/0.log";
        id_ = world.loop.run(world.runtime.create_container(in, config, sandbox, call())).value();
        ASSERT_TRUE(world.loop.run(world.runtime.start_container(id_, call())));
        PodOnNode pod = test::pod_on_node("u1", "{}");
        pod.pod.metadata.name = "web";
        api::ContainerStatus status;
        status.name = "app";
        status.containerID = "containerd://" + id_;
        status.state.running.emplace();
        pod.pod.status.containerStatuses.push_back(status);
        pods.all = {pod};
    }
    void SetUp() override { run_pod(); }
    void TearDown() override { world.loop.run(rotator_.stop()); }

    void write(const std::string& text) { world.host.append(log_, text); }
    [[nodiscard]] std::vector<std::string> names() { return world.host.list_directory(folder_).value(); }
    [[nodiscard]] std::string text(const std::string& name) {
        return world.host.read_tail(folder_ + "/" + name, 1 << 20).value_or("");
    }

    const std::string folder_ = "/log/default_web_u1/app";
    const std::string log_ = folder_ + "/0.log";
    std::string id_;
    sim::SimCompressor compressor_{&world.loop.clock(), &world.host};
    LogRotator rotator_{ports(), &compressor_, "/log", {.max_size_bytes = 10, .max_files = 3}};
};

TEST_F(LogRotatorTest, RotatesOnlyWhatHasGrown) {
    write("123456789");
    rotator_.start();
    world.loop.run_for(11s);
    EXPECT_THAT(names(), ElementsAre("0.log", "x"));
    write("0 first");
    world.loop.run_for(10s);
    ASSERT_EQ(names().size(), 3u);
    EXPECT_EQ(text(names().at(1)), "1234567890 first");
    EXPECT_EQ(text("0.log"), "");
    write("0123456789 second");
    world.loop.run_for(12s);
    ASSERT_EQ(names().size(), 4u);
    EXPECT_THAT(names().at(1), HasSubstr(".gz"));
    EXPECT_EQ(text(names().at(1)), "gz:1234567890 first");
    EXPECT_EQ(text(names().at(2)), "0123456789 second");
    write("0123456789 third");
    world.loop.run_for(12s);
    EXPECT_EQ(text(names().at(1)), "gz:0123456789 second") << "three files at most: the first one is gone";
}

TEST_F(LogRotatorTest, AnEngineThatDoesNotAnswerLosesNothing) {
    write("0123456789");
    world.faults.force("reopen_container_log", sim::Fault::error);
    world.loop.run(rotator_.look());
    EXPECT_THAT(names(), ElementsAre("0.log", "x"));
    EXPECT_EQ(text("0.log"), "0123456789");
    EXPECT_THAT(told, ElementsAre(HasSubstr("log " + log_ + " can't be rotated: ")));
    world.loop.run(rotator_.look());
    EXPECT_EQ(names().size(), 3u) << "the next look succeeds";
}

TEST_F(LogRotatorTest, AnEngineWhoseAnswerIsLostHasRotated) {
    write("0123456789");
    world.faults.force("reopen_container_log", sim::Fault::lost_answer);
    world.loop.run(rotator_.look());
    ASSERT_EQ(names().size(), 3u);
    EXPECT_EQ(text("0.log"), "");
    EXPECT_EQ(text(names().at(1)), "0123456789");
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(LogRotatorTest, AMissingLogIsOpenedAgain) {
    ASSERT_TRUE(world.host.remove_file(log_));
    world.loop.run(rotator_.look());
    EXPECT_NE(world.host.node(log_), nullptr);
}

TEST_F(LogRotatorTest, AFullDiskStillRotates) {
    write("0123456789");
    world.loop.run(rotator_.look());
    world.loop.run_for(1s);
    write("0123456789");
    compressor_.fails = true;
    world.loop.run(rotator_.look());
    EXPECT_EQ(names().size(), 4u);
    EXPECT_EQ(text("0.log"), "");
}

}  // namespace
}  // namespace hooklet
