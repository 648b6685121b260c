// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/difference.hpp"
#include "api/json.hpp"
#include "api/qos.hpp"
#include "api/validation.hpp"
#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

constexpr std::string_view changeable =
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
    "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
    "previously negative)\n";

Pod stored_pod() {
    Pod pod = support::from_json<Pod>(R"({
      "metadata": {"name": "v"},
      "spec": {"containers": [{"name": "a", "image": "x", "resources": {"requests": {"cpu": "1"}}}],
               "initContainers": [{"name": "i", "image": "y"},
                                  {"name": "s", "image": "z", "restartPolicy": "Always"}],
               "volumes": [{"name": "data", "emptyDir": {}}],
               "tolerations": [{"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}]},
      "status": {"qosClass": "Burstable"}})");
    set_defaults(pod);
    return pod;
}

class PodUpdate : public testing::Test {
  protected:
    [[nodiscard]] std::string problems(std::string_view part = "") const {
        return support::text_of(validate_update(part, now, before));
    }

    Pod before = stored_pod();
    Pod now = before;
};

TEST_F(PodUpdate, AllowsWhatMayChange) {
    EXPECT_EQ(problems(), "");
    now.metadata.labels["a"] = "b";
    now.spec.containers[0].image = "x:2";
    now.spec.initContainers[1].image = "z:2";
    now.spec.activeDeadlineSeconds = 10;
    now.spec.tolerations[0].tolerationSeconds = 50;
    now.spec.tolerations.push_back({.key = "more", .operator_ = "Exists"});
    EXPECT_EQ(problems(), "");
    before.spec.activeDeadlineSeconds = 10;
    now.spec.activeDeadlineSeconds = 3;
    EXPECT_EQ(problems(), "");
}

TEST_F(PodUpdate, APodFromBeforeARuleGoesOn) {
    NodeSelectorTerm term;
    term.matchExpressions = {{.key = "a", .operator_ = "in", .values = {"b"}}};
    before.spec.affinity.emplace()
        .nodeAffinity.emplace()
        .requiredDuringSchedulingIgnoredDuringExecution.emplace()
        .nodeSelectorTerms = {term};
    now = before;
    now.metadata.labels["a"] = "b";
    for (const char* part : {"", "status", "ephemeralcontainers", "resize"})
        EXPECT_EQ(problems(part), "") << part;
    now.spec.containers[0].image = "";
    EXPECT_EQ(problems(), "spec.containers[0].image: Required value\n") << "what is new is looked at";
}

TEST_F(PodUpdate, AppArmorAnnotationsStayAsTheyAre) {
    const std::string a = "container.apparmor.security.beta.kubernetes.io/a";
    const std::string i = "container.apparmor.security.beta.kubernetes.io/i";
    before.metadata.annotations[a] = "runtime/default";
    now.metadata.annotations[a] = "unconfined";
    now.metadata.annotations[i] = "unconfined";
    EXPECT_EQ(problems(),
              "metadata.annotations[" + a + "]: Forbidden: may not remove or update AppArmor annotations\n" +
                  "metadata.annotations[" + i + "]: Forbidden: may not add AppArmor annotations\n");
}

TEST_F(PodUpdate, NoPodBecomesAMirror) {
    const std::string place = "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: ";
    before.spec.nodeName = now.spec.nodeName = "node";
    now.metadata.annotations["kubernetes.io/config.mirror"] = "a";
    for (const char* part : {"", "status", "ephemeralcontainers", "resize"})
        EXPECT_EQ(problems(part), place + "may not add mirror pod annotation\n") << part;
    before.metadata.annotations["kubernetes.io/config.mirror"] = "b";
    EXPECT_EQ(problems(), place + "may not remove or update mirror pod annotation\n");
}

TEST_F(PodUpdate, RefusesOtherFields) {
    now.spec.hostname = "h";
    now.spec.containers[0].workingDir = "/w";
    now.spec.containers[0].image = "x:2";
    EXPECT_EQ(problems(), std::string(changeable) +
                              "containers[0].workingDir: (none) -> \"/w\"\nhostname: (none) -> \"h\"\n\n");
}

TEST_F(PodUpdate, RefusesOtherContainers) {
    now.spec.containers.push_back(now.spec.containers[0]);
    now.spec.containers[1].name = "b";
    EXPECT_EQ(problems(), "spec.containers: Forbidden: pod updates may not add or remove containers\n");
    now = before;
    now.spec.initContainers.pop_back();
    EXPECT_EQ(problems(), "spec.initContainers: Forbidden: pod updates may not add or remove containers\n");
    now = before;
    now.spec.containers[0].image = "";
    EXPECT_EQ(problems(), "spec.containers[0].image: Required value\n");
}

TEST_F(PodUpdate, ADeadlineOnlyComesNearer) {
    before.spec.activeDeadlineSeconds = 5;
    now.spec.activeDeadlineSeconds = 6;
    EXPECT_EQ(problems(),
              "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value\n");
    now.spec.activeDeadlineSeconds.reset();
    EXPECT_EQ(problems(),
              "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive "
              "integer to nil value\n");
}

TEST_F(PodUpdate, TolerationsOnlyBecomeMore) {
    now.spec.tolerations.clear();
    EXPECT_EQ(problems(),
              "spec.tolerations: Forbidden: existing toleration can not be modified except its "
              "tolerationSeconds\n");
}

TEST_F(PodUpdate, GatesOnlyBecomeFewer) {
    now.spec.schedulingGates = {{.name = "a"}};
    EXPECT_EQ(problems(),
              "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new "
              "scheduling gate 'a'\n");
    before.spec.schedulingGates = {{.name = "a"}, {.name = "b"}};
    before.spec.nodeSelector["disk"] = "ssd";
    now.spec.nodeSelector = {{"disk", "ssd"}, {"zone", "z"}};
    EXPECT_EQ(problems(), "") << "while it is gated, placement rules may be added";
    now.spec.nodeSelector = {{"zone", "z"}};
    EXPECT_EQ(problems(),
              "spec.nodeSelector: Invalid value: {\"zone\":\"z\"}: only additions to "
              "spec.nodeSelector are allowed (no mutations or deletions)\n");
}

TEST_F(PodUpdate, NodeAffinityOfAGatedPodOnlyBecomesNarrower) {
    const auto affinity = [](const char* text) {
        return support::from_json<Affinity>(std::string(R"({"nodeAffinity": )") + text + "}");
    };
    const std::string required =
        R"("requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": )";
    const std::string a = R"({"key": "a", "operator": "Exists"})";
    const std::string b = R"({"key": "b", "operator": "Exists"})";
    const auto terms = [&](const std::string& expressions) {
        return affinity(("{" + required + R"([{"matchExpressions": [)" + expressions + "]}]}}").c_str());
    };
    before.spec.schedulingGates = now.spec.schedulingGates = {{.name = "g"}};
    now.spec.affinity = terms(a);
    EXPECT_EQ(problems(), "") << "there was none";
    before.spec.affinity = terms(a);
    now.spec.affinity = terms(a + "," + b);
    EXPECT_EQ(problems(), "");
    now.spec.affinity->nodeAffinity->preferredDuringSchedulingIgnoredDuringExecution =
        support::from_json<NodeAffinity>(R"({"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1,
            "preference": {"matchExpressions": [{"key": "c", "operator": "Exists"}]}}]})")
            .preferredDuringSchedulingIgnoredDuringExecution;
    EXPECT_EQ(problems(), "");
    const std::string path =
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    now.spec.affinity = terms(b);
    EXPECT_EQ(problems(),
              path + R"([0]: Invalid value: {"matchExpressions":[{"key":"b","operator":"Exists"}]})" +
                  ": only additions are allowed (no mutations or deletions)\n");
    now.spec.affinity.reset();
    EXPECT_EQ(problems(), path +
                              ": Invalid value: []: no additions/deletions to non-empty NodeSelectorTerms "
                              "list are allowed\n");
    before.spec.schedulingGates.clear();
    now.spec.schedulingGates.clear();
    EXPECT_TRUE(problems().starts_with(changeable)) << problems();
}

