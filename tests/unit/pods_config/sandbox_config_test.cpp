// SPDX-License-Identifier: Apache-2.0
#include "pods/sandbox_config.hpp"

#include "pods/dns_config.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hooklet {
namespace {

using test::pod_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

cri::PodSandboxConfig sandbox_of(const api::Pod& pod) {
    PodSettings settings;
    settings.pod_log_directory = "/log/pods";
    settings.cgroup_root = "/hooklet-1";
    settings.owner_label = "root1";
    settings.host_resolv_conf = "nameserver 10.0.0.1\n";
    return make_sandbox_config(pod, settings, 2);
}

TEST(SandboxConfig, NamesThePodAndItsPlaces) {
    api::Pod pod = pod_of("{}");
    pod.metadata.labels = {{"app", "shop"}, {"hooklet.dev/owner", "somebody"}};
    pod.metadata.annotations = {{"note", "n"}};
    const auto config = sandbox_of(pod);
    EXPECT_EQ(config.metadata, (cri::PodSandboxMetadata{"web", "u1", "default", 2}));
    EXPECT_EQ(config.hostname, "web");
    EXPECT_EQ(config.log_directory, "/log/pods/default_web_u1");
    EXPECT_EQ(config.cgroup_parent, "/hooklet-1/besteffort/podu1");
    EXPECT_THAT(config.labels, UnorderedElementsAre(
                                   Pair("app", "shop"), Pair("io.kubernetes.pod.name", "web"),
                                   Pair("io.kubernetes.pod.namespace", "default"),
                                   Pair("io.kubernetes.pod.uid", "u1"), Pair("hooklet.dev/owner", "root1")));
    EXPECT_THAT(config.annotations, ElementsAre(Pair("note", "n")));
    EXPECT_THAT(config.dns_config->servers, ElementsAre("10.0.0.1"));
    EXPECT_EQ(config.security_context.seccomp.profile, cri::SeccompProfile::runtime_default);
}

TEST(SandboxConfig, ChoosesTheHostname) {
    const std::map<std::string, std::string> table = {
        {R"({})", "web"},
        {R"({"hostname": "db"})", "db"},
        {R"({"hostname": "db", "subdomain": "s", "hostnameOverride": "a.b"})", "a.b"},
        {R"({"hostname": "db", "subdomain": "cluster"})", "db"},
        {R"({"subdomain": "sub", "setHostnameAsFQDN": true})", "web.sub.default.svc.cluster.local"},
        {R"({"setHostnameAsFQDN": true})", "web"},
        {R"({"hostNetwork": true, "hostname": "db"})", ""},
    };
    for (const auto& [spec, expected] : table) EXPECT_EQ(sandbox_of(pod_of(spec)).hostname, expected) << spec;

    api::Pod pod = pod_of("{}");
    pod.metadata.name = std::string(60, 'a') + "-.-b";
    EXPECT_EQ(sandbox_of(pod).hostname, std::string(60, 'a'));
}

TEST(SandboxConfig, RefusesAHostnameThatTheKernelCannotHold) {
    EXPECT_TRUE(
        check_hostname(pod_of(R"({"setHostnameAsFQDN": true, "subdomain": "sub"})"), "cluster.local"));
    const std::string spec =
        fmt::format(R"({{"setHostnameAsFQDN": true, "subdomain": "{}"}})", std::string(36, 's'));
    const Status fits = check_hostname(pod_of(spec), "cluster.local");
    ASSERT_FALSE(fits);
    EXPECT_EQ(
        fits.error().message,
        "failed to construct FQDN from pod hostname and cluster domain, FQDN web." + std::string(36, 's') +
            ".default.svc.cluster.local is too long (64 characters is the max, 66 characters requested)");
}

TEST(SandboxConfig, MapsHostPorts) {
    const std::string containers = R"("containers": [{"name": "a", "ports": [
        {"containerPort": 80, "hostPort": 8080, "protocol": "TCP", "hostIP": "127.0.0.1"},
        {"containerPort": 53, "hostPort": 5353, "protocol": "UDP"}, {"containerPort": 90}]}],
        "initContainers": [{"name": "i", "ports": [{"containerPort": 1, "hostPort": 1}]},
                           {"name": "s", "restartPolicy": "Always",
                            "ports": [{"containerPort": 2, "hostPort": 3, "protocol": "SCTP"}]}])";
    const auto mappings = sandbox_of(pod_of("{" + containers + "}")).port_mappings;
    ASSERT_EQ(mappings.size(), 3u);
    EXPECT_EQ(mappings[0].protocol, cri::Protocol::sctp);
    EXPECT_EQ(mappings[0].container_port, 2);
    EXPECT_EQ(mappings[0].host_port, 3);
    EXPECT_EQ(mappings[1].host_ip, "127.0.0.1");
    EXPECT_EQ(mappings[1].host_port, 8080);
    EXPECT_EQ(mappings[2].protocol, cri::Protocol::udp);
    EXPECT_THAT(sandbox_of(pod_of("{\"hostNetwork\": true, " + containers + "}")).port_mappings, IsEmpty());
}

