// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security.hpp"

#include "api/json.hpp"
#include "informer/document.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::admission {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr SecurityProfile baseline{SecurityLevel::baseline};
constexpr SecurityProfile restricted{SecurityLevel::restricted};

SecurityProfile at(SecurityProfile profile, int minor) {
    profile.minor = minor;
    return profile;
}

api::Pod pod_of(std::string_view text) {
    return read_as<api::Pod>(api::parse_json(text).value());
}

/// What is wrong with a Pod of this spec: `reason (detail), ...`.
std::string found(SecurityProfile profile, std::string_view spec, std::string_view annotations = "{}") {
    const api::Pod pod =
        pod_of(fmt::format(R"({{"metadata":{{"name":"p","annotations":{}}},"spec":{}}})", annotations, spec));
    const auto violations = violations_of(profile, pod.metadata, pod.spec);
    if (violations.empty()) return "";
    const std::string text = violation_text(profile, violations);
    return text.substr(text.find(": ") + 2);
}

/// A Pod that every profile allows, with the members of its spec and of its container besides.
std::string good_pod(std::string_view of_spec = "", std::string_view of_context = "",
                     std::string_view of_container = "") {
    return fmt::format(R"({{{}"containers":[{{"name":"c",{}"securityContext":{{{}"runAsNonRoot":true,)"
                       R"("allowPrivilegeEscalation":false,"capabilities":{{"drop":["ALL"]}},)"
                       R"("seccompProfile":{{"type":"RuntimeDefault"}}}}}}]}})",
                       of_spec, of_container, of_context);
}

std::string container(std::string_view members) {
    return fmt::format(R"({{"containers":[{{"name":"c",{}}}]}})", members);
}
std::string context(std::string_view members) {
    return container(fmt::format(R"("securityContext":{{{}}})", members));
}
std::string pod_context(std::string_view members) {
    return fmt::format(R"({{"securityContext":{{{}}},"containers":[{{"name":"c"}}]}})", members);
}

struct Case {
    std::string spec;
    std::string violation;
    int since = 0;  ///< The minor version before has nothing against it.
};

TEST(PodSecurity, Baseline) {
    const std::vector<Case> cases{
        {container(R"("image":"i")"), ""},
        {good_pod(), ""},
        {pod_context(R"("appArmorProfile":{"type":"Unconfined"})"),
         R"(forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined"))"},
        {context(R"("appArmorProfile":{"type":"Localhost","localhostProfile":"x"})"), ""},
        {context(R"("capabilities":{"add":["CHOWN","NET_RAW","BPF"]})"),
         R"(non-default capabilities (container "c" must not include "BPF", "NET_RAW" in )"
         "securityContext.capabilities.add)"},
        {R"({"hostNetwork":true,"hostPID":true,"hostIPC":true})",
         "host namespaces (hostIPC=true, hostNetwork=true, hostPID=true)"},
        {R"({"volumes":[{"name":"a","hostPath":{"path":"/"}},{"name":"e","emptyDir":{}}]})",
         R"(hostPath volumes (volume "a"))"},
        {R"({"volumes":[{"name":"b","hostPath":{"path":"/"}},{"name":"a","hostPath":{"path":"/"}}]})",
         R"(hostPath volumes (volumes "b", "a"))"},
        {R"({"containers":[{"name":"a","ports":[{"hostPort":9100}]},{"name":"b","ports":[{"hostPort":80}]}]})",
         R"(hostPort (containers "a", "b" use hostPorts 80, 9100))"},
        {container(R"("ports":[{"containerPort":80,"hostPort":8080}])"),
         R"(hostPort (container "c" uses hostPort 8080))"},
        {container(
             R"("livenessProbe":{"httpGet":{"port":1,"host":"h"}},"startupProbe":{"tcpSocket":{"port":1}})"),
         R"(probe or lifecycle host (container "c" uses probe or lifecycle host "h"))", 34},
        {container(R"("lifecycle":{"preStop":{"tcpSocket":{"port":1,"host":"b"}},)"
                   R"("postStart":{"httpGet":{"port":1,"host":"a"}}})"),
         R"(probe or lifecycle host (container "c" uses probe or lifecycle hosts "a", "b"))", 34},
        {context(R"("privileged":true)"),
         R"(privileged (container "c" must not set securityContext.privileged=true))"},
        {context(R"("procMount":"Unmasked")"),
         R"(procMount (container "c" must not set securityContext.procMount to "Unmasked"))"},
        {context(R"("procMount":"Default")"), ""},
        {pod_context(R"("seLinuxOptions":{"type":"t","user":"u","role":"r"})"),
         R"(seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "t"; user may not be set; )"
         "role may not be set)"},
        {context(R"("seLinuxOptions":{"user":"u"})"),
         R"(seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: user may not be set))"},
        {context(R"("seLinuxOptions":{"type":"container_kvm_t","level":"l"})"), ""},
        {context(R"("seLinuxOptions":{"type":"container_engine_t"})"), ""},
        {R"({"securityContext":{"seccompProfile":{"type":"Unconfined"}},"containers":[{"name":"c",)"
         R"("securityContext":{"seccompProfile":{"type":"Unconfined"}}}]})",
         R"(seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to )"
         R"("Unconfined"))",
         19},
        {pod_context(R"("sysctls":[{"name":"kernel.msgmax"},{"name":"net.ipv4.tcp_syncookies"}])"),
         "forbidden sysctls (kernel.msgmax)"},
        {pod_context(R"("sysctls":[{"name":"net.ipv4.tcp_rmem"},{"name":"net.ipv4.tcp_fin_timeout"}])"), ""},
        {pod_context(R"("windowsOptions":{"hostProcess":true})"),
         "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"},
    };
    for (const Case& it : cases) {
        EXPECT_EQ(found(baseline, it.spec), it.violation) << it.spec;
        if (it.since == 0) continue;
        EXPECT_EQ(found(at(baseline, it.since - 1), it.spec), "") << it.spec;
    }
}

