// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/convert.hpp"

#include "adapters/cri/signals.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <runtime_v1.pb.h>

namespace hooklet::cri {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

/// A value of every protobuf field that is set, with its number, as the wire has it. Catches a wrong number.
std::string wire(const google::protobuf::MessageLite& message) {
    return message.SerializeAsString();
}

TEST(Convert, SandboxConfig) {
    PodSandboxConfig config;
    config.metadata = {"web", "uid-1", "default", 2};
    config.hostname = "web";
    config.log_directory = "/logs";
    config.dns_config = DnsConfig{{"10.0.0.1"}, {"a.example"}, {"ndots:5"}};
    config.port_mappings = {{Protocol::udp, 53, 1053, "127.0.0.1"}};
    config.labels = {{"a", "b"}};
    config.annotations = {{"c", "d"}};
    config.cgroup_parent = "/pods";
    config.sysctls = {{"net.x", "1"}};
    config.security_context.namespaces = {NamespaceMode::node, NamespaceMode::pod, NamespaceMode::node};
    config.security_context.run_as_user = 0;
    config.security_context.supplemental_groups = {7};
    config.security_context.privileged = true;
    proto::PodSandboxConfig out;
    to_proto(config, &out);
    EXPECT_EQ(out.metadata().namespace_(), "default");
    EXPECT_EQ(out.metadata().attempt(), 2);
    EXPECT_EQ(out.hostname(), "web");
    EXPECT_EQ(out.log_directory(), "/logs");
    EXPECT_THAT(out.dns_config().options(), ElementsAre("ndots:5"));
    ASSERT_EQ(out.port_mappings_size(), 1);
    EXPECT_EQ(out.port_mappings(0).protocol(), proto::UDP);
    EXPECT_EQ(out.port_mappings(0).host_port(), 1053);
    EXPECT_EQ(out.port_mappings(0).host_ip(), "127.0.0.1");
    EXPECT_THAT(out.labels(), UnorderedElementsAre(Pair("a", "b")));
    EXPECT_EQ(out.linux().cgroup_parent(), "/pods");
    EXPECT_THAT(out.linux().sysctls(), UnorderedElementsAre(Pair("net.x", "1")));
    const auto& security = out.linux().security_context();
    EXPECT_EQ(security.namespace_options().network(), proto::NODE);
    EXPECT_EQ(security.namespace_options().pid(), proto::POD);
    EXPECT_TRUE(security.has_run_as_user());
    EXPECT_FALSE(security.has_run_as_group());
    EXPECT_TRUE(security.privileged());
    EXPECT_EQ(security.seccomp().profile_type(), proto::SecurityProfile::RuntimeDefault);
}

TEST(Convert, NoDnsConfigLeavesTheEnginesOwn) {
    proto::PodSandboxConfig out;
    to_proto(PodSandboxConfig{}, &out);
    EXPECT_FALSE(out.has_dns_config());
}

TEST(Convert, ContainerConfig) {
    ContainerConfig config;
    config.metadata = {"app", 3};
    config.image = "sha256:1";
    config.command = {"/bin/a"};
    config.args = {"-b"};
    config.working_dir = "/w";
    config.envs = {{"K", "V"}};
    config.mounts = {{"/in", "/out", true, MountPropagation::bidirectional}};
    config.log_path = "app/3.log";
    config.stop_signal = "SIGUSR1";
    config.resources = {100000, 50000, 512, 64, -997, {{"2MB", 4 << 20}}};
    config.security_context.add_capabilities = {"NET_ADMIN"};
    config.security_context.drop_capabilities = {"ALL"};
    config.security_context.run_as_username = "www";
    config.security_context.no_new_privs = true;
    config.security_context.masked_paths = {"/proc/kcore"};
    config.security_context.seccomp = {SeccompProfile::localhost, "/p.json"};
    proto::ContainerConfig out;
    to_proto(config, &out);
    EXPECT_EQ(out.metadata().attempt(), 3);
    EXPECT_EQ(out.image().image(), "sha256:1");
    EXPECT_THAT(out.command(), ElementsAre("/bin/a"));
    EXPECT_THAT(out.args(), ElementsAre("-b"));
    EXPECT_EQ(out.envs(0).value(), "V");
    EXPECT_EQ(out.mounts(0).host_path(), "/out");
    EXPECT_TRUE(out.mounts(0).readonly());
    EXPECT_EQ(out.mounts(0).propagation(), proto::PROPAGATION_BIDIRECTIONAL);
    EXPECT_EQ(out.log_path(), "app/3.log");
    EXPECT_EQ(out.stop_signal(), 29);
    EXPECT_EQ(out.linux().resources().cpu_quota(), 50000);
    EXPECT_EQ(out.linux().resources().oom_score_adj(), -997);
    ASSERT_EQ(out.linux().resources().hugepage_limits_size(), 1);
    EXPECT_EQ(out.linux().resources().hugepage_limits(0).page_size(), "2MB");
    EXPECT_EQ(out.linux().resources().hugepage_limits(0).limit(), 4U << 20);
    const auto& security = out.linux().security_context();
    EXPECT_THAT(security.capabilities().drop_capabilities(), ElementsAre("ALL"));
    EXPECT_EQ(security.run_as_username(), "www");
    EXPECT_TRUE(security.no_new_privs());
    EXPECT_THAT(security.masked_paths(), ElementsAre("/proc/kcore"));
    EXPECT_EQ(security.seccomp().localhost_ref(), "/p.json");
}

// Field numbers that an earlier or later CRI version reads as something else would go unnoticed above.
TEST(Convert, FieldNumbersOnTheWire) {
    proto::StopContainerRequest stop;
    stop.set_container_id("x");
    stop.set_timeout(5);
    EXPECT_EQ(wire(stop), (std::string{"\x0a\x01x\x10\x05"}));
    proto::ContainerConfig config;
    config.set_stop_signal(23);
    EXPECT_EQ(wire(config), (std::string{"\x90\x01\x17"}));
    proto::LinuxContainerSecurityContext security;
    security.mutable_seccomp()->set_localhost_ref("p");
    EXPECT_EQ(wire(security), (std::string{"\x7a\x03\x12\x01p"}));
}

TEST(Convert, SandboxStatus) {
    proto::PodSandboxStatus in;
    in.set_id("s");
    in.set_state(proto::SANDBOX_READY);
    in.set_created_at(1'500'000'000'000'000'001);
    in.mutable_network()->set_ip("10.1.2.3");
    in.mutable_network()->add_additional_ips()->set_ip("fd00::3");
    in.mutable_linux()->mutable_namespaces()->mutable_options()->set_network(proto::NODE);
    const PodSandboxStatus out = from_proto(in);
    EXPECT_EQ(out.state, PodSandboxState::ready);
    EXPECT_EQ(rfc3339_nano(out.created_at), "2017-07-14T02:40:00.000000001Z");
    EXPECT_THAT(out.ips, ElementsAre("10.1.2.3", "fd00::3"));
    EXPECT_EQ(out.namespaces.network, NamespaceMode::node);
    in.clear_network();
    EXPECT_THAT(from_proto(in).ips, IsEmpty());
}

TEST(Convert, ContainerStatus) {
    proto::ContainerStatus in;
    in.set_id("c");
    in.mutable_metadata()->set_name("app");
    in.set_state(proto::CONTAINER_EXITED);
    in.set_exit_code(137);
    in.set_reason("OOMKilled");
    in.mutable_image()->set_image("busybox:1");
    in.set_image_ref("sha256:2");
    in.set_log_path("/l");
    const ContainerStatus out = from_proto(in);
    EXPECT_EQ(out.metadata.name, "app");
    EXPECT_EQ(out.state, ContainerState::exited);
    EXPECT_EQ(out.exit_code, 137);
    EXPECT_EQ(out.reason, "OOMKilled");
    EXPECT_EQ(out.image, "busybox:1");
    EXPECT_EQ(out.image_ref, "sha256:2");
    EXPECT_EQ(out.log_path, "/l");
    EXPECT_EQ(out.started_at, WallTime{});
}

TEST(Convert, ImageUserIsANumberOrAName) {
    proto::Image in;
    EXPECT_EQ(from_proto(in).uid, std::nullopt);
    in.mutable_uid();
    EXPECT_EQ(from_proto(in).uid, 0);
    in.clear_uid();
    in.set_username("www");
    EXPECT_EQ(from_proto(in).username, "www");
}

TEST(Convert, SignalNumbers) {
    EXPECT_EQ(signal_number(""), 0);
    EXPECT_EQ(signal_number("SIGABRT"), 1);
    EXPECT_EQ(signal_number("SIGKILL"), 13);
    EXPECT_EQ(signal_number("sigterm"), 23);
    EXPECT_EQ(signal_number("QUIT"), 18);
    EXPECT_EQ(signal_number("SIGRTMIN"), 35);
    EXPECT_EQ(signal_number("SIGRTMIN+3"), 38);
    EXPECT_EQ(signal_number("SIGRTMINPLUS15"), 50);
    EXPECT_EQ(signal_number("SIGRTMAX-14"), 51);
    EXPECT_EQ(signal_number("SIGRTMAX"), 65);
    EXPECT_EQ(signal_number("SIGNONE"), 0);
}

TEST(Convert, KernelSignals) {
    EXPECT_EQ(kernel_signal("SIGUSR1"), SIGUSR1);
    EXPECT_EQ(kernel_signal("term"), SIGTERM);
    EXPECT_EQ(kernel_signal("SIGCLD"), SIGCHLD);
    EXPECT_EQ(kernel_signal("SIGPOLL"), SIGIO);
    EXPECT_EQ(kernel_signal("SIGRTMIN"), SIGRTMIN);
    EXPECT_EQ(kernel_signal("SIGRTMIN+3"), SIGRTMIN + 3);
    EXPECT_EQ(kernel_signal("SIGRTMAXMINUS2"), SIGRTMAX - 2);
    EXPECT_EQ(kernel_signal("SIGRTMAX"), SIGRTMAX);
    for (const char* none : {"", "SIGNONE", "SIGRTMIN+", "SIGRTMIN+99", "SIGRTMINPLUS1x"})
        EXPECT_EQ(kernel_signal(none), 0) << none;
}

TEST(Convert, ContainerInfo) {
    const auto info = parse_container_info(R"({"sandboxID":"s1","pid":4242,"removing":false})");
    EXPECT_EQ(info.pid, 4242);
    EXPECT_EQ(info.sandbox_id, "s1");
    EXPECT_EQ(parse_container_info("{}").pid, 0);
    EXPECT_EQ(parse_container_info("[1]").pid, 0);
    EXPECT_EQ(parse_container_info("{\"pid\":").pid, 0);
    EXPECT_EQ(parse_container_info(R"({"pid":"1"})").pid, 0);
}

}  // namespace
}  // namespace hooklet::cri
