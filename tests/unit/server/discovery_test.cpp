// SPDX-License-Identifier: Apache-2.0
#include "api/wire.hpp"
#include "kinds/kind.hpp"
#include "server_fixture.hpp"

#include <set>

namespace hooklet::server {
namespace {

constexpr const char* aggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

struct Discovery : ServerTest {};

/// The item of the array whose member is that text.
const api::Node* item(const api::Node& document, std::string_view array, std::string_view member,
                      std::string_view value) {
    for (const api::Node& one : *document.find(array)->as_array()) {
        if (ServerTest::text(one, member) == value) return &one;
    }
    return nullptr;
}

TEST_F(Discovery, TheAggregatedFormHasItsOwnContentType) {
    const auto core = ask("GET", "/api?timeout=32s", "", {{"Accept", aggregated}});
    EXPECT_EQ(core->header("Content-Type"),
              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    const auto list = api::parse_json(core->reply.body).value();
    EXPECT_EQ(text(list, "kind"), "APIGroupDiscoveryList");
    ASSERT_EQ(list.find("items")->as_array()->size(), 1U);
    const api::Node& version = list.find("items")->as_array()->front().find("versions")->as_array()->front();
    EXPECT_EQ(text(version, "freshness"), "Current");
    const api::Node* pod_resource = item(version, "resources", "resource", "pods");
    ASSERT_NE(pod_resource, nullptr);
    EXPECT_EQ(text(*pod_resource, "scope"), "Namespaced");
    EXPECT_EQ(text(*pod_resource, "responseKind"), R"({"group":"","version":"","kind":"Pod"})");
    EXPECT_EQ(text(*pod_resource, "shortNames"), R"(["po"])");
    EXPECT_EQ(text(*item(*pod_resource, "subresources", "subresource", "eviction"), "responseKind"),
              R"({"group":"policy","version":"v1","kind":"Eviction"})");
}

TEST_F(Discovery, GroupsComeOnceInTheOrderOfTheKinds) {
    const auto groups = json("GET", "/apis", "", {{"Accept", aggregated}});
    std::vector<std::string> names;
    for (const api::Node& one : *groups.find("items")->as_array())
        names.push_back(text(one, "metadata.name"));
    std::vector<std::string> expected;
    for (const kinds::Kind& kind : kinds::all()) {
        if (!kind.group.empty() && std::ranges::find(expected, kind.group) == expected.end())
            expected.push_back(kind.group);
    }
    EXPECT_EQ(names, expected);
}

TEST_F(Discovery, TheOldFormIsThereToo) {
    EXPECT_EQ(text(json("GET", "/api"), "versions"), R"(["v1"])");
    EXPECT_EQ(text(json("GET", "/apis"), "kind"), "APIGroupList");
    const auto group = json("GET", "/apis/node.k8s.io");
    EXPECT_EQ(text(group, "kind"), "APIGroup");
    EXPECT_EQ(text(group, "preferredVersion.groupVersion"), "node.k8s.io/v1");
    const auto core = json("GET", "/api/v1");
    EXPECT_EQ(text(core, "groupVersion"), "v1");
    EXPECT_EQ(text(*item(core, "resources", "name", "pods/status"), "kind"), "Pod");
    EXPECT_EQ(text(*item(core, "resources", "name", "pods/eviction"), "group"), "policy");
    EXPECT_EQ(answer("GET", "/apis/nothing.dev"), "404 404 page not found\n");
    EXPECT_EQ(answer("GET", "/nothing"), "404 404 page not found\n");
}

TEST_F(Discovery, OpenApiLetsTheServerValidate) {
    const auto index = json("GET", "/openapi/v3?timeout=32s");
    const std::string url = text(*index.find("paths")->find("api/v1"), "serverRelativeURL");
    EXPECT_EQ(url.substr(0, 25), "/openapi/v3/api/v1?hash=" + url.substr(24, 1));
    const auto document = json("GET", url);
    EXPECT_EQ(text(document, "openapi"), "3.0.0");
    const api::Node* pod = document.find("paths")->find("/api/v1/namespaces/{namespace}/pods/{name}");
    ASSERT_NE(pod, nullptr);
    EXPECT_EQ(text(*pod, "patch.parameters"), R"([{"name":"fieldValidation","in":"query"}])");
    EXPECT_EQ(text(*pod, "patch.x-kubernetes-group-version-kind"),
              R"({"group":"","version":"v1","kind":"Pod"})");
    EXPECT_EQ(text(*pod, "patch.requestBody"), "-");
}

TEST_F(Discovery, OpenApiOfOldIsOneDocument) {
    const auto document = json("GET", "/openapi/v2?timeout=32s");
    EXPECT_EQ(text(document, "swagger"), "2.0");
    const api::Node* spec = document.find("definitions")->find("io.k8s.api.core.v1.PodSpec");
    ASSERT_NE(spec, nullptr);
    const api::Node* containers = spec->find("properties")->find("containers");
    EXPECT_EQ(text(*containers, "items"), R"({"$ref":"#/definitions/io.k8s.api.core.v1.Container"})");
    EXPECT_EQ(
        text(*containers, "x-kubernetes-patch-strategy") + text(*containers, "x-kubernetes-patch-merge-key"),
        "mergename");
    const api::Node* lease =
        document.find("paths")->find("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}");
    ASSERT_NE(lease, nullptr);
    EXPECT_NE(text(*lease, "patch.parameters").find("dryRun"), std::string::npos);
}

TEST_F(Discovery, KubectlReadsTheOldDocumentAsProtobufOnly) {
    const std::string base = "application/com.github.proto-openapi.spec.v2";
    EXPECT_EQ(
        ask("GET", "/openapi/v2", "", {{"Accept", base + ".v1.0+protobuf"}})->reply.headers.front().value,
        base + ".v1.0+protobuf");
    const auto exchange = ask("GET", "/openapi/v2", "", {{"Accept", base + "@v1.0+protobuf"}});
    EXPECT_EQ(exchange->reply.status, 200);
    // Go's mime package fails at the @.
    EXPECT_EQ(exchange->reply.headers.front().value, base + ".v1.0+protobuf");
    std::string_view message = exchange->reply.body;
    EXPECT_EQ(message.substr(0, 5),
              "\x0a\x03"
              "2.0");
    std::set<int> fields;
    for (api::wire::Reader reader(message); !reader.at_end();) {
        const auto field = reader.next();
        ASSERT_TRUE(field);
        fields.insert(field->number);
    }
    EXPECT_EQ(fields, (std::set{1, 2, 8, 9}));
    EXPECT_NE(message.find("\x0a\x1aio.k8s.api.core.v1.PodSpec"), std::string_view::npos);
}

/// Older kubectls refuse a manifest without a field of `required` before they send it.
TEST_F(Discovery, OpenApiRequiresNothingThatTheServerFillsIn) {
    const auto document = json("GET", "/openapi/v2");
    const api::Node* schemas = document.find("definitions");
    EXPECT_EQ(text(*schemas->find("io.k8s.api.core.v1.Container"), "required"), R"(["name"])");
    EXPECT_EQ(text(*schemas->find("io.k8s.api.core.v1.PodSpec"), "required"), R"(["containers"])");
    EXPECT_EQ(text(*schemas->find("io.k8s.api.core.v1.ContainerPort"), "required"), R"(["containerPort"])");
}

TEST_F(Discovery, OpenApiNamesHookletsOwnKindsByItsDomain) {
    const auto document = json("GET", "/openapi/v3/apis/hooklet.dev/v1");
    const api::Node* schemas = document.find("components")->find("schemas");
    EXPECT_NE(schemas->find("dev.hooklet.v1.HookRun"), nullptr);
    EXPECT_NE(schemas->find("dev.hooklet.v1.HookRunSpec"), nullptr);
    const auto leases = json("GET", "/openapi/v3/apis/coordination.k8s.io/v1");
    EXPECT_NE(leases.find("components")->find("schemas")->find("io.k8s.api.coordination.v1.Lease"), nullptr);
}

TEST_F(Discovery, OpenApiExplainsEveryField) {
    const auto document = json("GET", "/openapi/v3/api/v1");
    const api::Node* schemas = document.find("components")->find("schemas");
    const api::Node* spec = schemas->find("io.k8s.api.core.v1.PodSpec");
    ASSERT_NE(spec, nullptr);
    EXPECT_EQ(text(*spec, "properties.containers"),
              R"({"type":"array","items":{"$ref":"#/components/schemas/io.k8s.api.core.v1.Container"},)"
              R"("x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],)"
              R"("x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"name",)"
              R"("description":"What the Pod is there for; at least one."})");
    EXPECT_EQ(text(*schemas->find("io.k8s.api.core.v1.Pod"), "properties.spec"),
              R"({"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.PodSpec"}],)"
              R"("description":"What is to run, and how."})");
    EXPECT_EQ(text(*spec, "description"), "What a Pod runs, and how.");
    EXPECT_NE(schemas->find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"), nullptr);
    EXPECT_EQ(text(*schemas->find("io.k8s.api.core.v1.Pod"), "x-kubernetes-group-version-kind"),
              R"([{"group":"","version":"v1","kind":"Pod"}])");
}

TEST_F(Discovery, TheServerSaysWhatItIs) {
    const auto version = json("GET", "/version?timeout=5s");
    EXPECT_EQ(text(version, "major") + text(version, "minor"), "134");
    EXPECT_EQ(text(version, "gitVersion").substr(0, 6), "v1.34.");
    EXPECT_EQ(answer("GET", "/readyz"), "200 ok");
    EXPECT_EQ(answer("GET", "/livez?verbose"), "200 [+]ping ok\nlivez check passed\n");
    EXPECT_NE(text(json("GET", "/"), "paths").find("\"/apis/node.k8s.io/v1\""), std::string::npos);
}

TEST_F(Discovery, NoAnswerMayBeKept) {
    for (const char* path : {"/livez", "/version", "/api", "/openapi/v3", "/nowhere", "/api/v1/pods",
                             "/api/v1/namespaces/default/pods/none"}) {
        EXPECT_EQ(ask("GET", path)->header("Cache-Control"), "no-cache, private") << path;
    }
}

TEST_F(Discovery, ATimeoutThatIsNoDurationIsRefused) {
    const std::string why =
        R"(400 BadRequest: invalid timeout specified in the request URL - time: invalid duration "soon")";
    EXPECT_EQ(verdict("GET", "/version?timeout=soon"), why);
    EXPECT_EQ(verdict("GET", "/api/v1/pods?timeout=soon"), why);
    EXPECT_EQ(verdict("GET", "/api/v1/pods?timeout=1m30s"), "200");
}

TEST_F(Discovery, EveryKindHasAResourceAndADocument) {
    for (const kinds::Kind& kind : kinds::all()) {
        const std::string base = (kind.group.empty() ? "/api/" : "/apis/") + kind.api_version();
        SCOPED_TRACE(kind.resource());
        EXPECT_NE(item(json("GET", base), "resources", "name", kind.plural), nullptr);
        EXPECT_EQ(ask("GET", "/openapi/v3" + base)->reply.status, 200);
        if (std::ranges::find(kind.verbs, "list") == kind.verbs.end()) continue;
        EXPECT_EQ(verdict("GET", base + "/" + kind.plural), "200");
    }
}

}  // namespace
}  // namespace hooklet::server