TEST(PodSecurity, Restricted) {
    const std::vector<Case> cases{
        {good_pod(), ""},
        {good_pod(R"("securityContext":{"runAsUser":1000},)", R"("runAsUser":1,)"), ""},
        {good_pod("", R"("privileged":true,)"),
         R"(privileged (container "c" must not set securityContext.privileged=true))"},
        {R"({"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"Localhost"}},)"
         R"("containers":[{"name":"a"},{"name":"b","securityContext":{"allowPrivilegeEscalation":true,)"
         R"("capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE","CHOWN","NET_RAW"]}}}]})",
         R"(allowPrivilegeEscalation != false (containers "a", "b" must set )"
         R"(securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set )"
         R"(securityContext.capabilities.drop=["ALL"]; container "b" must not include "CHOWN", "NET_RAW" in )"
         "securityContext.capabilities.add)"},
        {good_pod(R"("volumes":[{"name":"a","hostPath":{"path":"/"}},{"name":"b","nfs":{}},)"
                  R"({"name":"c","secret":{}},{"name":"d","projected":{}},{"name":"e","csi":{}}],)"),
         R"(restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs"))"},
        {good_pod(R"("volumes":[{"name":"a","iscsi":{}}],)"),
         R"(restricted volume types (volume "a" uses restricted volume type "iscsi"))"},
        {good_pod(R"("securityContext":{"runAsNonRoot":false},)"),
         "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)"},
        {good_pod(R"("securityContext":{"runAsUser":0},)", R"("runAsUser":0,)"),
         R"(runAsUser=0 (pod and container "c" must not set runAsUser=0))", 23},
        {good_pod(R"("initContainers":[{"name":"i","securityContext":{"allowPrivilegeEscalation":false,)"
                  R"("capabilities":{"drop":["ALL"]}}}],)"),
         R"(runAsNonRoot != true (pod or container "i" must set securityContext.runAsNonRoot=true), )"
         R"(seccompProfile (pod or container "i" must set securityContext.seccompProfile.type to )"
         R"("RuntimeDefault" or "Localhost"))"},
        {good_pod(R"("securityContext":{"seccompProfile":{"type":"Unconfined"}},)"),
         R"(seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined"))", 19},
    };
    for (const Case& it : cases) {
        EXPECT_EQ(found(restricted, it.spec), it.violation) << it.spec;
        if (it.since == 0) continue;
        EXPECT_EQ(found(at(restricted, it.since - 1), it.spec), "") << it.spec;
    }
}

