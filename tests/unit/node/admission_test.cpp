// SPDX-License-Identifier: Apache-2.0
#include "node/admission.hpp"

#include "node/preemption.hpp"
#include "unit/node/node_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::pod_of;
using test::pod_on_node;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;

api::ResourceList list_of(const std::map<std::string, std::string>& amounts) {
    api::ResourceList list;
    for (const auto& [name, amount] : amounts) list[name] = api::Quantity::parse(amount).value();
    return list;
}

AdmittingNode node() {
    AdmittingNode facts;
    facts.name = "n1";
    facts.labels = {{"zone", "a"}, {"size", "12"}};
    facts.allocatable = list_of({{"cpu", "2"},
                                 {"memory", "1Gi"},
                                 {"pods", "3"},
                                 {"ephemeral-storage", "10Gi"},
                                 {"example.com/gpu", "1"}});
    return facts;
}

std::string requesting(const std::string& requests) {
    return R"({"containers": [{"name": "a", "resources": {"requests": )" + requests + "}}]}";
}

std::string ports(const std::string& list) {
    return R"({"containers": [{"name": "a", "ports": [)" + list + "]}]}";
}

std::string affinity(const std::string& terms) {
    return R"({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
               {"nodeSelectorTerms": [)" +
           terms + "]}}}}";
}

const std::vector<PodOnNode> one_running{pod_on_node("other", R"({"containers": [{"name": "a",
        "ports": [{"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1", "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "1500m", "memory": "512Mi"}}}]})")};

TEST(Admission, SaysWhichResourceIsShort) {
    struct Row {
        std::string requests;
        const char* reason;
        const char* message;
    };
    for (const Row& row : {
             Row{R"({"cpu": "500m", "memory": "512Mi"})", "", ""},
             Row{R"({"cpu": "501m"})", "OutOfcpu",
                 "Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000"},
             Row{R"({"memory": "1Gi"})", "OutOfmemory",
                 "Node didn't have enough resource: memory, requested: 1073741824, used: 536870912, "
                 "capacity: "
                 "1073741824"},
             Row{R"({"ephemeral-storage": "11Gi"})", "OutOfephemeral-storage",
                 "Node didn't have enough resource: ephemeral-storage, requested: 11811160064, used: 0, "
                 "capacity: 10737418240"},
             Row{R"({"example.com/gpu": "2"})", "OutOfexample.com/gpu",
                 "Node didn't have enough resource: example.com/gpu, requested: 2, used: 0, capacity: 1"},
             Row{R"({"example.com/unknown": "2"})", "", ""},
             Row{R"({"hugepages-2Mi": "2Mi"})", "OutOfhugepages-2Mi",
                 "Node didn't have enough resource: hugepages-2Mi, requested: 2097152, used: 0, capacity: 0"},
         }) {
        const Admission admission = admit(pod_of(requesting(row.requests)), node(), one_running);
        EXPECT_EQ(admission.reason, row.reason) << row.requests;
        EXPECT_EQ(admission.message, row.message) << row.requests;
        EXPECT_EQ(admission.admitted, *row.reason == '\0') << row.requests;
    }
    const std::vector<PodOnNode> full(3, pod_on_node("u", "{}"));
    EXPECT_EQ(admit(pod_of("{}"), node(), full).message,
              "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3");
}

TEST(Admission, D5_ChecksWhereThePodMayBe) {
    struct Row {
        std::string spec;
        const char* message;
    };
    const char* not_here = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    for (const Row& row : {
             Row{R"({"nodeSelector": {"zone": "a"}})", ""},
             Row{R"({"nodeSelector": {"zone": "b"}})", not_here},
             Row{R"({"nodeName": "n1"})", ""},
             Row{R"({"nodeName": "n2"})",
                 "Predicate NodeName failed: node(s) didn't match the requested node name"},
             Row{affinity(
                     R"({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]})"),
                 ""},
             Row{affinity(R"({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]})"),
                 not_here},
             Row{affinity(R"({"matchExpressions": [{"key": "none", "operator": "NotIn", "values": ["a"]}]})"),
                 ""},
             Row{affinity(R"({"matchExpressions": [{"key": "zone", "operator": "Exists"},
                                                   {"key": "none", "operator": "DoesNotExist"}]})"),
                 ""},
             Row{affinity(R"({"matchExpressions": [{"key": "size", "operator": "Gt", "values": ["11"]}]})"),
                 ""},
             Row{affinity(R"({"matchExpressions": [{"key": "size", "operator": "Lt", "values": ["11"]}]})"),
                 not_here},
             Row{affinity(
                     R"({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]})"),
                 ""},
             Row{affinity(R"({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b"]}]},
                             {"matchExpressions": [{"key": "size", "operator": "Exists"}]})"),
                 ""},
             Row{affinity("{}"), not_here},
             Row{affinity(""), not_here},
         }) {
        EXPECT_EQ(admit(pod_of(row.spec), node(), {}).message, row.message) << row.spec;
    }
}

