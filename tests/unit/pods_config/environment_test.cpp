// SPDX-License-Identifier: Apache-2.0
#include "pods/environment.hpp"

#include "unit/pods_config/pod_of.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hooklet {
namespace {

using test::pod_with;
using testing::ElementsAre;
using Env = std::vector<cri::KeyValue>;

const FieldFacts facts{{"10.1.0.7", "fd00::7"},
                       {"node1",
                        "192.168.1.5",
                        {{"cpu", api::Quantity::of_units(2)},
                         {"memory", api::Quantity::of_units(4'000'000'000)},
                         {"ephemeral-storage", api::Quantity::of_units(500)}}}};

/// A ConfigMap `settings` and a Secret `token`.
ObjectSnapshot objects() {
    api::ConfigMap settings;
    settings.data = {{"color", "blue"}, {"file.name", "x y"}, {"1st", "one"}, {"APP", "$(color)"}};
    settings.binaryData = {{"raw", "r"}};
    api::Secret token;
    token.data = {{"color", "s3cret-red"}, {"password", "s3cret-hunter2"}};
    ObjectSnapshot snapshot;
    snapshot.add({ObjectKind::config_map, "default", "settings"},
                 std::make_shared<const api::ConfigMap>(settings));
    snapshot.add({ObjectKind::secret, "default", "token"}, std::make_shared<const api::Secret>(token));
    snapshot.add({ObjectKind::config_map, "default", "unreachable"},
                 ObjectSnapshot::ConfigMap(fail(Code::unavailable, "connection refused")));
    return snapshot;
}

Result<Env> environment(api::Pod pod, const FieldFacts& seen = facts) {
    pod.metadata.labels["app"] = "shop";
    pod.metadata.annotations["example.com/note"] = "it's";
    pod.spec.serviceAccountName = "builder";
    return make_environment({pod, pod.spec.containers.front(), seen, objects()});
}

std::string error_of(const std::string& container) {
    const Result<Env> env = environment(pod_with(container));
    return env ? "no error" : env.error().text();
}

TEST(Expand, FollowsKubernetes) {
    const Env env{{"A", "1"}, {"EMPTY", ""}, {"REF", "$(A)"}};
    const std::map<std::string, std::string> table = {
        {"", ""},
        {"plain", "plain"},
        {"$(A)", "1"},
        {"x$(A)y$(A)", "x1y1"},
        {"$(EMPTY)", ""},
        {"$(REF)", "$(A)"},
        {"$(UNKNOWN)", "$(UNKNOWN)"},
        {"$$(A)", "$(A)"},
        {"$$$(A)", "$1"},
        {"$$$$(A)", "$$(A)"},
        {"$A ${A}", "$A ${A}"},
        {"$(A", "$(A"},
        {"$($(A))", "$($(A))"},
        {"$()", "$()"},
        {"cost: 5$", "cost: 5$"},
        {"$$", "$"},
        {"$", "$"},
    };
    for (const auto& [text, expected] : table) EXPECT_EQ(expand(text, env), expected) << text;
}

TEST(Expand, StrictlyNamesWhatIsMissing) {
    const Env env{{"A", "1"}, {"EMPTY", ""}};
    EXPECT_EQ(expand_strictly("$(A)/log$$(A)", env), "1/log$(A)");
    EXPECT_EQ(expand_strictly("$(Z)/$(EMPTY)/$(A)/$(Z)", env).error().message, "missing value for EMPTY, Z");
}

TEST(Environment, KeepsOrderAndLetsTheLastDeclarationWin) {
    const auto env = environment(pod_with(R"j("env": [
        {"name": "LATE", "value": "$(B)"}, {"name": "A", "value": "1"}, {"name": "B", "value": "$(A)2"},
        {"name": "A", "value": "$(A)$(B)"}, {"name": "NONE"}])j"));
    EXPECT_THAT(*env, ElementsAre(cri::KeyValue{"LATE", "$(B)"}, cri::KeyValue{"A", "112"},
                                  cri::KeyValue{"B", "12"}, cri::KeyValue{"NONE", ""}));
}

TEST(Environment, ReadsFields) {
    const std::map<std::string, std::string> table = {
        {"metadata.name", "web"},
        {"metadata.namespace", "default"},
        {"metadata.uid", "u1"},
        {"metadata.labels['app']", "shop"},
        {"metadata.labels['absent']", ""},
        {"metadata.annotations['example.com/note']", "it's"},
        {"spec.nodeName", "node1"},
        {"spec.serviceAccountName", "builder"},
        {"status.hostIP", "192.168.1.5"},
        {"status.hostIPs", "192.168.1.5"},
        {"status.podIP", "10.1.0.7"},
        {"status.podIPs", "10.1.0.7,fd00::7"},
    };
    for (const auto& [path, expected] : table) {
        const auto env = environment(
            pod_with(R"("env": [{"name": "X", "valueFrom": {"fieldRef": {"fieldPath": ")" + path + "\"}}}]"));
        ASSERT_TRUE(env) << path << ": " << env.error().text();
        EXPECT_THAT(*env, ElementsAre(cri::KeyValue{"X", expected})) << path;
    }
    EXPECT_EQ(
        error_of(R"("env": [{"name": "X", "valueFrom": {"fieldRef": {"fieldPath": "spec.hostname"}}}])"),
        "field label not supported: spec.hostname");
}

TEST(Environment, OnTheHostsNetworkThePodHasTheHostsAddress) {
    api::Pod pod =
        pod_with(R"("env": [{"name": "X", "valueFrom": {"fieldRef": {"fieldPath": "status.podIPs"}}}])");
    pod.spec.hostNetwork = true;
    EXPECT_THAT(*environment(pod, {{}, facts.node}), ElementsAre(cri::KeyValue{"X", "192.168.1.5"}));
}

TEST(Environment, ReadsResources) {
    struct Row {
        const char* resource;
        const char* divisor;
        const char* expected;
    };
    const std::string resources =
        R"("resources": {"limits": {"cpu": "1500m"}, "requests": {"memory": "100Mi", "cpu": "250m"}})";
    for (const Row& row : {
             Row{"limits.cpu", "0", "2"},
             Row{"limits.cpu", "1m", "1500"},
             Row{"requests.cpu", "0", "1"},
             Row{"requests.cpu", "100m", "3"},
             Row{"limits.memory", "0", "4000000000"},
             Row{"limits.memory", "1Gi", "4"},
             Row{"requests.memory", "1Mi", "100"},
             Row{"requests.memory", "1Gi", "1"},
             Row{"limits.ephemeral-storage", "0", "500"},
             Row{"requests.ephemeral-storage", "0", "0"},
             Row{"limits.hugepages-2Mi", "0", "0"},
         }) {
        const auto env =
            environment(pod_with(fmt::format(R"({}, "env": [{{"name": "X", "valueFrom": {{"resourceFieldRef":
                        {{"resource": "{}", "divisor": "{}"}}}}}}])",
                                             resources, row.resource, row.divisor)));
        ASSERT_TRUE(env) << row.resource << ": " << env.error().text();
        EXPECT_THAT(*env, ElementsAre(cri::KeyValue{"X", row.expected}))
            << row.resource << " / " << row.divisor;
    }
}

