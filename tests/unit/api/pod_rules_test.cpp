// SPDX-License-Identifier: Apache-2.0
// Rules of Pods that would be long manifests; the others are in bad_manifests.
#include "api/defaults.hpp"
#include "api/validation.hpp"
#include "support/from_json.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

class PodRules : public testing::Test {
  protected:
    PodRules() { set_defaults(pod); }

    [[nodiscard]] std::string problems() const { return support::text_of(validate(pod)); }

    Pod pod = support::from_json<Pod>(R"({"metadata": {"name": "p", "namespace": "n"},
                                          "spec": {"containers": [{"name": "c", "image": "i"}]}})");
};

TEST_F(PodRules, AContainerHasFewRestartRules) {
    Container& container = pod.spec.containers[0];
    container.restartPolicy = "Never";
    const ContainerRestartRule rule{.action = "Restart", .exitCodes = {{.operator_ = "In", .values = {1}}}};
    container.restartPolicyRules.assign(20, rule);
    container.restartPolicyRules[0].exitCodes->values.assign(255, 1);
    EXPECT_EQ(problems(), "");
    container.restartPolicyRules.push_back(rule);
    container.restartPolicyRules[0].exitCodes->values.push_back(1);
    EXPECT_EQ(problems(),
              "spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items\n"
              "spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most "
              "255 items\n");
}

TEST_F(PodRules, ProfilesAndDriversHaveShortNames) {
    pod.spec.securityContext->appArmorProfile = {.type = "Localhost",
                                                 .localhostProfile = std::string(4096, 'a')};
    pod.spec.volumes.emplace_back().name = "v";
    pod.spec.volumes[0].csi.emplace().driver = std::string(64, 'd');
    EXPECT_EQ(problems(),
              "spec.volumes[0].csi.driver: Too long: may not be more than 63 bytes\n"
              "spec.securityContext.appArmorProfile.localhostProfile: Too long: may not be more than 4095 "
              "bytes\n");
}

TEST_F(PodRules, AnnotationsNameTheProfilesThatTheFieldsName) {
    pod.metadata.annotations["container.apparmor.security.beta.kubernetes.io/c"] = "localhost/a";
    EXPECT_EQ(problems(), "");
    const std::string path = "spec.containers[0].securityContext.appArmorProfile";
    pod.spec.securityContext->appArmorProfile.emplace().type = "RuntimeDefault";
    EXPECT_EQ(problems(), path + ".type: Forbidden: apparmor type in annotation and field must match\n");
    AppArmorProfile& own = pod.spec.containers[0].securityContext.emplace().appArmorProfile.emplace();
    own = {.type = "Localhost", .localhostProfile = "b"};
    EXPECT_EQ(problems(),
              path + ".localhostProfile: Forbidden: apparmor profile in annotation and field must match\n");
    own.localhostProfile = "a";
    EXPECT_EQ(problems(), "");
}

TEST_F(PodRules, OldAnnotationsNameSeccompProfiles) {
    const std::string key = "seccomp.security.alpha.kubernetes.io/pod";
    for (const char* fine : {"runtime/default", "docker/default", "unconfined", "localhost/a/b"}) {
        pod.metadata.annotations[key] = fine;
        EXPECT_EQ(problems(), "") << fine;
    }
    pod.metadata.annotations[key] = "foo";
    EXPECT_EQ(problems(),
              "metadata.annotations." + key + ": Invalid value: \"foo\": must be a valid seccomp profile\n");
    pod.metadata.annotations[key] = "localhost/../x";
    EXPECT_EQ(problems(),
              "metadata.annotations." + key + ": Invalid value: \"../x\": must not contain '..'\n");
}