TEST(SandboxConfig, CarriesThePodsSecuritySettings) {
    const auto config = sandbox_of(pod_of(R"({"hostIPC": true, "containers": [{"name": "a"},
        {"name": "b", "securityContext": {"privileged": true}}],
        "securityContext": {"runAsUser": 1, "runAsGroup": 2, "fsGroup": 3, "supplementalGroups": [4],
                            "sysctls": [{"name": "net.core.somaxconn", "value": "512"}]}})"));
    EXPECT_TRUE(config.security_context.privileged);
    EXPECT_EQ(config.security_context.run_as_user, 1);
    EXPECT_EQ(config.security_context.run_as_group, 2);
    EXPECT_THAT(config.security_context.supplemental_groups, ElementsAre(3, 4));
    EXPECT_EQ(config.security_context.namespaces.ipc, cri::NamespaceMode::node);
    EXPECT_THAT(config.sysctls, ElementsAre(Pair("net.core.somaxconn", "512")));
}

TEST(ResolvConf, IsReadAsResolversDo) {
    const auto config = parse_resolv_conf(
        "# nameserver 1.1.1.1\n"
        "nameserver 10.0.0.1\n"
        "  nameserver\t10.0.0.2 # second\n"
        "nameserver\n"
        "domain old.example\n"
        "search first.example\n"
        "search corp.example. . lab.example\n"
        "options ndots:2 rotate\n"
        "options ndots:3");
    EXPECT_THAT(config.servers, ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_THAT(config.searches, ElementsAre("corp.example", ".", "lab.example"));
    EXPECT_THAT(config.options, ElementsAre("ndots:3", "rotate"));
}

TEST(DnsConfig, FollowsThePolicy) {
    const std::string host = "nameserver 10.0.0.1\nsearch corp.example\noptions ndots:2 rotate\n";
    const std::string own =
        R"(, "dnsConfig": {"nameservers": ["9.9.9.9", "10.0.0.1"], "searches": ["x.example"],
        "options": [{"name": "ndots", "value": "5"}, {"name": "use-vc"}]}})";
    const auto config = [&host](const std::string& spec) {
        return make_dns_config(test::pod_of(spec), host, {});
    };
    for (const char* policy : {"Default", "ClusterFirst", "ClusterFirstWithHostNet"}) {
        const std::string spec = std::string(R"({"dnsPolicy": ")") + policy + "\"";
        EXPECT_THAT(config(spec + "}").servers, ElementsAre("10.0.0.1")) << policy;
        EXPECT_THAT(config(spec + own).servers, ElementsAre("10.0.0.1", "9.9.9.9")) << policy;
        EXPECT_THAT(config(spec + own).searches, ElementsAre("corp.example", "x.example")) << policy;
        EXPECT_THAT(config(spec + own).options, ElementsAre("ndots:5", "rotate", "use-vc")) << policy;
    }
    const auto none = config(R"({"dnsPolicy": "None")" + own);
    EXPECT_THAT(none.servers, ElementsAre("9.9.9.9", "10.0.0.1"));
    EXPECT_THAT(none.searches, ElementsAre("x.example"));
    EXPECT_THAT(none.options, ElementsAre("ndots:5", "use-vc"));
}

