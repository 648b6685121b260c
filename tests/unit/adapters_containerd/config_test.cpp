// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/config.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::containerd {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Settings settings() {
    Settings s;
    s.layout.root = "/r";
    s.cni_plugins = "/usr/lib/cni";
    s.pause_image = "hooklet.dev/pause:1";
    return s;
}

TEST(ContainerdConfig, EverythingIsBelowTheRoot) {
    const std::string text = containerd_config(settings());
    for (const char* line :
         {"version = 2\n", "root = \"/r/state/containerd\"\n", "state = \"/r/run/containerd\"\n",
          "address = \"/r/run/containerd/containerd.sock\"\n", "conf_dir = \"/r/run/containerd/cni\"\n",
          "bin_dir = \"/usr/lib/cni\"\n", "Root = \"/r/run/containerd/runc\"\n",
          "netns_mounts_under_state_dir = true\n", "sandbox_image = \"hooklet.dev/pause:1\"\n",
          "SystemdCgroup = false\n", "disable_tcp_service = true\n",
          "stream_server_address = \"127.0.0.1\"\n", "stream_server_port = \"0\"\n"}) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST(ContainerdConfig, DecidedByTheMachine) {
    struct Case {
        bool overlayfs;
        bool may_lower;
        std::string snapshotter;
        std::string restrict;
    };
    for (const Case& c :
         {Case{true, true, "\"overlayfs\"", "false"}, Case{false, true, "\"native\"", "false"},
          Case{true, false, "\"overlayfs\"", "true"}}) {
        Settings s = settings();
        s.overlayfs = c.overlayfs;
        s.may_lower_oom_score = c.may_lower;
        const std::string text = containerd_config(s);
        EXPECT_THAT(text, HasSubstr("  snapshotter = " + c.snapshotter + "\n"));
        EXPECT_THAT(text, HasSubstr("  restrict_oom_score_adj = " + c.restrict + "\n"));
    }
}

TEST(ContainerdConfig, PathsAreQuoted) {
    Settings s = settings();
    s.layout.root = "/a \"b\"\\c\n";
    EXPECT_THAT(containerd_config(s), HasSubstr(R"(state = "/a \"b\"\\c\u000a/run/containerd")"));
}

TEST(CniConflist, BridgeAddressesAndHostPorts) {
    const auto list =
        boost::json::parse(cni_conflist(settings().layout, "hkl00000001", {0x0AC00100, 24})).as_object();
    EXPECT_EQ(list.at("name"), "hkl00000001");
    const auto& bridge = list.at("plugins").as_array().at(0).as_object();
    EXPECT_EQ(bridge.at("type"), "bridge");
    EXPECT_EQ(bridge.at("bridge"), "hkl00000001");
    EXPECT_EQ(bridge.at("ipMasq"), true);
    EXPECT_EQ(bridge.at("hairpinMode"), true);
    const auto& ipam = bridge.at("ipam").as_object();
    EXPECT_EQ(ipam.at("dataDir"), "/r/state/containerd/cni-addresses");
    EXPECT_EQ(ipam.at("ranges"), boost::json::parse(R"([[{"subnet":"10.192.1.0/24"}]])"));
    EXPECT_EQ(list.at("plugins").as_array().at(1).as_object().at("type"), "portmap");
}

TEST(BridgeName, FitsAndDependsOnTheRoot) {
    EXPECT_EQ(bridge_name("/r").size(), 11);
    EXPECT_THAT(bridge_name("/r"), ::testing::StartsWith("hkl"));
    EXPECT_EQ(bridge_name("/r"), bridge_name("/r"));
    EXPECT_NE(bridge_name("/r"), bridge_name("/s"));
}

}  // namespace
}  // namespace hooklet::containerd