TEST_F(PodRules, SeccompAnnotationsNameWhatTheFieldsName) {
    const std::string field = "spec.securityContext.seccompProfile";
    const std::string other_type =
        field + ".type: Forbidden: seccomp type in annotation and field must match\n";
    struct Row {
        const char* annotation;
        SeccompProfile profile;
        std::string expected;
    };
    for (const Row& row :
         {Row{"runtime/default", {.type = "RuntimeDefault"}, ""},
          Row{"docker/default", {.type = "RuntimeDefault"}, ""},
          Row{"unconfined", {.type = "RuntimeDefault"}, other_type},
          Row{"unconfined", {.type = "Unconfined"}, ""},
          Row{"runtime/default", {.type = "Unconfined"}, other_type},
          Row{"localhost/a", {.type = "Localhost", .localhostProfile = "a"}, ""},
          Row{"unconfined", {.type = "Localhost", .localhostProfile = "a"}, other_type},
          Row{"localhost/b",
              {.type = "Localhost", .localhostProfile = "a"},
              field +
                  ".localhostProfile: Forbidden: seccomp profile in annotation and field must match\n"}}) {
        pod.metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] = row.annotation;
        pod.spec.securityContext->seccompProfile = row.profile;
        EXPECT_EQ(problems(), row.expected) << row.annotation << " " << row.profile.type;
    }
    pod.metadata.annotations = {{"container.seccomp.security.alpha.kubernetes.io/c", "unconfined"}};
    EXPECT_EQ(problems(), "") << "the Pod's field is not the container's";
    pod.spec.containers[0].securityContext.emplace().seccompProfile.emplace().type = "RuntimeDefault";
    EXPECT_EQ(problems(),
              "spec.containers[0].securityContext.seccompProfile.type: Forbidden: seccomp type in "
              "annotation and field must match\n");
}

TEST_F(PodRules, AProfileHasAType) {
    pod.spec.securityContext->seccompProfile.emplace();
    EXPECT_EQ(
        problems(),
        "spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile "
        "is set\n");
    pod.spec.securityContext->seccompProfile.reset();
    pod.spec.containers[0].securityContext.emplace().appArmorProfile.emplace();
    EXPECT_EQ(
        problems(),
        "spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required when "
        "appArmorProfile is set\n");
}

TEST_F(PodRules, NoVolumeOrPathIsFolderAndDevice) {
    Volume& data = pod.spec.volumes.emplace_back();
    data.name = "data";
    data.persistentVolumeClaim.emplace().claimName = "c";
    Volume& more = pod.spec.volumes.emplace_back();
    more.name = "more";
    more.emptyDir.emplace();
    Container& container = pod.spec.containers[0];
    container.volumeDevices = {{.name = "data", .devicePath = "/dev/a"}};
    container.volumeMounts = {{.name = "more", .mountPath = "/more"}};
    EXPECT_EQ(problems(), "");
    container.volumeDevices = {{.name = "data", .devicePath = "/dev/a"},
                               {.name = "data", .devicePath = "/dev/a"},
                               {.name = "data", .devicePath = "/dev/../b"},
                               {.name = "none", .devicePath = "/more"}};
    container.volumeMounts.push_back({.name = "data", .mountPath = "/dev/a"});
    const std::string mounts = "spec.containers[0].volumeMounts";
    const std::string devices = "spec.containers[0].volumeDevices";
    const std::string name = ".name: Invalid value: \"data\": ";
    const std::string also_mounted = name + "must not already exist in volumeMounts\n";
    EXPECT_EQ(
        problems(),
        mounts +
            "[0].mountPath: Invalid value: \"/more\": must not already exist as a path in volumeDevices\n" +
            mounts + "[1]" + name + "must not already exist in volumeDevices\n" + mounts +
            "[1].mountPath: Invalid value: \"/dev/a\": must not already exist as a path in volumeDevices\n" +
            devices + "[0]" + also_mounted + devices +
            "[0].devicePath: Invalid value: \"/dev/a\": must not already exist as a path in volumeMounts\n" +
            devices + "[1]" + name + "must be unique\n" + devices +
            "[1].devicePath: Invalid value: \"/dev/a\": must be unique\n" + devices + "[1]" + also_mounted +
            devices +
            "[1].devicePath: Invalid value: \"/dev/a\": must not already exist as a path in volumeMounts\n" +
            devices + "[2]" + name + "must be unique\n" + devices +
            "[2].devicePath: Invalid value: \"/dev/../b\": can not contain backsteps ('..')\n" + devices +
            "[2]" + also_mounted + devices + "[3].name: Not found: \"none\"\n" + devices +
            "[3].devicePath: Invalid value: \"/more\": must not already exist as a path in volumeMounts\n");
}