TEST(Environment, ReadsResourcesOfAnotherContainer) {
    const api::Pod pod = test::pod_of(R"({"containers": [{"name": "a", "env": [{"name": "X", "valueFrom":
        {"resourceFieldRef": {"containerName": "b", "resource": "limits.cpu"}}}]},
        {"name": "b", "resources": {"limits": {"cpu": "3"}}}]})");
    EXPECT_THAT(*environment(pod), ElementsAre(cri::KeyValue{"X", "3"}));
}

TEST(Environment, SaysWhatItCannotGive) {
    const auto from = [](const std::string& source) {
        return error_of(R"("env": [{"name": "X", "valueFrom": {)" + source + "}}]");
    };
    EXPECT_EQ(from(R"("resourceFieldRef": {"resource": "limits.gpu"})"),
              "unsupported container resource : limits.gpu");
    EXPECT_EQ(from(R"("resourceFieldRef": {"resource": "cpu"})"), "unsupported container resource : cpu");
    EXPECT_EQ(from(R"("resourceFieldRef": {"resource": "limits.cpu", "containerName": "b"})"),
              "container b not found");
    EXPECT_EQ(from(R"("configMapKeyRef": {"name": "none", "key": "k"})"), "configmap \"none\" not found");
    EXPECT_EQ(from(R"("secretKeyRef": {"name": "none", "key": "k"})"), "secret \"none\" not found");
    EXPECT_EQ(from(R"("configMapKeyRef": {"name": "settings", "key": "k"})"),
              "couldn't find key k in ConfigMap default/settings");
    EXPECT_EQ(from(R"("configMapKeyRef": {"name": "settings", "key": "raw"})"),
              "couldn't find key raw in ConfigMap default/settings");
    EXPECT_EQ(from(R"("secretKeyRef": {"name": "token", "key": "k"})"),
              "couldn't find key k in Secret default/token");
    EXPECT_EQ(error_of(R"("envFrom": [{"configMapRef": {"name": "none"}}])"), "configmap \"none\" not found");
    EXPECT_EQ(error_of(R"("envFrom": [{"secretRef": {"name": "none"}}])"), "secret \"none\" not found");
    EXPECT_EQ(error_of(R"("envFrom": [{"configMapRef": {"name": "unreachable", "optional": true}}])"),
              "connection refused");
}

