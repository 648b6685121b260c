// SPDX-License-Identifier: Apache-2.0
#include "admission/admission.hpp"

#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::admission {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

struct AdmissionTest : testing::Test, sim::ApiWorld {
    AdmissionTest() {
        add_namespace("default");
        add(core("serviceaccounts", "default", "default"), "{}");
    }
    static ApiPath pod_path(std::string name = "v") { return core("pods", "default", std::move(name)); }
    static ApiPath priority_class(std::string name) {
        return {"scheduling.k8s.io", "v1", "priorityclasses", "", std::move(name)};
    }
    static ApiPath runtime_class(std::string name) {
        return {"node.k8s.io", "v1", "runtimeclasses", "", std::move(name)};
    }
    /// A Pod as it comes from the decoder, with this spec besides its container.
    static api::Pod pod_of(std::string_view spec = "{}") {
        api::Node document = json(R"({"metadata":{"name":"v","namespace":"default"}})");
        document.set("spec", json(spec));
        auto pod = read_as<api::Pod>(document);
        pod.spec.containers.emplace_back().name = "c";
        return pod;
    }
    Verdict<api::Pod> admit(api::Pod pod) {
        return loop.run(admission.create_pod(pod_path(), std::move(pod), within()));
    }
    api::PodSpec admitted(std::string_view spec = "{}") {
        auto pod = admit(pod_of(spec));
        EXPECT_TRUE(pod) << (pod ? "" : pod.error().message);
        return pod ? pod->spec : api::PodSpec{};
    }
    /// Why not, of a 403.
    std::string refused(std::string_view spec) {
        const auto pod = admit(pod_of(spec));
        if (pod) return "admitted";
        EXPECT_EQ(pod.error().code, 403);
        EXPECT_EQ(pod.error().reason, "Forbidden");
        EXPECT_EQ(pod.error().resource, "pods");
        return pod.error().message;
    }

    Admission admission{&api, &loop.clock(), &random};
};

// Services

struct ServiceTest : AdmissionTest {
    Verdict<api::Service> admit(std::string_view spec) {
        api::Node document = json(R"({"metadata":{"name":"s","namespace":"default"}})");
        document.set("spec", json(spec));
        return loop.run(admission.give_address(core("services", "default", "s"),
                                               read_as<api::Service>(document), within()));
    }
};

TEST_F(ServiceTest, GetsAFreeAddress) {
    add(core("services", "default", "kubernetes"), R"({"spec":{"clusterIP":"10.96.0.1"}})");
    add(core("services", "default", "other"), R"({"spec":{"clusterIP":"10.96.0.2"}})");
    const auto first = admit("{}");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->spec.clusterIP, "10.96.0.3");
    EXPECT_THAT(first->spec.clusterIPs, ElementsAre("10.96.0.3"));
    EXPECT_EQ(admit("{}")->spec.clusterIP, "10.96.0.4") << "although the first is not stored yet";
}

TEST_F(ServiceTest, ItsOwnChoiceStays) {
    EXPECT_EQ(admit(R"({"clusterIP":"10.96.7.7"})")->spec.clusterIP, "10.96.7.7");
    EXPECT_EQ(admit(R"({"clusterIP":"None"})")->spec.clusterIP, "None");
    EXPECT_EQ(admit(R"({"type":"ExternalName","externalName":"a.b"})")->spec.clusterIP, "");
}