TEST_F(PodRules, WhatADeletionCostsIsANumber) {
    const std::string key = "controller.kubernetes.io/pod-deletion-cost";
    for (const char* fine : {"0", "1", "-5", "2147483647", "-2147483648"}) {
        pod.metadata.annotations[key] = fine;
        EXPECT_EQ(problems(), "") << fine;
    }
    for (const char* bad : {"", "abc", "+1", "007", "1.5", "2147483648"}) {
        pod.metadata.annotations[key] = bad;
        EXPECT_EQ(problems(), fmt::format("metadata.annotations[{}]: Invalid value: \"{}\": must be a 32bit "
                                          "integer\n",
                                          key, bad));
    }
}

TEST_F(PodRules, InitContainersHaveHostPortsOneAfterTheOther) {
    pod.spec.containers[0].ports = {{.hostPort = 80, .containerPort = 80, .protocol = "TCP"}};
    for (const char* name : {"i", "j"}) {
        pod.spec.initContainers.push_back(pod.spec.containers[0]);
        pod.spec.initContainers.back().name = name;
    }
    pod.spec.initContainers[1].restartPolicy = "Always";
    EXPECT_EQ(problems(), "");
    auto& ports = pod.spec.initContainers[0].ports;
    ports.push_back(ports[0]);
    EXPECT_EQ(problems(), "spec.initContainers[0].ports[1].hostPort: Duplicate value: \"TCP//80\"\n");
}

TEST_F(PodRules, AMirrorIsOfANode) {
    pod.metadata.annotations["kubernetes.io/config.mirror"] = "x";
    EXPECT_EQ(
        problems(),
        "metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName "
        "if mirror pod annotation is set\n");
    pod.spec.nodeName = "node";
    EXPECT_EQ(problems(), "");
}

TEST_F(PodRules, TooManySearchDomainsAreShown) {
    auto& searches = pod.spec.dnsConfig.emplace().searches;
    searches.assign(32, "a.b");
    EXPECT_EQ(problems(), "");
    searches.emplace_back("c");
    std::string list;
    for (const std::string& name : searches) list += (list.empty() ? "\"" : ",\"") + name + "\"";
    EXPECT_EQ(problems(), fmt::format("spec.dnsConfig.searches: Invalid value: [{}]: must not have more than "
                                      "32 search paths\n",
                                      list));
}

TEST_F(PodRules, ContainersShareWhatThePodHas) {
    auto& own = pod.spec.resources.emplace();
    own.requests["cpu"] = Quantity::of_milli(500);
    pod.spec.containers.push_back(pod.spec.containers[0]);
    pod.spec.containers[1].name = "d";
    for (Container& container : pod.spec.containers) {
        container.resources.requests["cpu"] = Quantity::of_milli(250);
        container.resources.requests["memory"] = Quantity::of_units(1);
    }
    EXPECT_EQ(problems(), "");
    pod.spec.initContainers.push_back(pod.spec.containers[0]);
    pod.spec.initContainers[0].name = "i";
    pod.spec.initContainers[0].resources.requests["cpu"] = Quantity::of_milli(600);
    EXPECT_EQ(problems(),
              "spec.resources.requests[cpu]: Invalid value: \"500m\": must be greater than or equal to "
              "aggregate container requests of 600m\n");
}

}  // namespace
}  // namespace hooklet::api
