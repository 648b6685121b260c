// SPDX-License-Identifier: Apache-2.0
#include "volumes/payload.hpp"

#include "support/volume_bench.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class PayloadTest : public testing::Test {
  protected:
    PayloadTest() {
        bench_.config_maps["settings"].data = {{"color", "blue"}, {"size", "L"}};
        bench_.config_maps["settings"].binaryData = {{"raw", std::string("\0\1", 2)}};
        bench_.secrets["token"].data = {{"password", "s3cret"}};
    }

    Result<Payload> payload(const std::string& volume, const std::string& more = "") {
        api::Pod pod =
            test::pod_of(R"({"containers": [{"name": "app", "resources": {"limits": {"cpu": "1500m"}}}],
            "volumes": [{"name": "v", )" +
                         volume + "}]" + more + "}");
        pod.metadata.labels = {{"app", "shop"}, {"tier", "a\"b"}};
        pod.metadata.annotations = {{"note", "two\nlines"}};
        return make_payload(pod.spec.volumes.front(), {pod, bench_.objects(), bench_.node});
    }

    std::string error_of(const std::string& volume) {
        const auto made = payload(volume);
        return made ? "no error" : made.error().text();
    }

    sim::VolumeBench bench_;
};

TEST_F(PayloadTest, HoldsEveryKeyOrTheNamedOnes) {
    EXPECT_THAT(*payload(R"("configMap": {"name": "settings"})"),
                ElementsAre(Pair("color", PayloadFile{"blue", 0644}),
                            Pair("raw", PayloadFile{std::string("\0\1", 2), 0644}),
                            Pair("size", PayloadFile{"L", 0644})));
    EXPECT_THAT(*payload(R"("configMap": {"name": "settings", "defaultMode": 256, "items": [
                             {"key": "color", "path": "./a//b"}, {"key": "size", "path": "s", "mode": 511},
                             {"key": "color", "path": "again"}]})"),
                ElementsAre(Pair("a/b", PayloadFile{"blue", 0400}), Pair("again", PayloadFile{"blue", 0400}),
                            Pair("s", PayloadFile{"L", 0777})));
    EXPECT_THAT(*payload(R"("secret": {"secretName": "token", "defaultMode": 288})"),
                ElementsAre(Pair("password", PayloadFile{"s3cret", 0440})));
}

TEST_F(PayloadTest, ShowsThePodItself) {
    bench_.node.allocatable["memory"] = api::Quantity::of_units(4096);
    EXPECT_THAT(*payload(R"("downwardAPI": {"items": [
                    {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}},
                    {"path": "annotations", "fieldRef": {"fieldPath": "metadata.annotations"}},
                    {"path": "app", "fieldRef": {"fieldPath": "metadata.labels['app']"}, "mode": 256},
                    {"path": "cpu", "resourceFieldRef": {"containerName": "app", "resource": "limits.cpu"}},
                    {"path": "mem", "resourceFieldRef": {"containerName": "app", "resource": "limits.memory"}}]})"),
                ElementsAre(Pair("annotations", PayloadFile{"note=\"two\\nlines\"", 0644}),
                            Pair("app", PayloadFile{"shop", 0400}), Pair("cpu", PayloadFile{"2", 0644}),
                            Pair("labels", PayloadFile{"app=\"shop\"\ntier=\"a\\\"b\"", 0644}),
                            Pair("mem", PayloadFile{"4096", 0644})));
}

TEST_F(PayloadTest, JoinsProjections) {
    EXPECT_THAT(*payload(R"("projected": {"defaultMode": 256, "sources": [
                    {"configMap": {"name": "settings", "items": [{"key": "color", "path": "x"}]}},
                    {"secret": {"name": "token", "items": [{"key": "password", "path": "p", "mode": 438}]}},
                    {"downwardAPI": {"items": [{"path": "d/n", "fieldRef": {"fieldPath": "metadata.name"}}]}}]})"),
                ElementsAre(Pair("d/n", PayloadFile{"web", 0400}), Pair("p", PayloadFile{"s3cret", 0666}),
                            Pair("x", PayloadFile{"blue", 0400})));
}

TEST_F(PayloadTest, LeavesOutWhatIsOptionalAndMissing) {
    EXPECT_THAT(*payload(R"("configMap": {"name": "none", "optional": true})"), IsEmpty());
    EXPECT_THAT(*payload(R"("secret": {"secretName": "none", "optional": true})"), IsEmpty());
    EXPECT_THAT(*payload(R"("secret": {"secretName": "token", "optional": true, "items": [
                             {"key": "none", "path": "a"}, {"key": "password", "path": "b"}]})"),
                ElementsAre(Pair("b", PayloadFile{"s3cret", 0644})));
    EXPECT_THAT(*payload(R"("projected": {"sources": [{"configMap": {"name": "none", "optional": true}},
                             {"secret": {"name": "none", "optional": true}}]})"),
                IsEmpty());
}

TEST_F(PayloadTest, SaysWhatIsMissing) {
    const std::map<std::string, std::string> table = {
        {R"("configMap": {"name": "none"})", "configmap \"none\" not found"},
        {R"("secret": {"secretName": "none"})", "secret \"none\" not found"},
        {R"("configMap": {"name": "settings", "items": [{"key": "k", "path": "p"}]})",
         "references non-existent config key: k"},
        {R"("secret": {"secretName": "token", "items": [{"key": "k", "path": "p"}]})",
         "references non-existent secret key: k"},
        {R"("projected": {"sources": [{"secret": {"name": "none"}}, {"configMap": {"name": "none"}},
                                      {"secret": {"name": "none"}}]})",
         "[secret \"none\" not found, configmap \"none\" not found]"},
        {R"("projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]})",
         "failed to fetch token: no token was asked for"},
        {R"("configMap": {"name": "settings", "items": [{"key": "color", "path": "../p"}]})",
         "invalid path: ../p"},
    };
    for (const auto& [volume, error] : table) EXPECT_EQ(error_of(volume), error) << volume;
}

TEST_F(PayloadTest, GivesTokensToTheUserOfAllContainers) {
    const std::string volume = R"("projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]})";
    const ServiceAccountTokenRequest request{"default", "default", "web", "u1", "", 3600};
    bench_.tokens.emplace(request, ServiceAccountToken{"abc", {}, {}});
    const auto token = [&](const std::string& more) { return payload(volume, more)->at("t"); };
    EXPECT_EQ(token(""), (PayloadFile{"abc", 0644}));
    EXPECT_EQ(token(R"(, "securityContext": {"fsGroup": 5})"), (PayloadFile{"abc", 0600}));
    EXPECT_EQ(token(R"(, "securityContext": {"runAsUser": 7})"), (PayloadFile{"abc", 0600, 7}));
    EXPECT_EQ(token(R"(, "securityContext": {"runAsUser": 7}, "initContainers": [
                        {"name": "i", "securityContext": {"runAsUser": 8}}])"),
              (PayloadFile{"abc", 0644}));
}

}  // namespace
}  // namespace hooklet