TEST_F(PodUpdate, ANegativeGraceMayBecomeOne) {
    before.spec.terminationGracePeriodSeconds = -1;
    now.spec.terminationGracePeriodSeconds = 1;
    EXPECT_EQ(problems(), "");
    now.spec.terminationGracePeriodSeconds = 2;
    EXPECT_NE(problems(), "");
}

TEST_F(PodUpdate, AStatusKeepsTheQosClass) {
    now.status.qosClass = "Guaranteed";
    EXPECT_EQ(problems("status"), "status.qosClass: Invalid value: \"Guaranteed\": field is immutable\n");
}

TEST_F(PodUpdate, AStatusHasOneAddressOfEachFamily) {
    now.status.hostIP = "10.0.0.1";
    now.status.hostIPs = {{"10.0.0.1"}, {"fd00::1"}};
    now.status.podIPs = {{"fd00::2"}, {"10.0.0.2"}};
    EXPECT_EQ(problems("status"), "");
    now.status.podIPs = {{"10.0.0.2"}, {"10.0.0.3"}};
    now.status.hostIPs = {{"10.0.0.4"}};
    EXPECT_EQ(problems("status"),
              "status.podIPs: Invalid value: [{\"IP\":\"10.0.0.2\"},{\"IP\":\"10.0.0.3\"}]: may specify no "
              "more than one IP for each IP family\n"
              "status.hostIPs[0].ip: Invalid value: \"10.0.0.4\": must be equal to `hostIP`\n");
    now.status = before.status;
    now.status.podIPs = {{"x"}};
    EXPECT_EQ(problems("status"),
              "status.podIPs[0]: Invalid value: \"x\": must be a valid IP address, (e.g. "
              "10.9.8.7 or 2001:db8::ffff)\n");
    before.status.podIPs = now.status.podIPs;
    EXPECT_EQ(problems("status"), "") << "it was there";
}