TEST(DnsConfig, ClusterFirstAsksTheClusterWhereThereIsOne) {
    const ClusterDns cluster{{"10.96.0.10"}, "cluster.test"};
    const auto config = [&](const std::string& spec, const ClusterDns& dns) {
        return make_dns_config(test::pod_of(spec), "nameserver 10.0.0.1\nsearch home\noptions edns0\n", dns);
    };
    const auto first = config(R"({"dnsPolicy": "ClusterFirst"})", cluster);
    EXPECT_THAT(first.servers, ElementsAre("10.96.0.10"));
    EXPECT_THAT(first.searches,
                ElementsAre("default.svc.cluster.test", "svc.cluster.test", "cluster.test", "home"));
    EXPECT_THAT(first.options, ElementsAre("ndots:5"));
    const char* on_host = R"({"dnsPolicy": "ClusterFirst", "hostNetwork": true})";
    EXPECT_THAT(config(on_host, cluster).servers, ElementsAre("10.0.0.1"));
    const char* with_host_net = R"({"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": true})";
    EXPECT_THAT(config(with_host_net, cluster).servers, ElementsAre("10.96.0.10"));
    EXPECT_THAT(config(R"({"dnsPolicy": "Default"})", cluster).servers, ElementsAre("10.0.0.1"));
    EXPECT_THAT(config(R"({"dnsPolicy": "ClusterFirst"})", {}).servers, ElementsAre("10.0.0.1"));
}

TEST(DnsConfig, IsCutToWhatResolversRead) {
    api::Pod pod;
    api::PodSpec& spec = pod.spec;
    spec.dnsPolicy = "None";
    spec.dnsConfig.emplace();
    for (int i = 0; i < 40; ++i) {
        spec.dnsConfig->nameservers.push_back("10.0.0." + std::to_string(i));
        spec.dnsConfig->searches.push_back("s" + std::to_string(i));
    }
    EXPECT_EQ(make_dns_config(pod, "", {}).servers.size(), 3u);
    EXPECT_EQ(make_dns_config(pod, "", {}).searches.size(), 32u);

    spec.dnsConfig->searches = {std::string(1000, 'a'), std::string(1047, 'b'), "c"};
    EXPECT_EQ(make_dns_config(pod, "", {}).searches.size(), 2u);
    spec.dnsConfig->searches[1] += 'b';
    EXPECT_EQ(make_dns_config(pod, "", {}).searches.size(), 1u);
}

TEST(HostsFile, NamesThePod) {
    const std::string local =
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n";
    EXPECT_EQ(hosts_file(pod_of("{}"), {"10.1.0.7"}, "ignored", "cluster.local"), local + "10.1.0.7\tweb\n");
    EXPECT_EQ(hosts_file(pod_of(R"({"hostname": "db", "subdomain": "sub"})"), {"10.1.0.7", "fd00::7"}, "",
                         "example.org"),
              local +
                  "10.1.0.7\tdb.sub.default.svc.example.org\tdb\n"
                  "fd00::7\tdb.sub.default.svc.example.org\tdb\n");
    EXPECT_EQ(hosts_file(pod_of(R"({"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a.example", "b"]}]})"),
                         {}, "", "cluster.local"),
              local + "\n# Entries added by HostAliases.\n1.2.3.4\ta.example\tb\n");
}

TEST(HostsFile, IsTheMachinesOnItsNetwork) {
    EXPECT_EQ(hosts_file(pod_of(R"({"hostNetwork": true,
                  "hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a"]}]})"),
                         {"192.168.1.5"}, "127.0.0.1 localhost", "cluster.local"),
              "# Kubernetes-managed hosts file (host network).\n"
              "127.0.0.1 localhost\n\n# Entries added by HostAliases.\n1.2.3.4\ta\n");
}

}  // namespace
}  // namespace hooklet