TEST(PodSecurity, AllOfAPlainPodIsToldInTheOrderOfKubernetes) {
    EXPECT_EQ(
        found(restricted, container(R"("image":"i")")),
        R"(allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=)"
        R"(false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), )"
        R"(runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), )"
        R"(seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" )"
        R"(or "Localhost"))");
    EXPECT_EQ(found({}, R"({"hostNetwork":true})"), "") << "privileged allows everything";
}

TEST(PodSecurity, EphemeralContainersCount) {
    EXPECT_EQ(
        found(baseline, R"({"ephemeralContainers":[{"name":"e","securityContext":{"privileged":true}}]})"),
        R"(privileged (container "e" must not set securityContext.privileged=true))");
}

TEST(PodSecurity, VersionsOfBefore) {
    const std::string sysctl = pod_context(R"("sysctls":[{"name":"net.ipv4.tcp_rmem"}])");
    EXPECT_EQ(found(at(baseline, 31), sysctl), "forbidden sysctls (net.ipv4.tcp_rmem)");
    EXPECT_EQ(found(at(baseline, 32), sysctl), "");
    EXPECT_EQ(found(at(baseline, 99), sysctl), "") << "as the newest that is known";
    const std::string engine = context(R"("seLinuxOptions":{"type":"container_engine_t"})");
    EXPECT_NE(found(at(baseline, 30), engine), "");
    const std::string windows = R"({"os":{"name":"windows"},"securityContext":{"runAsNonRoot":true},)"
                                R"("containers":[{"name":"c"}]})";
    EXPECT_EQ(found(at(restricted, 25), windows), "");
    EXPECT_NE(found(at(restricted, 24), windows), "");
    const std::string adding = context(R"("capabilities":{"add":["NET_RAW"]},"runAsNonRoot":true)");
    EXPECT_EQ(found(at(restricted, 7), adding),
              R"(non-default capabilities (container "c" must not include "NET_RAW" in )"
              "securityContext.capabilities.add)");
}

TEST(PodSecurity, Annotations) {
    const std::string plain = container(R"("image":"i")");
    const auto key = [](std::string_view value) {
        return fmt::format(R"({{"container.apparmor.security.beta.kubernetes.io/c":"{}"}})", value);
    };
    EXPECT_EQ(found(baseline, plain, key("localhost/x")), "");
    EXPECT_EQ(found(baseline, plain, key("unconfined")),
              "forbidden AppArmor profile (annotation must not set AppArmor profile type to "
              R"("container.apparmor.security.beta.kubernetes.io/c="unconfined""))");
    const std::string seccomp = R"({"seccomp.security.alpha.kubernetes.io/pod":"unconfined"})";
    EXPECT_EQ(
        found(at(baseline, 18), plain, seccomp),
        R"(seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined"))");
    EXPECT_EQ(found(baseline, plain, seccomp), "");
}

TEST(PodSecurity, LabelsOfNamespaces) {
    const auto policy = [](std::map<std::string, std::string> labels) {
        std::map<std::string, std::string> full;
        for (const auto& [mode, value] : labels) full["pod-security.kubernetes.io/" + mode] = value;
        const SecurityLabels read = read_security_labels(full);
        std::string text = fmt::format("{} {} {}", to_string(read.policy.enforce),
                                       to_string(read.policy.audit), to_string(read.policy.warn));
        for (const api::Issue& issue : read.issues) text += "\n" + api::field_text(issue);
        return text;
    };
    EXPECT_EQ(policy({}), "privileged:latest privileged:latest privileged:latest");
    EXPECT_EQ(policy({{"enforce", "baseline"}, {"enforce-version", "v1.25"}}),
              "baseline:v1.25 privileged:latest baseline:v1.25");
    EXPECT_EQ(policy({{"enforce", "restricted"}, {"warn", "privileged"}, {"audit", "baseline"}}),
              "restricted:latest baseline:latest privileged:latest");
    EXPECT_EQ(policy({{"enforce", "baseline"}, {"enforce-version", "v1.25"}, {"warn-version", "v1.0"}}),
              "baseline:v1.25 privileged:latest baseline:v1.0");
    EXPECT_EQ(
        policy({{"enforce", "strict"}, {"warn", ""}, {"audit-version", "1.25"}}),
        "restricted:latest privileged:latest privileged:latest\n"
        "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of "
        "privileged, baseline, restricted\n"
        "metadata.labels[pod-security.kubernetes.io/audit-version]: Invalid value: \"1.25\": must be "
        "\"latest\" or \"v1.x\"\n"
        "metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"\": must be one of "
        "privileged, baseline, restricted");
    for (const char* version : {"v1.", "v1.01", "v1.x", "v2.0", "v1.99999999999", "v1.-1", ""}) {
        const SecurityLabels read =
            read_security_labels({{"pod-security.kubernetes.io/enforce-version", version}});
        EXPECT_EQ(read.issues.size(), 1U) << version;
    }
}