TEST(Admission, ChecksHostPorts) {
    const char* taken =
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
    struct Row {
        std::string spec;
        const char* message;
    };
    for (const Row& row : {
             Row{ports(R"({"containerPort": 80, "hostPort": 80})"), taken},
             Row{ports(R"({"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"})"), taken},
             Row{ports(R"({"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.2"})"), ""},
             Row{ports(R"({"containerPort": 80, "hostPort": 80, "protocol": "UDP"})"), ""},
             Row{ports(R"({"containerPort": 80, "hostPort": 81})"), ""},
             Row{ports(R"({"containerPort": 80})"), ""},
         }) {
        EXPECT_EQ(admit(pod_of(row.spec), node(), one_running).message, row.message) << row.spec;
    }
}

TEST(Admission, ChecksTaintsThatWouldEndThePod) {
    AdmittingNode tainted = node();
    tainted.taints = {{"dedicated", "db", "NoExecute"}, {"soft", "", "NoSchedule"}};
    api::Pod pod = pod_of("{}");
    EXPECT_EQ(admit(pod, tainted, {}).message,
              "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate");
    pod = pod_of(R"({"tolerations": [{"key": "dedicated", "value": "db", "effect": "NoExecute"}]})");
    EXPECT_TRUE(admit(pod, tainted, {}).admitted);
    pod = pod_of(R"({"tolerations": [{"key": "dedicated", "value": "web", "effect": "NoExecute"}]})");
    EXPECT_FALSE(admit(pod, tainted, {}).admitted);
    pod = pod_of(R"({"tolerations": [{"operator": "Exists"}]})");
    EXPECT_TRUE(admit(pod, tainted, {}).admitted);
    pod = pod_of("{}");
    pod.metadata.annotations["kubernetes.io/config.source"] = "file";
    EXPECT_TRUE(admit(pod, tainted, {}).admitted) << "static Pods tolerate everything";
}

TEST(Admission, ChecksSystemPressureAndShutdown) {
    EXPECT_EQ(admit(pod_of(R"({"os": {"name": "windows"}})"), node(), {}).reason, "PodOSNotSupported");
    api::Pod labelled = pod_of("{}");
    labelled.metadata.labels["kubernetes.io/os"] = "windows";
    EXPECT_EQ(admit(labelled, node(), {}).reason, "PodOSSelectorNodeLabelDoesNotMatch");
    AdmittingNode pressed = node();
    pressed.conditions = {"DiskPressure"};
    EXPECT_EQ(admit(pod_of("{}"), pressed, {}).reason, "Evicted");
    EXPECT_EQ(admit(pod_of("{}"), pressed, {}).message, "The node had condition: [DiskPressure]. ");
    AdmittingNode ending = node();
    ending.shutting_down = true;
    EXPECT_EQ(admit(pod_of("{}"), ending, {}).reason, "NodeShutdown");
    EXPECT_EQ(admit(pod_of("{}"), ending, {}).message, "Pod was rejected as the node is shutting down.");
}

TEST(Admission, SetsOnlySysctlsThatAreThePodsOwn) {
    const auto answer = [](const std::string& name, const std::string& more = "") {
        const std::string spec =
            R"({"securityContext": {"sysctls": [{"name": ")" + name + R"(", "value": "1"}]})" + more + "}";
        return admit(pod_of(spec), node(), {}).message;
    };
    EXPECT_EQ(answer("kernel.shm_rmid_forced"), "");
    EXPECT_EQ(answer("net/ipv4/tcp_syncookies"), "");
    EXPECT_EQ(answer("kernel.msgmax"), "forbidden sysctl: \"kernel.msgmax\" not allowlisted");
    EXPECT_EQ(answer("net.ipv4.tcp_syncookies", R"(, "hostNetwork": true)"),
              "forbidden sysctl: \"net.ipv4.tcp_syncookies\" not allowed with host net enabled");
    EXPECT_EQ(answer("kernel.shm_rmid_forced", R"(, "hostIPC": true)"),
              "forbidden sysctl: \"kernel.shm_rmid_forced\" not allowed with host ipc enabled");
}

TEST(Admission, RefusesWhatWouldRunWithLessProtectionThanItAsksFor) {
    const auto reason = [](const std::string& spec) { return admit(pod_of(spec), node(), {}).reason; };
    EXPECT_EQ(reason(R"({"hostUsers": true})"), "");
    EXPECT_EQ(reason(R"({"hostUsers": false})"), "UserNamespacesNotSupported");
    EXPECT_EQ(reason(R"({"securityContext": {"supplementalGroupsPolicy": "Merge"}})"), "");
    EXPECT_EQ(reason(R"({"securityContext": {"supplementalGroupsPolicy": "Strict"}})"),
              "SupplementalGroupsPolicyNotSupported");
}

