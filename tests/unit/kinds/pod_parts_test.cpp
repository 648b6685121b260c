// SPDX-License-Identifier: Apache-2.0
#include "kinds/pod_parts.hpp"

#include "support/from_json.hpp"

#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

constexpr std::string_view stored = R"({
  "metadata": {"name": "web", "generation": 4, "labels": {"a": "1"},
               "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"}]},
  "spec": {"restartPolicy": "Always", "nodeName": "n1",
           "containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}],
           "initContainers": [{"name": "i", "image": "z:1"}]},
  "status": {"phase": "Running", "qosClass": "BestEffort"}})";

class PodParts : public testing::Test {
  protected:
    void update(std::string_view part) { prepare_update(part, now, before); }

    const api::Pod before = support::from_json<api::Pod>(stored);
    api::Pod now = before;
};

TEST_F(PodParts, ANewPodIsPending) {
    api::Pod pod = before;
    pod.metadata.generation = 9;
    prepare_create(pod);
    EXPECT_EQ(pod.metadata.generation, 1);
    api::PodStatus status;
    status.phase = "Pending";
    status.qosClass = "BestEffort";
    EXPECT_EQ(pod.status, status);

    pod.spec.schedulingGates = {{.name = "wait"}};
    pod.metadata.creationTimestamp = WallTime{std::chrono::seconds{7}};
    prepare_create(pod);
    ASSERT_EQ(pod.status.conditions.size(), 1U);
    EXPECT_EQ(pod.status.conditions[0].type, "PodScheduled");
    EXPECT_EQ(pod.status.conditions[0].status, "False");
    EXPECT_EQ(pod.status.conditions[0].reason, "SchedulingGated");
    EXPECT_EQ(pod.status.conditions[0].observedGeneration, 1);
    EXPECT_EQ(pod.status.conditions[0].lastTransitionTime, pod.metadata.creationTimestamp);
}

TEST_F(PodParts, ANewPodTakesTheProfilesThatItsAnnotationsName) {
    api::Pod fresh = support::from_json<api::Pod>(R"({
      "metadata": {"name": "v", "annotations": {
        "container.apparmor.security.beta.kubernetes.io/a": "localhost/mine",
        "container.apparmor.security.beta.kubernetes.io/b": "unconfined",
        "container.apparmor.security.beta.kubernetes.io/c": "runtime/default",
        "container.apparmor.security.beta.kubernetes.io/i": "unconfined",
        "container.apparmor.security.beta.kubernetes.io/d": "localhost/"}},
      "spec": {"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}},
               "initContainers": [{"name": "i", "image": "x"}],
               "containers": [{"name": "a", "image": "x"},
                 {"name": "b", "image": "x", "securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}},
                 {"name": "c", "image": "x"}, {"name": "d", "image": "x"}, {"name": "e", "image": "x"}]}})");
    prepare_create(fresh);
    const auto profile = [](const api::Container& of) -> std::string {
        if (!of.securityContext || !of.securityContext->appArmorProfile) return "-";
        const api::AppArmorProfile& it = *of.securityContext->appArmorProfile;
        return it.type + it.localhostProfile.value_or("");
    };
    std::string all = profile(fresh.spec.initContainers[0]);
    for (const api::Container& container : fresh.spec.containers) all += " " + profile(container);
    EXPECT_EQ(all, "Unconfined Localhostmine RuntimeDefault - - -");
}

TEST_F(PodParts, APlainUpdateKeepsTheStatus) {
    now.status.phase = "Failed";
    now.metadata.labels["a"] = "2";
    update("");
    EXPECT_EQ(now.status, before.status);
    EXPECT_EQ(now.metadata.labels.at("a"), "2");
    EXPECT_EQ(now.metadata.generation, 4) << "labels are no generation";
}

TEST_F(PodParts, AChangedSpecIsAGeneration) {
    now.spec.containers[0].image = "x:2";
    now.metadata.generation = 77;
    update("");
    EXPECT_EQ(now.metadata.generation, 5);
    EXPECT_EQ(now.spec.containers[0].image, "x:2");
    update("");
    EXPECT_EQ(now.metadata.generation, 5) << "counted from what is stored";
}

TEST_F(PodParts, AStatusUpdateKeepsTheRest) {
    now.status = {};
    now.status.phase = "Failed";
    now.spec.containers[0].image = "x:2";
    now.metadata.labels["a"] = "2";
    now.metadata.ownerReferences.clear();
    now.metadata.deletionTimestamp = WallTime{std::chrono::seconds(1)};
    update("status");
    EXPECT_EQ(now.spec, before.spec);
    EXPECT_EQ(now.status.phase, "Failed");
    EXPECT_EQ(now.status.qosClass, "BestEffort") << "filled in";
    EXPECT_EQ(now.metadata.labels.at("a"), "2");
    EXPECT_EQ(now.metadata.ownerReferences, before.metadata.ownerReferences);
    EXPECT_FALSE(now.metadata.deletionTimestamp);
    EXPECT_EQ(now.metadata.generation, 4);
}

TEST_F(PodParts, EphemeralContainersAlone) {
    now.metadata.resourceVersion = "12";
    now.metadata.labels["a"] = "2";
    now.spec.containers[0].image = "x:2";
    now.spec.ephemeralContainers.emplace_back().name = "debug";
    update("ephemeralcontainers");
    api::Pod expected = before;
    expected.metadata.generation = 5;
    expected.metadata.resourceVersion = "12";
    expected.spec.ephemeralContainers.emplace_back().name = "debug";
    EXPECT_EQ(now, expected);
}

TEST_F(PodParts, AResizeTakesResourcesAlone) {
    now.spec.containers[1].resources.limits["cpu"] = api::Quantity::of_units(2);
    now.spec.containers[1].image = "y:2";
    now.spec.initContainers[0].resizePolicy = {{.resourceName = "cpu", .restartPolicy = "NotRequired"}};
    update("resize");
    api::Pod expected = before;
    expected.metadata.generation = 5;
    expected.spec.containers[1].resources.limits["cpu"] = api::Quantity::of_units(2);
    expected.spec.initContainers[0].resizePolicy = {{.resourceName = "cpu", .restartPolicy = "NotRequired"}};
    EXPECT_EQ(now, expected);
}

TEST_F(PodParts, AResizeOfOtherContainersIsLeftToTheValidation) {
    std::swap(now.spec.containers[0], now.spec.containers[1]);
    const api::PodSpec wish = now.spec;
    update("resize");
    EXPECT_EQ(now.spec, wish);
}

TEST_F(PodParts, Fields) {
    now.status.podIPs = {{"10.0.0.1"}, {"fd00::1"}};
    const Fields expected{{"spec.nodeName", "n1"},         {"spec.restartPolicy", "Always"},
                          {"spec.schedulerName", ""},      {"spec.serviceAccountName", ""},
                          {"spec.hostNetwork", "false"},   {"status.phase", "Running"},
                          {"status.podIP", "10.0.0.1"},    {"status.podIPs", "10.0.0.1,fd00::1"},
                          {"status.nominatedNodeName", ""}};
    EXPECT_EQ(selectable_fields(now), expected);
}

}  // namespace
}  // namespace hooklet::kinds