TEST_F(PodUpdate, AStatusHasNamesWhereNamesBelong) {
    now.status.conditions = {{.type = "Ready"}, {.type = "my.dev/Ready"}};
    now.status.nominatedNodeName = "node-1";
    EXPECT_EQ(problems("status"), "");
    now.status.conditions[1].type = "/x";
    now.status.nominatedNodeName = "-";
    EXPECT_TRUE(problems("status").starts_with(
        "metadata.conditions[1].Type: Invalid value: \"/x\": prefix part must be non-empty\n"))
        << problems("status");
    EXPECT_NE(problems("status").find("\nstatus.nominatedNodeName: Invalid value: \"-\": "),
              std::string::npos);
}

TEST_F(PodUpdate, AContainersOwnPolicyAndRulesLetItComeBack) {
    Container& own = before.spec.containers.front();
    before.spec.restartPolicy = "Never";
    own.restartPolicy = "Never";
    own.restartPolicyRules = {{.action = "Restart", .exitCodes = {{.operator_ = "In", .values = {42}}}}};
    before.status.containerStatuses = {{.name = own.name}};
    now.status.containerStatuses = before.status.containerStatuses;
    auto& ended = before.status.containerStatuses.front().state.terminated.emplace();
    ended.exitCode = 42;
    EXPECT_EQ(problems("status"), "");
    ended.exitCode = 1;
    EXPECT_NE(problems("status"), "");
    own.restartPolicy = "OnFailure";
    EXPECT_EQ(problems("status"), "");
    ended.exitCode = 0;
    EXPECT_NE(problems("status"), "");
    own.restartPolicy = "Always";
    EXPECT_EQ(problems("status"), "");
}

TEST_F(PodUpdate, AContainerThatEndedForGoodStaysSo) {
    const auto status = [](std::string name, std::optional<int> exit_code) {
        ContainerStatus out{.name = std::move(name)};
        if (exit_code) out.state.terminated = ContainerStateTerminated{.exitCode = *exit_code};
        return out;
    };
    before.status.containerStatuses = {status("a", 0)};
    now.status.containerStatuses = {status("a", std::nullopt)};
    EXPECT_EQ(problems("status"), "");
    constexpr std::string_view refused =
        "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state\n";
    before.spec.restartPolicy = "Never";
    EXPECT_EQ(problems("status"), refused);
    before.spec.restartPolicy = "OnFailure";
    EXPECT_EQ(problems("status"), refused);
    before.status.containerStatuses = {status("a", 1)};
    EXPECT_EQ(problems("status"), "");
    now.status.containerStatuses.clear();
    before.spec.restartPolicy = "Never";
    EXPECT_EQ(problems("status"), "") << "a status that is gone";
    before.status.initContainerStatuses = {status("i", 1), status("s", 0)};
    now.status.initContainerStatuses = {status("i", std::nullopt), status("s", std::nullopt)};
    EXPECT_EQ(problems("status"),
              "status.initContainerStatuses[0].state: Forbidden: may not be "
              "transitioned to non-terminated state\n")
        << "sidecars come back";
    now.status.initContainerStatuses.clear();
    before.spec.restartPolicy = "Always";
    before.status.ephemeralContainerStatuses = {status("e", 1)};
    now.status.ephemeralContainerStatuses = {status("e", std::nullopt)};
    EXPECT_NE(problems("status"), "") << "ephemeral ones never do";
}

EphemeralContainer debugger(std::string name) {
    EphemeralContainer container;
    container.name = std::move(name);
    container.image = "busybox";
    container.imagePullPolicy = "Always";
    container.terminationMessagePolicy = "File";
    return container;
}

TEST_F(PodUpdate, EphemeralContainersOnlyBecomeMore) {
    before.spec.ephemeralContainers = {debugger("d")};
    now.spec.ephemeralContainers = {debugger("e"), debugger("d")};
    EXPECT_EQ(problems("ephemeralcontainers"), "");
    now.spec.ephemeralContainers = {debugger("e")};
    EXPECT_EQ(
        problems("ephemeralcontainers"),
        "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be removed\n\n");
    now.spec.ephemeralContainers = {debugger("d")};
    now.spec.ephemeralContainers[0].tty = true;
    EXPECT_EQ(problems("ephemeralcontainers"),
              "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"d\" may not be changed\n"
              "tty: (none) -> true\n\n");
}

