// SPDX-License-Identifier: Apache-2.0
#include "app/host_facts.hpp"

#include "app/host_sheet.hpp"
#include "support/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace hooklet::app {
namespace {

/// A machine's files below a folder.
struct HostFactsTest : testing::Test {
    void put(const std::string& path, const std::string& text) {
        const std::filesystem::path file = scratch.path(path);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    [[nodiscard]] std::string resolv_conf() const { return host_resolv_conf(scratch.path()); }
    ScratchFolder scratch;
    const std::string stub = "nameserver 127.0.0.53\noptions edns0\nsearch lan\n";
    const std::string real = "nameserver 192.0.2.1\nsearch lan\n";
};

TEST_F(HostFactsTest, TheHostsResolvConfIsTakenAsItIs) {
    EXPECT_EQ(resolv_conf(), "");
    put("run/systemd/resolve/resolv.conf", real);
    EXPECT_EQ(resolv_conf(), "");
    put("etc/resolv.conf", "nameserver 198.51.100.7\n");
    EXPECT_EQ(resolv_conf(), "nameserver 198.51.100.7\n");
}

TEST_F(HostFactsTest, TheStubOfResolvedGivesWayToItsRealServers) {
    put("etc/resolv.conf", stub);
    EXPECT_EQ(resolv_conf(), stub) << "there is nothing better";
    put("run/systemd/resolve/resolv.conf", real);
    EXPECT_EQ(resolv_conf(), real);
}

TEST_F(HostFactsTest, ACommentNamesNoStub) {
    put("etc/resolv.conf", "# not 127.0.0.53\nnameserver 198.51.100.7\n");
    put("run/systemd/resolve/resolv.conf", real);
    EXPECT_EQ(resolv_conf(), "# not 127.0.0.53\nnameserver 198.51.100.7\n");
}

TEST(HostSheet, ReadsTheSystemsName) {
    EXPECT_EQ(os_name("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"),
              "Debian GNU/Linux 12 (bookworm)");
    EXPECT_EQ(os_name("PRETTY_NAME=Plain"), "Plain");
    EXPECT_EQ(os_name("NAME=x"), "");
}

TEST(HostSheet, DescribesTheMachine) {
    PodSettings settings;
    settings.node_name = "n";
    settings.node_cpu_milli = 4000;
    settings.node_memory_bytes = (4LL << 30) + 5;
    NodeUsage usage;
    usage.nodefs.capacity_bytes = 10LL << 30;
    const NodeSheet sheet = host_sheet(settings, {"containerd", "1.6.20", "v1"}, usage);
    EXPECT_EQ(sheet.capacity.at("cpu").text(), "4");
    EXPECT_EQ(sheet.capacity.at("memory").text(), "4Gi");
    EXPECT_EQ(sheet.capacity.at("ephemeral-storage").text(), "10Gi");
    EXPECT_EQ(sheet.runtime_version, "containerd://1.6.20");
    EXPECT_FALSE(sheet.kernel_version.empty());
    EXPECT_EQ(go_architecture("x86_64"), "amd64");
}

}  // namespace
}  // namespace hooklet::app