TEST(Admission, RefusesAppArmorProfilesWhereTheKernelHasNone) {
    AdmittingNode with = node();
    with.apparmor = true;
    const std::string profile = R"("securityContext": {"appArmorProfile": {"type": ")";
    const std::string unconfined = "{" + profile + R"(Unconfined"}}})";
    EXPECT_TRUE(admit(pod_of(unconfined), node(), {}).admitted);
    std::vector<std::string> confined{"{" + profile + R"(RuntimeDefault"}}})",
                                      "{" + profile + R"(Localhost", "localhostProfile": "x"}}})"};
    for (const std::string list : {"containers", "initContainers"})
        confined.push_back(R"({")" + list + R"(": [{"name": "a", )" + profile + R"(RuntimeDefault"}}}]})");
    for (const std::string& spec : confined) {
        const Admission refused = admit(pod_of(spec), node(), {});
        EXPECT_EQ(refused.reason, "AppArmor") << spec;
        EXPECT_EQ(refused.message, "Cannot enforce AppArmor: AppArmor is not enabled on the host");
        EXPECT_TRUE(admit(pod_of(spec), with, {}).admitted) << spec;
    }
}

api::Pod critical(const std::string& requests) {
    api::Pod pod = pod_of(requesting(requests));
    pod.spec.priority = 2'000'000'000;
    return pod;
}

std::string bound(const std::string& amounts) {
    return R"({"containers": [{"name": "a", "resources": {"requests": )" + amounts + R"(, "limits": )" +
           amounts + "}}]}";
}

TEST(Admission, M4_ACriticalPodGetsTheRoomOfOthers) {
    const std::vector<PodOnNode> running{
        pod_on_node("guaranteed", bound(R"({"cpu": "500m", "memory": "100Mi"})")),
        pod_on_node("large", requesting(R"({"cpu": "1000m"})")),
        pod_on_node("small", requesting(R"({"cpu": "500m"})"))};
    AdmittingNode roomy = node();
    roomy.allocatable["pods"] = api::Quantity::of_units(10);
    EXPECT_THAT(admit(critical(R"({"cpu": "400m"})"), roomy, running).preempt, ElementsAre("small"));
    EXPECT_THAT(admit(critical(R"({"cpu": "900m"})"), roomy, running).preempt, ElementsAre("large"));
    EXPECT_THAT(admit(critical(R"({"cpu": "1500m"})"), roomy, running).preempt,
                ElementsAre("large", "small"));
    EXPECT_THAT(admit(critical(R"({"cpu": "2"})"), roomy, running).preempt,
                ElementsAre("large", "small", "guaranteed"));
    const Admission impossible = admit(critical(R"({"cpu": "2500m"})"), roomy, running);
    EXPECT_FALSE(impossible.admitted);
    EXPECT_EQ(impossible.reason, "UnexpectedAdmissionError");
    EXPECT_EQ(
        impossible.message,
        "Unexpected error while attempting to recover from admission failure: preemption: error finding a "
        "set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 500), "
        "]");
}

TEST(Admission, CriticalPodsArePreemptedByMoreImportantOnesOnly) {
    std::vector<PodOnNode> running{pod_on_node("system", requesting(R"({"cpu": "2"})"))};
    running[0].pod.spec.priority = 2'000'000'000;
    EXPECT_FALSE(admit(critical(R"({"cpu": "1"})"), node(), running).admitted);
    api::Pod more = critical(R"({"cpu": "1"})");
    more.spec.priority = 2'000'001'000;
    EXPECT_THAT(admit(more, node(), running).preempt, ElementsAre("system"));
    api::Pod misplaced = critical(R"({"cpu": "1"})");
    misplaced.spec.nodeName = "n2";
    const Admission elsewhere = admit(misplaced, node(), one_running);
    EXPECT_EQ(elsewhere.reason, "NodeName") << "room would not help";
    EXPECT_THAT(elsewhere.preempt, IsEmpty());
}

TEST(Admission, VictimsKeepTheirGrace) {
    const PodStop stop = preemption_of(pod_of(R"({"terminationGracePeriodSeconds": 45})"));
    EXPECT_EQ(stop.grace, 45s);
    EXPECT_EQ(stop.why.reason, "Preempting");
    EXPECT_EQ(stop.why.message, "Preempted in order to admit critical pod");
    EXPECT_THAT(stop.why.disruption, Eq("Pod was preempted by Kubelet to accommodate a critical pod."));
    EXPECT_TRUE(stop.why.told);
}

}  // namespace
}  // namespace hooklet
