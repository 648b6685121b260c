// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/containerd.hpp"
#include "adapters/containerd/preflight.hpp"
#include "adapters/containerd/subnet.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::containerd {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- preflight ----

IsExecutable only(std::set<std::string> files) {
    return [files = std::move(files)](const std::string& path) { return files.contains(path); };
}

const std::set<std::string> complete{"/usr/bin/containerd",
                                     "/usr/bin/containerd-shim-runc-v2",
                                     "/usr/bin/ctr",
                                     "/usr/sbin/runc",
                                     "/usr/sbin/iptables",
                                     "/usr/lib/cni/bridge",
                                     "/usr/lib/cni/host-local",
                                     "/usr/lib/cni/loopback",
                                     "/usr/lib/cni/portmap"};

TEST(Preflight, FindsSystemProgramsOutsideOfPath) {
    const auto tools = find_tools("/usr/bin:/bin", only(complete));
    ASSERT_TRUE(tools) << tools.error().text();
    EXPECT_EQ(tools->search_path, "/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
    EXPECT_EQ(tools->cni_plugins, "/usr/lib/cni");
}

TEST(Preflight, UpstreamsPluginFolder) {
    auto files = complete;
    for (const std::string plugin : {"bridge", "host-local", "loopback", "portmap"}) {
        files.erase("/usr/lib/cni/" + plugin);
        files.insert("/opt/cni/bin/" + plugin);
    }
    EXPECT_EQ(find_tools("/usr/bin", only(files))->cni_plugins, "/opt/cni/bin");
}

TEST(Preflight, NamesAllThatIsMissingAtOnce) {
    auto files = complete;
    files.erase("/usr/sbin/runc");
    files.erase("/usr/lib/cni/portmap");
    const auto tools = find_tools("/usr/bin", only(files));
    EXPECT_EQ(tools.error().code, Code::not_found);
    EXPECT_EQ(
        tools.error().message,
        "missing: runc, CNI plugin portmap; install with: apt-get install containernetworking-plugins runc");
    EXPECT_EQ(
        find_tools("", only({})).error().message,
        "missing: containerd, containerd-shim-runc-v2, ctr, runc, iptables, CNI plugin bridge, CNI plugin "
        "host-local, CNI plugin loopback, CNI plugin portmap; install with: apt-get install containerd "
        "containernetworking-plugins iptables runc");
}

TEST(Preflight, SysResourceInTheEffectiveSet) {
    EXPECT_TRUE(has_sys_resource("CapPrm:\t0000000000000000\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n"));
    EXPECT_FALSE(has_sys_resource("CapPrm:\t000001ffffffffff\nCapEff:\t000001fffeffffff\n"));
    EXPECT_FALSE(has_sys_resource(""));
}

// ---- network ----

TEST(Subnet, TextAndBack) {
    EXPECT_EQ(parse_subnet("10.1.2.3/24")->text(), "10.1.2.0/24");
    for (const char* bad : {"", "10.1.2.0", "10.1.2/24", "10.1.2.0/33", "10.1.2.0/x", "10.1.2.0/24 "}) {
        EXPECT_FALSE(parse_subnet(bad)) << bad;
    }
}

TEST(Subnet, Overlaps) {
    const Subnet net = *parse_subnet("10.1.2.0/24");
    EXPECT_TRUE(net.overlaps(*parse_subnet("10.1.2.128/25")));
    EXPECT_TRUE(net.overlaps(*parse_subnet("10.0.0.0/8")));
    EXPECT_FALSE(net.overlaps(*parse_subnet("10.1.3.0/24")));
}

constexpr std::string_view routes =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "hkl1\t0001C00A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";

TEST(Subnet, RoutesWithoutTheDefaultAndTheOwnBridge) {
    EXPECT_THAT(parse_routes(routes, {"hkl1"}), ElementsAre(*parse_subnet("192.0.2.0/24")));
    EXPECT_THAT(parse_routes(routes, "other"),
                ElementsAre(*parse_subnet("192.0.2.0/24"), *parse_subnet("10.192.1.0/24")));
}

TEST(Subnet, ChosenByTheRootAroundWhatIsTaken) {
    const Subnet first = *choose_subnet("/r", {});
    EXPECT_TRUE(parse_subnet("10.192.0.0/10")->overlaps(first));
    EXPECT_EQ(choose_subnet("/r", {}), first);
    EXPECT_NE(choose_subnet("/s", {}), first);
    const Subnet second = *choose_subnet("/r", {first});
    EXPECT_FALSE(first.overlaps(second));
    EXPECT_EQ(choose_subnet("/r", {*parse_subnet("10.0.0.0/8")}), std::nullopt);
}

// ---- supervision ----

TEST(RestartDelay, DoublesTo10Seconds) {
    EXPECT_EQ(restart_delay(1), 100ms);
    EXPECT_EQ(restart_delay(2), 200ms);
    EXPECT_EQ(restart_delay(7), 6400ms);
    EXPECT_EQ(restart_delay(8), 10s);
    EXPECT_EQ(restart_delay(1000), 10s);
}

// ---- cleaning up ----

const std::string shared_chains =
    ":CNI-HOSTPORT-DNAT - [0:0]\n:CNI-HOSTPORT-MASQ - [0:0]\n:CNI-HOSTPORT-SETMARK - [0:0]\n";
const std::string shared_rules =
    "-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n"
    "-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n"
    "-A POSTROUTING -m comment --comment \"CNI portfwd requiring masquerade\" -j CNI-HOSTPORT-MASQ\n"
    "-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE\n"
    "-A CNI-HOSTPORT-SETMARK -m comment --comment \"CNI portfwd masquerade mark\" -j MARK --set-xmark "
    "0x2000/0x2000\n";

/// A container of a network, with a host port.
std::string container_rules(const std::string& network, const std::string& number) {
    const std::string mark = "name: \\\"" + network + "\\\" id: \\\"x\\\"\"";
    return ":CNI-" + number + " - [0:0]\n:CNI-DN-" + number +
           " - [0:0]\n-A POSTROUTING -s 10.1.2.3/32 -m comment "
           "--comment \"" +
           mark + " -j CNI-" + number + "\n-A CNI-" + number + " ! -d 224.0.0.0/4 -m comment --comment \"" +
           mark +
           " -j MASQUERADE\n-A CNI-HOSTPORT-DNAT -p tcp -m "
           "comment --comment \"dnat " +
           mark + " -m multiport --dports 80 -j CNI-DN-" + number + "\n-A CNI-DN-" + number +
           " -p tcp --dport 80 -j DNAT --to-destination 10.1.2.3:80\n";
}

TEST(ForgetNetworks, NothingToDo) {
    EXPECT_EQ(
        forget_networks("*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n", {"hkl1"}),
        "");
    EXPECT_EQ(forget_networks("", {"hkl1"}), "");
}

TEST(ForgetNetworks, SharedChainsWhenNoContainerHasAHostPort) {
    EXPECT_EQ(
        forget_networks("*nat\n" + shared_chains + shared_rules + "COMMIT\n", {"hkl1"}),
        "*nat\n"
        "-D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n"
        "-D OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n"
        "-D POSTROUTING -m comment --comment \"CNI portfwd requiring masquerade\" -j CNI-HOSTPORT-MASQ\n"
        "-F CNI-HOSTPORT-DNAT\n-F CNI-HOSTPORT-MASQ\n-F CNI-HOSTPORT-SETMARK\n"
        "-X CNI-HOSTPORT-DNAT\n-X CNI-HOSTPORT-MASQ\n-X CNI-HOSTPORT-SETMARK\nCOMMIT\n");
}

TEST(ForgetNetworks, AnotherNetworksHostPortKeepsTheSharedChains) {
    EXPECT_EQ(forget_networks(shared_chains + shared_rules + container_rules("hkl2", "2"), {"hkl1"}), "");
}

TEST(ForgetNetworks, OwnRulesBesideThoseOfAnother) {
    const auto script = forget_networks(
        shared_chains + shared_rules + container_rules("hkl1", "1") + container_rules("hkl2", "2"), {"hkl1"});
    const std::string mark = "name: \\\"hkl1\\\" id: \\\"x\\\"\"";
    EXPECT_EQ(script, "*nat\n-D POSTROUTING -s 10.1.2.3/32 -m comment --comment \"" + mark +
                          " -j CNI-1\n-D CNI-HOSTPORT-DNAT -p tcp -m comment --comment \"dnat " + mark +
                          " -m multiport --dports 80 -j CNI-DN-1\n"
                          "-F CNI-1\n-F CNI-DN-1\n-X CNI-1\n-X CNI-DN-1\nCOMMIT\n");
}

TEST(OwnersOfRules, AreThoseOfTheNetwork) {
    const std::string saved = container_rules("hkl1", "1") + container_rules("hkl2", "2");
    EXPECT_THAT(owners_of_rules(saved, "hkl1"), ElementsAre("x"));
    EXPECT_THAT(owners_of_rules(saved, "hkl"), IsEmpty());
}

TEST(ForgetNetworks, SeveralAtOnce) {
    const auto script = forget_networks(
        container_rules("hkl1", "1") + container_rules("hkl2", "2") + container_rules("hkl3", "3"),
        {"hkl1", "hkl3"});
    EXPECT_THAT(script, HasSubstr("-X CNI-1\n-X CNI-3\n"));
    EXPECT_THAT(script, Not(HasSubstr("CNI-2")));
}

TEST(MountsBelow, InnermostFirst) {
    const std::string mountinfo =
        "20 1 8:1 / / rw - ext4 /dev/a rw\n"
        "30 20 0:5 / /r/run rw - tmpfs x rw\n"
        "31 30 0:6 / /r/run/a\\040b rw - overlay o rw\n"
        "32 20 0:7 / /r/running rw - tmpfs x rw\n";
    EXPECT_THAT(mounts_below(mountinfo, "/r/run"), ElementsAre("/r/run/a b", "/r/run"));
    EXPECT_THAT(mounts_below(mountinfo, "/x"), IsEmpty());
}

}  // namespace
}  // namespace hooklet::containerd