TEST_F(ServiceTest, AnAddressIsGivenOnce) {
    add(core("services", "default", "other"), R"({"spec":{"clusterIP":"10.96.0.9"}})");
    const auto refused = admit(R"({"clusterIP":"10.96.0.9"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 422);
    EXPECT_EQ(
        refused.error().message,
        "Service \"s\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.9\"]: failed to allocate IP "
        "10.96.0.9: provided IP is already allocated");
}

TEST_F(ServiceTest, AnAddressIsOneOfTheRange) {
    for (const char* address : {"1.2.3.4", "10.97.0.1", "10.96.0.0", "10.96.255.255", "fd00::1"}) {
        const auto refused = admit(fmt::format(R"({{"clusterIP":"{}"}})", address));
        ASSERT_FALSE(refused) << address;
        EXPECT_EQ(refused.error().code, 422);
        EXPECT_EQ(
            refused.error().message,
            fmt::format("Service \"s\" is invalid: spec.clusterIPs: Invalid value: [\"{0}\"]: failed "
                        "to allocate IP {0}: the provided IP ({0}) is not in the valid range. The range "
                        "of valid IPs is 10.96.0.0/16",
                        address));
    }
    EXPECT_TRUE(admit(R"({"clusterIP":"10.96"})")) << "the validation says what is wrong with it";
}

// Service accounts

TEST_F(AdmissionTest, APodGetsTheDefaultAccountWithItsToken) {
    const api::PodSpec spec = admitted(R"({"initContainers":[{"name":"i"}]})");
    EXPECT_EQ(spec.serviceAccountName, "default");
    EXPECT_EQ(spec.serviceAccount, "default");
    ASSERT_THAT(spec.volumes, SizeIs(1));
    const api::Volume& volume = spec.volumes[0];
    EXPECT_THAT(volume.name, StartsWith("kube-api-access-"));
    EXPECT_EQ(volume.name.size(), std::string("kube-api-access-").size() + 5);
    EXPECT_EQ(api::write_json(api::encode(*volume.projected)),
              R"({"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},)"
              R"({"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},)"
              R"({"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1",)"
              R"("fieldPath":"metadata.namespace"}}]}}],"defaultMode":420})");
    for (const api::Container& container : {spec.containers[0], spec.initContainers[0]}) {
        ASSERT_THAT(container.volumeMounts, SizeIs(1)) << container.name;
        EXPECT_EQ(container.volumeMounts[0].name, volume.name);
        EXPECT_EQ(container.volumeMounts[0].mountPath, "/var/run/secrets/kubernetes.io/serviceaccount");
        EXPECT_TRUE(container.volumeMounts[0].readOnly);
    }
}

TEST_F(AdmissionTest, ATokenIsOnlyMountedWhereNothingElseIs) {
    api::Pod pod = pod_of();
    api::VolumeMount& own = pod.spec.containers[0].volumeMounts.emplace_back();
    own.name = "mine";
    own.mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    const auto admitted_pod = admit(pod);
    ASSERT_TRUE(admitted_pod);
    EXPECT_THAT(admitted_pod->spec.volumes, IsEmpty());
    EXPECT_THAT(admitted_pod->spec.containers[0].volumeMounts, SizeIs(1));
}

TEST_F(AdmissionTest, ThePodDecidesBeforeTheAccountWhetherThereIsAToken) {
    add(core("serviceaccounts", "default", "shy"), R"({"automountServiceAccountToken":false})");
    EXPECT_THAT(admitted(R"({"automountServiceAccountToken":false})").volumes, IsEmpty());
    EXPECT_THAT(admitted(R"({"serviceAccountName":"shy"})").volumes, IsEmpty());
    EXPECT_THAT(admitted(R"({"serviceAccountName":"shy","automountServiceAccountToken":true})").volumes,
                SizeIs(1));
}

TEST_F(AdmissionTest, TheAccountLendsItsPullSecrets) {
    add(core("serviceaccounts", "default", "puller"), R"({"imagePullSecrets":[{"name":"registry"}]})");
    const auto lent = admitted(R"({"serviceAccountName":"puller"})").imagePullSecrets;
    ASSERT_THAT(lent, SizeIs(1));
    EXPECT_EQ(lent[0].name, "registry");
    const auto own =
        admitted(R"({"serviceAccountName":"puller","imagePullSecrets":[{"name":"own"}]})").imagePullSecrets;
    ASSERT_THAT(own, SizeIs(1));
    EXPECT_EQ(own[0].name, "own");
}