TEST(Environment, TakesKeysOfConfigMapsAndSecrets) {
    const auto env = environment(pod_with(R"j("env": [
        {"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "color"}}},
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "token", "key": "password"}}},
        {"name": "RAW", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "APP"}}},
        {"name": "BOTH", "value": "$(COLOR) $(PASSWORD)"}])j"));
    ASSERT_TRUE(env) << env.error().text();
    EXPECT_THAT(*env,
                ElementsAre(cri::KeyValue{"COLOR", "blue"}, cri::KeyValue{"PASSWORD", "s3cret-hunter2"},
                            cri::KeyValue{"RAW", "$(color)"}, cri::KeyValue{"BOTH", "blue s3cret-hunter2"}));
}

TEST(Environment, TakesAllKeysOfAnObjectWhateverTheirForm) {
    const auto env =
        environment(pod_with(R"j("envFrom": [{"prefix": "S_", "configMapRef": {"name": "settings"}}],
        "env": [{"name": "X", "value": "$(S_1st) $(S_file.name)"}])j"));
    ASSERT_TRUE(env) << env.error().text();
    EXPECT_THAT(*env, ElementsAre(cri::KeyValue{"S_1st", "one"}, cri::KeyValue{"S_APP", "$(color)"},
                                  cri::KeyValue{"S_color", "blue"}, cri::KeyValue{"S_file.name", "x y"},
                                  cri::KeyValue{"X", "one x y"}));
}

TEST(Environment, LaterSourcesWinAndEnvWinsOverAll) {
    const auto value_of_color = [](const std::string& from, const std::string& own) {
        const auto env = environment(pod_with("\"envFrom\": [" + from + "], \"env\": [" + own + "]"));
        return *std::ranges::find(*env, "color", &cri::KeyValue::key);
    };
    const std::string settings = R"({"configMapRef": {"name": "settings"}})";
    const std::string token = R"({"secretRef": {"name": "token"}})";
    EXPECT_EQ(value_of_color(settings + "," + token, "").value, "s3cret-red");
    EXPECT_EQ(value_of_color(token + "," + settings, "").value, "blue");
    EXPECT_EQ(value_of_color(token, R"j({"name": "color", "value": "no $(color)"})j").value, "no s3cret-red");
}

TEST(Environment, LeavesOutOptionalSources) {
    const auto env = environment(pod_with(R"j("envFrom": [{"secretRef": {"name": "none", "optional": true}}],
        "env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "k", "optional": true}}},
                {"name": "Z", "valueFrom": {"secretKeyRef": {"name": "token", "key": "k", "optional": true}}},
                {"name": "Y", "value": "$(X)"}])j"));
    EXPECT_THAT(*env, ElementsAre(cri::KeyValue{"Y", "$(X)"}));
}

}  // namespace
}  // namespace hooklet