TEST(PodSecurity, WhichUpdatesAreLookedAt) {
    const auto changed = [](std::string_view now, std::string_view before) {
        return is_significant(pod_of(now), pod_of(before));
    };
    const std::string_view plain = R"({"spec":{"containers":[{"name":"c","image":"a"}]}})";
    EXPECT_FALSE(changed(plain, plain));
    EXPECT_FALSE(
        changed(R"({"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"a"}],)"
                R"("activeDeadlineSeconds":5}})",
                plain));
    EXPECT_TRUE(changed(R"({"spec":{"containers":[{"name":"c","image":"b"}]}})", plain));
    const std::string_view debugged = R"({"spec":{"containers":[{"name":"c","image":"a"}],)"
                                      R"("ephemeralContainers":[{"name":"e","image":"x"}]}})";
    EXPECT_TRUE(changed(debugged, plain));
    EXPECT_FALSE(changed(debugged, debugged));
    EXPECT_TRUE(changed(R"({"metadata":{"annotations":{"seccomp.security.alpha.kubernetes.io/pod":"x"}},)"
                        R"("spec":{"containers":[{"name":"c","image":"a"}]}})",
                        plain));
}

TEST(PodSecurity, WhichChangesOfANamespaceAreLookedAt) {
    EXPECT_TRUE(is_stricter(restricted, baseline));
    EXPECT_TRUE(is_stricter(at(baseline, 25), restricted)) << "another version may forbid anything";
    EXPECT_FALSE(is_stricter(baseline, restricted));
    EXPECT_FALSE(is_stricter(baseline, baseline));
    EXPECT_FALSE(is_stricter({}, restricted));
    EXPECT_FALSE(is_stricter({SecurityLevel::privileged, 25}, baseline));
}

TEST(PodSecurity, ExistingPodsAreToldByWhatTheyViolate) {
    const auto named = [](std::string_view name, std::string_view spec) {
        return pod_of(fmt::format(R"({{"metadata":{{"name":"{}"}},"spec":{}}})", name, spec));
    };
    const std::string_view host = R"({"hostNetwork":true,"containers":[{"name":"c"}]})";
    const std::string_view port = R"({"containers":[{"name":"c","ports":[{"hostPort":1}]}]})";
    const std::string_view good = R"({"containers":[{"name":"c"}]})";
    EXPECT_THAT(warnings_of_pods("n", baseline, {named("g", good)}), IsEmpty());
    EXPECT_THAT(warnings_of_pods("n", baseline,
                                 {named("z", port), named("g", good), named("b", host), named("c", host)}),
                ElementsAre(R"(existing pods in namespace "n" violate the new PodSecurity enforce level )"
                            R"("baseline:latest")",
                            "b (and 1 other pod): host namespaces", "z: hostPort"));
    EXPECT_THAT(warnings_of_pods("n", baseline, {named("c", host), named("b", host), named("a", host)}),
                ElementsAre(testing::_, "a (and 2 other pods): host namespaces"));
    const std::vector<api::Pod> many(3001, named("g", good));
    EXPECT_THAT(
        warnings_of_pods("n", baseline, many),
        ElementsAre("new PodSecurity enforce level only checked against the first 3000 of 3001 existing "
                    "pods"));
}

}  // namespace
}  // namespace hooklet::admission