TEST_F(AdmissionTest, AnAccountThatIsNotThereIsRefused) {
    const MonotonicTime before = loop.clock().now();
    EXPECT_EQ(refused(R"({"serviceAccountName":"nope"})"),
              "pods \"v\" is forbidden: error looking up service account default/nope: serviceaccount "
              "\"nope\" not found");
    EXPECT_LT(loop.clock().now() - before, std::chrono::milliseconds{100})
        << "only the default one is awaited";
}

TEST_F(AdmissionTest, TheAccountOfANewNamespaceIsWaitedFor) {
    add_namespace("new");
    const ApiPath account = core("serviceaccounts", "new", "default");
    const Timer later = loop.clock().after(std::chrono::seconds{1}, [this, account] { add(account, "{}"); });
    const ApiPath path = core("pods", "new", "v");
    EXPECT_TRUE(loop.run(admission.create_pod(path, pod_of(), within())));
}

TEST_F(AdmissionTest, AMirrorOfAFileStaysAsItIs) {
    api::Pod mirror = pod_of();
    mirror.metadata.annotations["kubernetes.io/config.mirror"] = "x";
    const auto pod = admit(mirror);
    ASSERT_TRUE(pod);
    EXPECT_THAT(pod->spec.volumes, IsEmpty());
    EXPECT_EQ(pod->spec.serviceAccountName, "");
    mirror.spec.serviceAccountName = "default";
    EXPECT_EQ(admit(mirror).error().message,
              "pods \"v\" is forbidden: a mirror pod may not reference service accounts");
}

// Tolerations

TEST_F(AdmissionTest, APodToleratesALostNodeForAWhile) {
    const auto tolerations = admitted().tolerations;
    ASSERT_THAT(tolerations, SizeIs(2));
    EXPECT_EQ(api::write_json(api::encode(tolerations[0])),
              R"({"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",)"
              R"("tolerationSeconds":300})");
    EXPECT_EQ(tolerations[1].key, "node.kubernetes.io/unreachable");
    const auto own = admitted(R"({"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists",
                                  "effect":"NoExecute","tolerationSeconds":5}]})")
                         .tolerations;
    ASSERT_THAT(own, SizeIs(2));
    EXPECT_EQ(own[0].tolerationSeconds, 5);
    EXPECT_THAT(admitted(R"({"tolerations":[{"operator":"Exists"}]})").tolerations, SizeIs(1));
    EXPECT_THAT(admitted(R"({"tolerations":[{"operator":"Exists","effect":"NoSchedule"}]})").tolerations,
                SizeIs(3));
}

TEST_F(AdmissionTest, AnUpdateBringsTheTolerationsBack) {
    api::Pod pod = pod_of();
    Admission::update_pod(pod);
    EXPECT_THAT(pod.spec.tolerations, SizeIs(2));
    Admission::update_pod(pod);
    EXPECT_THAT(pod.spec.tolerations, SizeIs(2));
}

// Priority

TEST_F(AdmissionTest, PriorityComesFromTheClass) {
    add(priority_class("high"), R"({"value":1000,"preemptionPolicy":"Never"})");
    const api::PodSpec none = admitted();
    EXPECT_EQ(none.priority, 0);
    EXPECT_EQ(none.preemptionPolicy, "PreemptLowerPriority");
    const api::PodSpec high = admitted(R"({"priorityClassName":"high"})");
    EXPECT_EQ(high.priority, 1000);
    EXPECT_EQ(high.preemptionPolicy, "Never");
    EXPECT_EQ(admitted(R"({"priorityClassName":"high","priority":1000})").priority, 1000);
    EXPECT_EQ(refused(R"({"priorityClassName":"nope"})"),
              "pods \"v\" is forbidden: no PriorityClass with name nope was found");
    EXPECT_EQ(refused(R"({"priority":5})"),
              "pods \"v\" is forbidden: the integer value of priority (5) must not be provided in pod spec; "
              "priority admission controller computed 0 from the given PriorityClass name");
}

