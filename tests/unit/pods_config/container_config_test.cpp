// SPDX-License-Identifier: Apache-2.0
#include "pods/container_config.hpp"

#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {

void PrintTo(const cri::KeyValue& pair, std::ostream* out) {
    *out << pair.key << '=' << pair.value;
}

namespace {

using test::pod_of;
using test::pod_with;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

Result<cri::ContainerConfig> config_of(const api::Pod& pod, cri::Image image = {}) {
    return make_container_config({.pod = pod,
                                  .container = pod.spec.containers.front(),
                                  .image_ref = "sha256:1234",
                                  .image = std::move(image),
                                  .restart_count = 3,
                                  .env = {{"PORT", "80"}},
                                  .mounts = {{"/data", "/host/data"}},
                                  .owner_label = "root1",
                                  .node_memory_bytes = 1'000'000'000,
                                  .seccomp_directory = "/state/seccomp"});
}

TEST(ContainerHash, HasTheKubeletsCheckValue) {
    api::Container container;
    container.name = "test_container";
    container.image = "foo/image:v1";
    EXPECT_EQ(container_hash(container), "8e45cbd0");
}

TEST(ContainerConfig, CarriesWhatTheContainerSays) {
    const auto config =
        config_of(pod_with(R"j("command": ["serve", "$(PORT)", "$$(PORT)"], "args": ["$(HOST)"],
        "workingDir": "/srv", "stdin": true, "tty": true, "lifecycle": {"stopSignal": "SIGUSR1"})j"));
    ASSERT_TRUE(config);
    EXPECT_EQ(config->metadata, (cri::ContainerMetadata{"app", 3}));
    EXPECT_EQ(config->image, "sha256:1234");
    EXPECT_THAT(config->command, ElementsAre("serve", "80", "$(PORT)"));
    EXPECT_THAT(config->args, ElementsAre("$(HOST)"));
    EXPECT_EQ(config->working_dir, "/srv");
    EXPECT_EQ(config->log_path, "app/3.log");
    EXPECT_TRUE(config->stdin_);
    EXPECT_FALSE(config->stdin_once);
    EXPECT_TRUE(config->tty);
    EXPECT_EQ(config->stop_signal, "SIGUSR1");
    EXPECT_THAT(config->envs, ElementsAre(cri::KeyValue{"PORT", "80"}));
    EXPECT_EQ(config->mounts.size(), 1u);
}

TEST(ContainerConfig, IsLabelledLikeTheKubeletsAndWithItsOwner) {
    const auto config = config_of(pod_with(""));
    EXPECT_THAT(config->labels, UnorderedElementsAre(Pair("io.kubernetes.pod.name", "web"),
                                                     Pair("io.kubernetes.pod.namespace", "default"),
                                                     Pair("io.kubernetes.pod.uid", "u1"),
                                                     Pair("io.kubernetes.container.name", "app"),
                                                     Pair("hooklet.dev/owner", "root1")));
}

TEST(ContainerConfig, IsAnnotatedLikeTheKubelets) {
    api::Pod pod =
        pod_with(R"("terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
        "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}],
        "lifecycle": {"preStop": {"exec": {"command": ["nginx", "-s", "quit"]}},
                      "postStart": {"sleep": {"seconds": 1}}})");
    pod.spec.terminationGracePeriodSeconds = 30;
    pod.metadata.deletionGracePeriodSeconds = 5;
    EXPECT_THAT(
        config_of(pod)->annotations,
        UnorderedElementsAre(
            Pair("io.kubernetes.container.hash", container_hash(pod.spec.containers.front())),
            Pair("io.kubernetes.container.restartCount", "3"),
            Pair("io.kubernetes.container.terminationMessagePath", "/dev/termination-log"),
            Pair("io.kubernetes.container.terminationMessagePolicy", "File"),
            Pair("io.kubernetes.pod.terminationGracePeriod", "30"),
            Pair("io.kubernetes.pod.deletionGracePeriod", "5"),
            Pair("io.kubernetes.container.preStopHandler", R"({"exec":{"command":["nginx","-s","quit"]}})"),
            Pair("io.kubernetes.container.ports",
                 R"([{"name":"http","containerPort":80,"protocol":"TCP"}])")));
    EXPECT_EQ(config_of(pod_with(""))->annotations.size(), 4u);
}

TEST(ContainerConfig, ComputesCpuAndMemory) {
    struct Row {
        const char* resources;
        std::int64_t shares, quota, memory;
        const char* pod = "{}";  ///< Resources of the whole Pod.
    };
    const char* whole = R"({"requests": {"cpu": "50m"}, "limits": {"cpu": "100m", "memory": "100Mi"}})";
    for (const Row& row : {
             Row{R"({})", 2, 0, 0},
             Row{R"({"requests": {"cpu": "250m"}})", 256, 0, 0},
             Row{R"({"requests": {"cpu": "1m"}})", 2, 0, 0},
             Row{R"({"limits": {"cpu": "2", "memory": "64Mi"}})", 2048, 200'000, 67'108'864},
             Row{R"({"requests": {"cpu": "500m"}, "limits": {"cpu": "5m"}})", 512, 1'000, 0},
             Row{R"({"requests": {"cpu": "0"}, "limits": {"cpu": "1"}})", 2, 100'000, 0},
             Row{R"({"limits": {"cpu": "9000000000000000000"}})", 262'144, 100'000'000'000, 0},
             Row{R"({})", 102, 10'000, 104'857'600, whole},
             Row{R"({"requests": {"cpu": "20m"}})", 20, 10'000, 104'857'600, whole},
             Row{R"({"limits": {"cpu": "50m"}})", 51, 5'000, 104'857'600, whole},
             Row{R"({"limits": {"memory": "1Mi"}})", 102, 10'000, 1'048'576, whole},
             Row{R"({})", 2, 0, 0, R"({"requests": {"cpu": "1", "memory": "1Gi"}})"},
         }) {
        api::Pod pod = pod_with(std::string(R"("resources": )") + row.resources);
        pod.spec.resources = test::object_of<api::ResourceRequirements>(row.pod);
        const auto got = config_of(pod)->resources;
        EXPECT_EQ(got.cpu_shares, row.shares) << row.resources;
        EXPECT_EQ(got.cpu_quota_us, row.quota) << row.resources;
        EXPECT_EQ(got.cpu_period_us, 100'000) << row.resources;
        EXPECT_EQ(got.memory_limit_bytes, row.memory) << row.resources;
    }
}

TEST(ContainerConfig, ComputesTheOomScore) {
    struct Row {
        const char* resources;
        std::int64_t score;
    };
    for (const Row& row : {
             Row{R"({})", 1000},
             Row{R"({"requests": {"cpu": "1", "memory": "1M"}, "limits": {"cpu": "1", "memory": "1M"}})",
                 -997},
             Row{R"({"requests": {"cpu": "1"}})", 999},
             Row{R"({"requests": {"memory": "100M"}})", 900},
             Row{R"({"requests": {"memory": "999999k"}})", 3},
             Row{R"({"requests": {"memory": "8E"}})", 3},
         }) {
        const auto config = config_of(pod_with(std::string(R"("resources": )") + row.resources));
        EXPECT_EQ(config->resources.oom_score_adj, row.score) << row.resources;
    }
    api::Pod critical = pod_with("");
    critical.spec.priorityClassName = "system-node-critical";
    EXPECT_EQ(config_of(critical)->resources.oom_score_adj, -997);
}

/// The OOM score of one of the Pod's containers, on a machine with 1 GB.
std::int64_t score_of(const api::Pod& pod, const api::Container& container) {
    return make_container_config({.pod = pod,
                                  .container = container,
                                  .image_ref = {},
                                  .image = {},
                                  .env = {},
                                  .mounts = {},
                                  .owner_label = {},
                                  .node_memory_bytes = 1'000'000'000,
                                  .seccomp_directory = {}})
        ->resources.oom_score_adj;
}

TEST(ContainerConfig, ASidecarIsKeptAsLongAsTheContainersItServes) {
    const api::Pod pod = pod_of(R"({
        "containers": [{"name": "a", "resources": {"requests": {"memory": "300M"}}},
                       {"name": "b", "resources": {"requests": {"memory": "200M"}}}],
        "initContainers": [{"name": "s", "restartPolicy": "Always",
                            "resources": {"requests": {"memory": "10M"}}},
                           {"name": "i", "resources": {"requests": {"memory": "10M"}}}]})");
    EXPECT_EQ(score_of(pod, pod.spec.initContainers[0]), 800);
    EXPECT_EQ(score_of(pod, pod.spec.initContainers[1]), 990);
}

TEST(ContainerConfig, ContainersShareTheMemoryThatOnlyThePodAsksFor) {
    const api::Pod pod = pod_of(R"({"resources": {"requests": {"memory": "600M"}},
        "containers": [{"name": "a", "resources": {"requests": {"memory": "200M"}}}, {"name": "b"}],
        "initContainers": [{"name": "s", "restartPolicy": "Always",
                            "resources": {"requests": {"memory": "100M"}}}]})");
    EXPECT_EQ(score_of(pod, pod.spec.containers[0]), 700);
    EXPECT_EQ(score_of(pod, pod.spec.containers[1]), 900);
    EXPECT_EQ(score_of(pod, pod.spec.initContainers[0]), 800);
}

TEST(ContainerConfig, MergesIdentityOfPodContainerAndImage) {
    struct Row {
        const char* pod;
        const char* container;
        cri::Image image;
        std::optional<std::int64_t> user;
        const char* username;
        std::optional<std::int64_t> group;
    };
    const auto image = [](std::optional<std::int64_t> uid, const char* name = "") {
        return cri::Image{.id = {}, .repo_tags = {}, .repo_digests = {}, .uid = uid, .username = name};
    };
    for (const Row& row : {
             Row{"{}", "{}", image({}), 0, "", {}},
             Row{"{}", R"({"runAsGroup": 3000})", image({}), 0, "", 3000},
             Row{"{}", "{}", image(101), 101, "", {}},
             Row{"{}", "{}", image({}, "nginx"), {}, "nginx", {}},
             Row{R"({"runAsUser": 5, "runAsGroup": 6})", "{}", image({}, "nginx"), 5, "", 6},
             Row{R"({"runAsUser": 5, "runAsGroup": 6})", R"({"runAsUser": 7})", image(101), 7, "", 6},
             Row{R"({"runAsUser": 5})", R"({"runAsUser": 0, "runAsGroup": 1})", image(101), 0, "", 1},
         }) {
        api::Pod pod = pod_with(std::string(R"("securityContext": )") + row.container);
        pod.spec.securityContext = test::object_of<api::PodSecurityContext>(row.pod);
        const auto got = config_of(pod, row.image)->security_context;
        EXPECT_EQ(got.run_as_user, row.user) << row.pod << row.container;
        EXPECT_EQ(got.run_as_username, row.username) << row.pod << row.container;
        EXPECT_EQ(got.run_as_group, row.group) << row.pod << row.container;
    }
}

TEST(ContainerConfig, CarriesTheOtherSecuritySettings) {
    api::Pod pod = pod_with(R"("securityContext": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
        "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false})");
    pod.spec.securityContext =
        test::object_of<api::PodSecurityContext>(R"({"fsGroup": 2000, "supplementalGroups": [10, 11]})");
    const auto got = config_of(pod)->security_context;
    EXPECT_THAT(got.add_capabilities, ElementsAre("NET_ADMIN"));
    EXPECT_THAT(got.drop_capabilities, ElementsAre("ALL"));
    EXPECT_TRUE(got.readonly_rootfs);
    EXPECT_TRUE(got.no_new_privs);
    EXPECT_FALSE(got.privileged);
    EXPECT_THAT(got.supplemental_groups, ElementsAre(2000, 10, 11));
    EXPECT_THAT(got.masked_paths, Contains("/proc/kcore"));
    EXPECT_THAT(got.readonly_paths, Contains("/proc/sys"));
    EXPECT_FALSE(config_of(pod_with(""))->security_context.no_new_privs);
}

TEST(ContainerConfig, HidesNothingWhereNothingShallBeHidden) {
    for (const char* context : {R"({"procMount": "Unmasked"})",
                                R"({"privileged": true, "seccompProfile": {"type": "RuntimeDefault"}})"}) {
        const auto got =
            config_of(pod_with(std::string(R"("securityContext": )") + context))->security_context;
        EXPECT_THAT(got.masked_paths, IsEmpty()) << context;
        EXPECT_THAT(got.readonly_paths, IsEmpty()) << context;
        EXPECT_EQ(got.seccomp.profile, cri::SeccompProfile::unconfined) << context;
    }
}

TEST(ContainerConfig, PassesTheAppArmorProfileOn) {
    const auto profile = [](const std::string& of_pod, const std::string& of_container) {
        const api::Pod pod =
            pod_of(R"({"securityContext": )" + of_pod +
                   R"(, "containers": [{"name": "app", "securityContext": )" + of_container + "}]}");
        return config_of(pod)->security_context.apparmor;
    };
    EXPECT_FALSE(profile("{}", "{}"));
    const std::string other = R"({"appArmorProfile": {"type": "Unconfined"}})";
    const std::string own = R"({"appArmorProfile": {"type": "Localhost", "localhostProfile": "web"}})";
    EXPECT_EQ(profile(other, "{}")->profile, cri::SeccompProfile::unconfined);
    EXPECT_EQ(profile(other, own)->profile, cri::SeccompProfile::localhost);
    EXPECT_EQ(profile(other, own)->localhost_ref, "web");
    EXPECT_EQ(profile(R"({"appArmorProfile": {"type": "RuntimeDefault"}})", "{}")->profile,
              cri::SeccompProfile::runtime_default);
}

TEST(ContainerConfig, PrefersTheContainersSeccompProfile) {
    struct Row {
        const char* pod;
        const char* container;
        cri::SeccompProfile profile;
        const char* file;
    };
    using enum cri::SeccompProfile;
    for (const Row& row : {
             Row{"{}", "{}", unconfined, ""},
             Row{R"({"seccompProfile": {"type": "RuntimeDefault"}})", "{}", runtime_default, ""},
             Row{R"({"seccompProfile": {"type": "RuntimeDefault"}})",
                 R"({"seccompProfile": {"type": "Unconfined"}})", unconfined, ""},
             Row{"{}", R"({"seccompProfile": {"type": "Localhost", "localhostProfile": "audit.json"}})",
                 localhost, "/state/seccomp/audit.json"},
         }) {
        api::Pod pod = pod_with(std::string(R"("securityContext": )") + row.container);
        pod.spec.securityContext = test::object_of<api::PodSecurityContext>(row.pod);
        const cri::Seccomp got = config_of(pod)->security_context.seccomp;
        EXPECT_EQ(got.profile, row.profile) << row.pod << row.container;
        EXPECT_EQ(got.localhost_ref, row.file) << row.pod << row.container;
    }
}

TEST(ContainerConfig, SharesTheNamespacesOfThePod) {
    using enum cri::NamespaceMode;
    const auto got = [](const std::string& fields) {
        return config_of(pod_of(R"({"containers": [{"name": "app"}])" + fields + "}"))
            ->security_context.namespaces;
    };
    EXPECT_EQ(got("").network, pod);
    EXPECT_EQ(got("").pid, container);
    EXPECT_EQ(got("").ipc, pod);
    EXPECT_EQ(got(R"(, "hostNetwork": true)").network, node);
    EXPECT_EQ(got(R"(, "hostPID": true)").pid, node);
    EXPECT_EQ(got(R"(, "hostIPC": true)").ipc, node);
    EXPECT_EQ(got(R"(, "shareProcessNamespace": true)").pid, pod);
}

TEST(ContainerConfig, RefusesRootWhereItIsForbidden) {
    struct Row {
        const char* context;
        std::optional<std::int64_t> uid;
        const char* username;
        const char* error;
    };
    for (const Row& row : {
             Row{R"({})", 0, "", ""},
             Row{R"({"runAsNonRoot": true, "runAsUser": 5})", 0, "", ""},
             Row{R"({"runAsNonRoot": true})", 101, "", ""},
             Row{R"({"runAsNonRoot": true, "runAsUser": 0})", 101, "",
                 "container's runAsUser breaks non-root policy (pod: \"web_default(u1)\", container: app)"},
             Row{R"({"runAsNonRoot": true})", 0, "",
                 "container has runAsNonRoot and image will run as root (pod: \"web_default(u1)\", "
                 "container: "
                 "app)"},
             Row{R"({"runAsNonRoot": true})",
                 {},
                 "",
                 "container has runAsNonRoot and image will run as root (pod: \"web_default(u1)\", "
                 "container: app)"},
             Row{R"({"runAsNonRoot": true})",
                 {},
                 "nginx",
                 "container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is "
                 "non-root (pod: \"web_default(u1)\", container: app)"},
         }) {
        cri::Image image;
        image.uid = row.uid;
        image.username = row.username;
        const auto config = config_of(pod_with(std::string(R"("securityContext": )") + row.context), image);
        EXPECT_EQ(config ? "" : config.error().text(), row.error) << row.context;
    }
}

}  // namespace
}  // namespace hooklet