TEST_F(PodUpdate, EphemeralContainersHaveFewFields) {
    EphemeralContainer container = debugger("a");
    container.targetContainerName = "zz";
    container.ports = {{.containerPort = 80, .protocol = "TCP"}};
    container.lifecycle.emplace();
    container.resources.limits["cpu"] = Quantity::of_units(1);
    container.volumeMounts = {{.name = "data", .mountPath = "/d", .subPath = "s"}};
    now.spec.ephemeralContainers = {container};
    const std::string path = "spec.ephemeralContainers[0]";
    const std::string forbidden = ": Forbidden: cannot be set for an Ephemeral Container\n";
    EXPECT_EQ(problems("ephemeralcontainers"),
              path + ".name: Duplicate value: \"a\"\n" + path + ".targetContainerName: Not found: \"zz\"\n" +
                  path + ".ports" + forbidden + path + ".lifecycle" + forbidden + path + ".resources" +
                  forbidden + path + ".volumeMounts[0].subPath" + forbidden);
    now.spec.ephemeralContainers = {debugger("d"), debugger("d")};
    EXPECT_EQ(problems("ephemeralcontainers"), "spec.ephemeralContainers[1].name: Duplicate value: \"d\"\n");
    now.spec.ephemeralContainers = {debugger("d")};
    EXPECT_EQ(support::text_of(validate(now)),
              "spec.ephemeralContainers: Forbidden: cannot be set on create\n");
}

TEST_F(PodUpdate, AResizeChangesCpuAndMemory) {
    auto& requests = now.spec.containers[0].resources.requests;
    requests["cpu"] = Quantity::of_units(2);
    now.spec.initContainers[1].resources.requests["memory"] = Quantity::of_units(1);
    EXPECT_EQ(problems("resize"), "");
    now.spec.initContainers[1].resources.requests["ephemeral-storage"] = Quantity::of_units(1);
    EXPECT_EQ(problems("resize"),
              "spec: Forbidden: only cpu and memory resources for sidecar containers are "
              "mutable\n");
    now.spec.initContainers[1] = before.spec.initContainers[1];
    requests.clear();
    EXPECT_EQ(problems("resize"),
              "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing\n"
              "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed\n");
    now = before;
    requests["ephemeral-storage"] = Quantity::of_units(1);
    EXPECT_EQ(problems("resize"), "spec: Forbidden: only cpu and memory resources are mutable\n");
    now = before;
    now.spec.containers[0].name = "other";
    now.spec.initContainers.pop_back();
    EXPECT_EQ(problems("resize"),
              "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize\n"
              "spec.initContainers: Forbidden: initContainers may not be added or removed on resize\n");
    now = before;
    now.spec.initContainers[0].resources.requests["cpu"] = Quantity::of_units(1);
    EXPECT_EQ(problems("resize"),
              "spec: Forbidden: resources for non-sidecar init containers are immutable\n");
}

TEST_F(PodUpdate, SomePodsAreNotResized) {
    before.metadata.annotations["kubernetes.io/config.mirror"] = "x";
    EXPECT_EQ(problems("resize"), "Forbidden: static pods cannot be resized\n");
    before = now;
    before.spec.resources.emplace().limits["cpu"] = Quantity::of_units(1);
    EXPECT_EQ(problems("resize"), "Forbidden: pods with pod-level resources cannot be resized\n");
    before = now;
    before.status.containerStatuses.emplace_back().state.running.emplace();
    EXPECT_EQ(problems("resize"), "spec: Forbidden: Pod running on node without support for resize\n");
    before.status.containerStatuses[0].resources.emplace();
    EXPECT_EQ(problems("resize"), "");
}

TEST(Difference, HasALineForEachValue) {
    const auto node = [](std::string_view json) { return *parse_json(json); };
    EXPECT_EQ(difference(node(R"({"a":1,"b":[1,{"c":2}]})"), node(R"({"b":[1,{"c":2}],"a":1})")), "");
    EXPECT_EQ(
        difference(node(R"({"a":1,"b":[1,{"c":2}],"d":{}})"), node(R"({"b":[1,{"c":3},4],"e":"x","d":[]})")),
        "a: 1 -> (none)\nb[1].c: 2 -> 3\nb[2]: (none) -> 4\nd: {} -> []\ne: (none) -> \"x\"\n");
}

}  // namespace
}  // namespace hooklet::api