TEST_F(AdmissionTest, TheDefaultClassIsForPodsThatNameNone) {
    add(priority_class("usual"), R"({"value":7,"globalDefault":true})");
    const api::PodSpec spec = admitted();
    EXPECT_EQ(spec.priority, 7);
    EXPECT_EQ(spec.priorityClassName, "usual");
    api::PriorityClass second;
    second.metadata.name = "second";
    second.globalDefault = true;
    const auto twice = loop.run(admission.write_priority_class(priority_class("second"), second, within()));
    ASSERT_FALSE(twice);
    EXPECT_EQ(
        twice.error().message,
        "priorityclasses.scheduling.k8s.io \"second\" is forbidden: PriorityClass usual is already marked "
        "as default. Only one default can exist");
    second.metadata.name = "usual";
    EXPECT_TRUE(loop.run(admission.write_priority_class(priority_class("usual"), second, within())));
}

// Runtime classes

TEST_F(AdmissionTest, ARuntimeClassAddsWhatItCosts) {
    add(runtime_class("vm"), R"({"handler":"vm","overhead":{"podFixed":{"cpu":"250m"}},
        "scheduling":{"nodeSelector":{"kvm":"yes"},"tolerations":[{"key":"kvm","operator":"Exists"}]}})");
    const api::PodSpec spec = admitted(R"({"runtimeClassName":"vm"})");
    EXPECT_EQ(spec.overhead.at("cpu").text(), "250m");
    EXPECT_EQ(spec.nodeSelector.at("kvm"), "yes");
    ASSERT_THAT(spec.tolerations, SizeIs(3));
    EXPECT_EQ(spec.tolerations[2].key, "kvm");
    EXPECT_EQ(refused(R"({"runtimeClassName":"vm","overhead":{"cpu":"1"}})"),
              "pods \"v\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined "
              "Overhead");
    EXPECT_EQ(refused(R"({"runtimeClassName":"vm","nodeSelector":{"kvm":"no"}})"),
              "pods \"v\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kvm] = yes; "
              "pod.spec.nodeSelector[kvm] = no");
}

TEST_F(AdmissionTest, ARuntimeClassThatIsNotThereIsRefused) {
    EXPECT_EQ(refused(R"({"runtimeClassName":"nope"})"),
              "pods \"v\" is forbidden: pod rejected: RuntimeClass \"nope\" not found");
    EXPECT_EQ(refused(R"({"overhead":{"cpu":"1"}})"),
              "pods \"v\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass "
              "defined Overhead");
}

// Limit ranges

TEST_F(AdmissionTest, ALimitRangeFillsInAndChecks) {
    add(core("limitranges", "default", "l"), R"({"spec":{"limits":[{"type":"Container",
        "default":{"cpu":"500m","memory":"1Gi"},"defaultRequest":{"cpu":"100m"},
        "min":{"cpu":"50m"},"max":{"cpu":"1"},"maxLimitRequestRatio":{"cpu":"5"}}]}})");
    const auto pod = admit(pod_of());
    ASSERT_TRUE(pod);
    const api::ResourceRequirements& resources = pod->spec.containers[0].resources;
    EXPECT_EQ(resources.requests.at("cpu").text(), "100m");
    EXPECT_EQ(resources.limits.at("cpu").text(), "500m");
    EXPECT_EQ(resources.limits.at("memory").text(), "1Gi");
    EXPECT_EQ(pod->metadata.annotations.at("kubernetes.io/limit-ranger"),
              "LimitRanger plugin set: cpu request for container c; cpu, memory limit for container c");
    api::Pod greedy = pod_of();
    greedy.spec.containers[0].resources.limits["cpu"] = api::Quantity::of_units(8);
    EXPECT_EQ(
        admit(greedy).error().message,
        "pods \"v\" is forbidden: [maximum cpu usage per Container is 1, but limit is 8, cpu max limit to "
        "request ratio per Container is 5, but provided ratio is 80.000000]");
}

TEST_F(AdmissionTest, ALimitRangeIsForResizesToo) {
    add(core("limitranges", "default", "l"),
        R"({"spec":{"limits":[{"type":"Container","max":{"cpu":"500m"}}]}})");
    api::Pod pod = pod_of();
    pod.spec.containers[0].resources.limits["cpu"] = *api::Quantity::parse("600m");
    const auto resized = loop.run(admission.resize_pod(pod_path(), pod, within()));
    ASSERT_FALSE(resized);
    EXPECT_EQ(resized.error().message,
              "pods \"v\" is forbidden: maximum cpu usage per Container is 500m, but limit is 600m");
}

TEST_F(AdmissionTest, ALimitRangeIsForTheWholePodToo) {
    add(core("limitranges", "default", "l"),
        R"({"spec":{"limits":[{"type":"Pod","min":{"memory":"1Mi"}}]}})");
    EXPECT_EQ(refused("{}"),
              "pods \"v\" is forbidden: minimum memory usage per Pod is 1Mi.  No request is specified");
}

TEST_F(AdmissionTest, PriorityClassesOfTheSystemStay) {
    const auto may = Admission::may_delete(priority_class("system-node-critical"));
    ASSERT_FALSE(may);
    EXPECT_EQ(may.error().code, 403);
    EXPECT_EQ(may.error().message,
              "priorityclasses.scheduling.k8s.io \"system-node-critical\" is forbidden: this is a system "
              "priority class and cannot be deleted");
    EXPECT_FALSE(Admission::may_delete(priority_class("system-cluster-critical")));
    EXPECT_TRUE(Admission::may_delete(priority_class("high")));
}

// Namespaces

TEST_F(AdmissionTest, ObjectsNeedANamespaceThatStays) {
    const auto create = [this](const ApiPath& path) {
        return loop.run(admission.may_create(path, within()));
    };
    EXPECT_TRUE(create(core("configmaps", "default", "c")));
    EXPECT_TRUE(create(core("nodes", "", "n")));
    const auto missing = create(core("pods", "nope", "x"));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, 404);
    EXPECT_EQ(missing.error().reason, "NotFound");
    EXPECT_EQ(missing.error().message, "namespaces \"nope\" not found");
    add_namespace("ends");
    ASSERT_TRUE(api.objects().remove(core("namespaces", "", "ends"), {}));
    const auto late = create(core("pods", "ends", "x"));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().message,
              "pods \"x\" is forbidden: unable to create new content in namespace ends because it is being "
              "terminated");
    const Refusal::Cause cause{"NamespaceTerminating", "namespace ends is being terminated",
                               "metadata.namespace"};
    EXPECT_THAT(late.error().causes, ElementsAre(cause));
}

TEST_F(AdmissionTest, NamespacesOfTheSystemStay) {
    for (const char* name : {"default", "kube-system", "kube-public"}) {
        const auto may = Admission::may_delete(core("namespaces", "", name));
        ASSERT_FALSE(may) << name;
        EXPECT_EQ(may.error().message,
                  fmt::format("namespaces \"{}\" is forbidden: this namespace may not be deleted", name));
    }
    EXPECT_TRUE(Admission::may_delete(core("namespaces", "", "mine")));
    EXPECT_TRUE(Admission::may_delete(core("pods", "default", "default")));
}

TEST_F(AdmissionTest, WhatCannotBeReadIsAnErrorOfTheServer) {
    api.fail_next("api.get.namespaces", {Code::unavailable, "the disk is full"});
    const auto refusal = loop.run(admission.may_create(pod_path(), within()));
    ASSERT_FALSE(refusal);
    EXPECT_EQ(refusal.error().code, 500);
    EXPECT_EQ(refusal.error().message, "Internal error occurred: the disk is full");
}

}  // namespace
}  // namespace hooklet::admission
