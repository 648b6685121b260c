// SPDX-License-Identifier: Apache-2.0
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

const std::string map_a = "/api/v1/namespaces/default/configmaps/a";
const HttpHeader merge{"Content-Type", "application/merge-patch+json"};
const HttpHeader strategic{"Content-Type", "application/strategic-merge-patch+json"};
const HttpHeader json_patch{"Content-Type", "application/json-patch+json"};

/// A request and what is answered.
struct Asked {
    const char* method;
    std::string target;
    std::string body;
    const char* expected;
    HttpHeader header{"Content-Type", "application/json"};
};

struct Objects : ServerTest {
    void expect(const std::vector<Asked>& table) {
        for (const Asked& one : table) {
            EXPECT_EQ(verdict(one.method, one.target, one.body, {one.header}), one.expected)
                << one.method << " " << one.target << " " << one.body;
        }
    }
};

TEST_F(Objects, ACreatedObjectIsWhatTheServerMadeOfIt) {
    const auto made =
        ask("POST", std::string(maps), R"({"metadata":{"name":"a","uid":"mine"},"data":{"k":"v"}})");
    EXPECT_EQ(made->reply.status, 201);
    EXPECT_EQ(made->header("Content-Type"), "application/json");
    const auto object = api::parse_json(made->reply.body).value();
    EXPECT_EQ(text(object, "kind"), "ConfigMap");
    EXPECT_EQ(text(object, "apiVersion"), "v1");
    EXPECT_EQ(text(object, "metadata.namespace"), "default");
    EXPECT_EQ(text(object, "metadata.resourceVersion"), "2");
    EXPECT_EQ(text(object, "metadata.creationTimestamp"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(text(object, "metadata.uid").size(), 36U);
    EXPECT_EQ(answer("GET", map_a), "200 " + made->reply.body);
}

TEST_F(Objects, FailuresHaveTheApisTexts) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string all(maps);
    expect({
        {"GET", all + "/x", "", R"(404 NotFound: configmaps "x" not found)"},
        {"POST", all, R"({"metadata":{"name":"a"}})", R"(409 AlreadyExists: configmaps "a" already exists)"},
        {"POST", all, R"({"metadata":{"name":"b","namespace":"other"}})",
         "400 BadRequest: the namespace of the provided object does not match the namespace sent on the "
         "request"},
        {"POST", all, R"({"metadata":{"name":"b","resourceVersion":"7"}})",
         "500 InternalError: resourceVersion should not be set on objects to be created"},
        {"POST", "/api/v1/configmaps", "{}",
         "405 MethodNotAllowed: the server does not allow this method on the requested resource"},
        {"PUT", map_a, R"({"metadata":{"name":"zz"}})",
         "400 BadRequest: the name of the object (zz) does not match the name on the URL (a)"},
        {"PUT", map_a, "{}",
         "400 BadRequest: the name of the object (a based on URL) was undeterminable: name must be provided"},
        {"PUT", all + "/x", R"({"metadata":{"name":"x"}})", R"(404 NotFound: configmaps "x" not found)"},
        {"PUT", map_a, R"({"metadata":{"name":"a","resourceVersion":"77"}})",
         R"(409 Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; )"
         "please apply your changes to the latest version and try again"},
        {"DELETE", all + "/x", "", R"(404 NotFound: configmaps "x" not found)"},
        {"GET", "/api/v1/namespaces/default/nothing", "",
         "404 NotFound: the server could not find the requested resource"},
        {"GET", map_a + "/status", "", "404 NotFound: the server could not find the requested resource"},
        {"DELETE", "/api/v1/namespaces/default/services/s/proxy/x", "",
         "404 NotFound: the server could not find the requested resource"},
        {"GET", "/api/v1/nodes/n:10250/proxy/metrics", "",
         "404 NotFound: the server could not find the requested resource"},
        {"GET", all + "?includeObject=Nope", "", "200"},
        {"TRACE", map_a, "",
         "405 MethodNotAllowed: the server does not allow this method on the requested resource"},
    });
    EXPECT_EQ(answer("GET", "/apis/nothing.dev/v1/things"), "404 404 page not found\n");
}

TEST_F(Objects, VersionsThatAWriterMayOrHasToName) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l";
    expect({
        {"PUT", map_a, R"({"metadata":{"name":"a","resourceVersion":"0"},"data":{"k":"v"}})", "200"},
        {"PATCH", map_a, R"({"metadata":{"resourceVersion":"0"},"data":{"k":"w"}})", "200", merge},
        {"POST", std::string(maps), R"({"metadata":{"name":"b","resourceVersion":"0"}})", "201"},
        {"PUT", lease, R"({"metadata":{"name":"l","uid":"u"}})",
         R"(409 Conflict: Operation cannot be fulfilled on leases.coordination.k8s.io "l": Precondition failed: )"
         "UID in precondition: u, UID in object meta: "},
        {"PUT", lease, R"({"metadata":{"name":"l"}})", "201"},
        {"PUT", lease, R"({"metadata":{"name":"l"},"spec":{"holderIdentity":"me"}})",
         R"(422 Invalid: Lease.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: )"
         "must be specified for an update"},
        {"PATCH", lease, R"({"spec":{"holderIdentity":"me"}})", "200", merge},
        {"PUT", "/api/v1/namespaces/default/endpoints/e", R"({"metadata":{"name":"e"}})", "201"},
        {"PATCH",
         "/api/v1/namespaces/default/configmaps/ghost?fieldManager=m",
         R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"ghost","uid":"u"}})",
         R"(409 Conflict: Operation cannot be fulfilled on configmaps "ghost": uid mismatch: the provided object )"
         "specified uid u, and no existing object was found",
         {"Content-Type", "application/apply-patch+yaml"}},
    });
}

TEST_F(Objects, AStrategicPatchOfAWrongTypeShowsOnlyItself) {
    ASSERT_EQ(make_map("a"), "201");
    expect(
        {{"PATCH", map_a, R"({"metadata":{"labels":"invalid"}})",
          R"(422 Invalid:  "" is invalid: patch: Invalid value: "map[metadata:map[labels:invalid]]": cannot )"
          R"(restore map from string: metadata.labels: expected an object, found string "invalid")",
          strategic}});
}

TEST_F(Objects, AStatusSaysWhatItIsAbout) {
    EXPECT_EQ(answer("GET", "/apis/node.k8s.io/v1/runtimeclasses/x"),
              R"(404 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
              R"("message":"runtimeclasses.node.k8s.io \"x\" not found","reason":"NotFound",)"
              R"("details":{"name":"x","group":"node.k8s.io","kind":"runtimeclasses"},"code":404})");
    EXPECT_EQ(
        answer("PATCH", map_a, "{}"),
        R"(415 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"415: Unsupported Media Type","reason":"UnsupportedMediaType","details":{},"code":415})");
}

TEST_F(Objects, BodiesAreRefusedWithTheApisTexts) {
    const std::string all(maps);
    const std::string strict = all + "?fieldValidation=Strict";
    expect({
        {"POST", all, "",
         "400 BadRequest: the object provided is unrecognized (must be of type ConfigMap): couldn't get "
         "version/kind; json parse error: unexpected end of JSON input (<empty>)"},
        {"POST", all, R"({"kind":"Foo","apiVersion":"v1"})",
         R"(400 BadRequest: Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered )"
         R"(for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30")"},
        {"POST", all, R"({"kind":"Pod","apiVersion":"v1"})",
         R"(400 BadRequest: Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to )"
         "(core.ConfigMap): unknown conversion"},
        {"POST", strict, R"({"metadata":{"name":"b","nam":1},"dat":{},"data":{}})",
         R"(400 BadRequest: ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: )"
         R"(unknown field "metadata.nam", unknown field "dat")"},
        {"POST", strict, R"({"metadata":{"name":"b","name":"c"}})",
         R"(400 BadRequest: ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: )"
         R"(duplicate field "metadata.name")"},
        {"POST",
         all,
         "x",
         "415 UnsupportedMediaType: the body of the request was in an unknown format - accepted media types "
         "include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
         {"Content-Type", "text/plain"}},
        {"POST", all + "?fieldValidation=Zed", "{}",
         R"(422 Invalid: CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Zed": )"
         R"(supported values: "", "Ignore", "Strict", "Warn")"},
        {"POST", all + "?dryRun=Zed", "{}",
         R"(422 Invalid: CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Zed"]: )"
         R"(supported values: "All")"},
        {"POST", all + "?fieldManager=a%01", "{}",
         R"(422 Invalid: CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\x01": )"
         "invalid character U+0001 (at position 1)"},
    });
}

TEST_F(Objects, UnknownFieldsAreWarnedOf) {
    const auto made = ask("POST", std::string(maps), R"({"metadata":{"name":"a","nam":1},"Data":{}})");
    EXPECT_EQ(made->reply.status, 201);
    const std::vector<HttpHeader> expected{{"Content-Type", "application/json"},
                                           {"Warning", R"(299 - "unknown field \"metadata.nam\"")"},
                                           {"Warning", R"(299 - "unknown field \"Data\"")"},
                                           {"Cache-Control", "no-cache, private"}};
    EXPECT_EQ(made->reply.headers, expected);
    EXPECT_EQ(ask("PUT", map_a + "?fieldValidation=Ignore", R"({"metadata":{"name":"a"},"x":1})")
                  ->header("Warning"),
              "");
}

TEST_F(Objects, NamesAreGenerated) {
    const auto made = json("POST", std::string(maps), R"({"metadata":{"generateName":"gen-"}})");
    EXPECT_EQ(text(made, "metadata.name").substr(0, 4), "gen-");
    EXPECT_EQ(text(made, "metadata.name").size(), 9U);
    EXPECT_EQ(verdict("GET", path(maps, text(made, "metadata.name"))), "200");
}

TEST_F(Objects, ADryRunStoresNothing) {
    const auto tried = json("POST", std::string(maps) + "?dryRun=All", R"({"metadata":{"name":"a"}})");
    EXPECT_EQ(text(tried, "metadata.uid").size(), 36U);
    EXPECT_EQ(text(tried, "metadata.resourceVersion"), "-");
    EXPECT_EQ(verdict("GET", map_a), R"(404 NotFound: configmaps "a" not found)");
    ASSERT_EQ(make_map("a"), "201");
    EXPECT_EQ(verdict("POST", std::string(maps) + "?dryRun=All", R"({"metadata":{"name":"a"}})"),
              R"(409 AlreadyExists: configmaps "a" already exists)");
    EXPECT_EQ(text(json("PATCH", map_a + "?dryRun=All", R"({"data":{"k":"w"}})", {merge}), "data.k"), "w");
    EXPECT_EQ(verdict("DELETE", map_a + "?dryRun=All"), "200");
    EXPECT_EQ(text(json("GET", map_a), "data.k"), "v");
}

TEST_F(Objects, AnUpdateReplacesAndKeepsWhatTheServerDecides) {
    ASSERT_EQ(make_map("a", R"("l":"1")"), "201");
    const auto before = json("GET", map_a);
    const auto after =
        json("PUT", map_a, R"({"metadata":{"name":"a","creationTimestamp":"2020-01-01T00:00:00Z"}})");
    EXPECT_EQ(text(after, "metadata.uid"), text(before, "metadata.uid"));
    EXPECT_EQ(text(after, "metadata.creationTimestamp"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(text(after, "metadata.resourceVersion"), "3");
    EXPECT_EQ(text(after, "data"), "-");
    EXPECT_EQ(text(after, "metadata.labels"), "-");
}

TEST_F(Objects, AWriteOfTheSameChangesNothing) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string before = answer("GET", map_a);
    EXPECT_EQ(answer("PUT", map_a, before.substr(4)), before);
    EXPECT_EQ(answer("PATCH", map_a, R"({"data":{"k":"v"}})", {merge}), before);
    EXPECT_EQ(objects.revision(), 2);
}

TEST_F(Objects, AnotherUidIsAConflict) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string uid = text(json("GET", map_a), "metadata.uid");
    EXPECT_EQ(verdict("PUT", map_a, R"({"metadata":{"name":"a","uid":"zz"}})"),
              R"(409 Conflict: Operation cannot be fulfilled on configmaps "a": Precondition failed: UID in )"
              "precondition: zz, UID in object meta: " +
                  uid);
    EXPECT_EQ(
        verdict("PATCH", map_a, R"({"metadata":{"uid":"zz"}})", {merge}),
        R"(422 Invalid: ConfigMap "a" is invalid: metadata.uid: Invalid value: "zz": field is immutable)");
}

// Patches.

TEST_F(Objects, PatchesOfAllKinds) {
    ASSERT_EQ(make_map("a"), "201");
    EXPECT_EQ(text(json("PATCH", map_a, R"({"data":{"x":"1","k":null}})", {merge}), "data"), R"({"x":"1"})");
    EXPECT_EQ(text(json("PATCH", map_a, R"({"data":{"y":"2"}})", {strategic}), "data"),
              R"({"x":"1","y":"2"})");
    EXPECT_EQ(text(json("PATCH", map_a, R"([{"op":"remove","path":"/data/x"}])", {json_patch}), "data"),
              R"({"y":"2"})");
    const std::string stale = R"({"metadata":{"resourceVersion":"2"},"data":{"y":"3"}})";
    EXPECT_EQ(verdict("PATCH", map_a, stale, {merge}).substr(0, 12), "409 Conflict");
}

TEST_F(Objects, PatchesAreRefusedWithTheApisTexts) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string strict = map_a + "?fieldValidation=Strict";
    expect({
        {"PATCH", std::string(maps) + "/x", "{}", R"(404 NotFound: configmaps "x" not found)", merge},
        {"PATCH", map_a, "[]",
         "400 BadRequest: json: cannot unmarshal array into Go value of type map[string]interface {}",
         strategic},
        {"PATCH", map_a, "null", "200", strategic},
        {"PATCH", map_a, R"({"a":1})",
         "400 BadRequest: error decoding patch: json: cannot unmarshal object into Go value of type "
         "jsonpatch.Patch",
         json_patch},
        {"PATCH", map_a, "[null,true]",
         "400 BadRequest: error decoding patch: json: cannot unmarshal bool into Go value of type "
         "jsonpatch.Operation",
         json_patch},
        {"PATCH", map_a, "null", "200", json_patch},
        {"PATCH", map_a, "5",
         "400 BadRequest: error decoding patch: json: cannot unmarshal number into Go value of type "
         "map[string]interface {}",
         merge},
        {"PATCH", map_a, R"([{"op":"test","path":"/data/k","value":"w"}])",
         "422 Invalid: the server rejected our request due to an error in our request", json_patch},
        {"PATCH", map_a, R"({"metadata":{"name":null}})",
         "400 BadRequest: the name of the object (a based on URL) was undeterminable: name must be provided",
         merge},
        {"PATCH", strict, R"({"metadata":{"foo":5}})",
         R"(422 Invalid:  "" is invalid: patch: Invalid value: "map[metadata:map[foo:5]]": strict decoding )"
         R"(error: unknown field "metadata.foo")",
         strategic},
        {"PATCH", map_a + "?force=true", "{}",
         R"(422 Invalid: PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for )"
         "non-apply patch",
         merge},
        {"PATCH",
         map_a,
         "{}",
         R"(422 Invalid: PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required )"
         "for apply patch",
         {"Content-Type", "application/apply-patch+yaml"}},
    });
}

// Deletion.

TEST_F(Objects, ADeletedObjectIsGone) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string uid = text(json("GET", map_a), "metadata.uid");
    EXPECT_EQ(answer("DELETE", map_a),
              fmt::format(R"(200 {{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Success",)"
                          R"("details":{{"name":"a","kind":"configmaps","uid":"{}"}}}})",
                          uid));
    EXPECT_EQ(verdict("GET", map_a), R"(404 NotFound: configmaps "a" not found)");
}

TEST_F(Objects, SomeAreShownWhenTheyAreGone) {
    const std::string here = "/api/v1/namespaces/default/";
    const std::pair<std::string, std::string> cases[] = {
        {"services", R"({"metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}})"},
        {"serviceaccounts", R"({"metadata":{"name":"a"}})"},
        {"podtemplates", R"({"metadata":{"name":"a"},"template":{"metadata":{"labels":{"x":"y"}},)"
                         R"("spec":{"containers":[{"name":"c","image":"i"}]}}})"},
        {"resourcequotas", R"({"metadata":{"name":"a"},"spec":{"hard":{"pods":"1"}}})"},
    };
    for (const auto& [plural, body] : cases) {
        const auto made = json("POST", here + plural, body);
        const auto gone = json("DELETE", here + plural + "/a");
        EXPECT_EQ(text(gone, "kind"), text(made, "kind")) << plural;
        EXPECT_EQ(text(gone, "metadata.uid"), text(made, "metadata.uid")) << plural;
        EXPECT_EQ(verdict("GET", here + plural + "/a").substr(0, 3), "404") << plural;
    }
}

TEST_F(Objects, DeleteOptionsAreCheckedWithTheApisTexts) {
    ASSERT_EQ(make_map("a"), "201");
    expect({
        {"DELETE", map_a, R"({"propagationPolicy":"Foo"})",
         R"(422 Invalid: DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Foo": )"
         R"(supported values: "Foreground", "Background", "Orphan", "nil")"},
        {"DELETE", map_a + "?propagationPolicy=Orphan&orphanDependents=true", "",
         R"(422 Invalid: DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": )"
         "orphanDependents and deletionPropagation cannot be both set"},
        {"DELETE", map_a,
         R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"resourceVersion":"1"}})",
         R"(409 Conflict: Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the )"
         "precondition (1) does not match the ResourceVersion in record (2). The object might have been "
         "modified"},
    });
    const auto refused = json("DELETE", map_a, R"({"preconditions":{"uid":"x"}})");
    EXPECT_EQ(text(refused, "details.kind"), "ConfigMap");
}

TEST_F(Objects, FinalizersKeepAnObjectUntilTheLastIsGone) {
    const std::string body = R"({"metadata":{"name":"a","finalizers":["my.dev/keep"]}})";
    ASSERT_EQ(verdict("POST", std::string(maps), body), "201");
    const auto marked = json("DELETE", map_a);
    EXPECT_EQ(text(marked, "metadata.deletionTimestamp"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(text(marked, "metadata.deletionGracePeriodSeconds"), "0");
    const std::string revision = text(marked, "metadata.resourceVersion");
    EXPECT_EQ(text(json("DELETE", map_a), "metadata.resourceVersion"), revision)
        << "nothing changes any more";
    EXPECT_EQ(
        verdict("PATCH", map_a, R"({"metadata":{"finalizers":["my.dev/keep","my.dev/more"]}})", {merge}),
        R"(422 Invalid: ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be )"
        R"(added if the object is being deleted, found new finalizers []string{"my.dev/more"})");
    EXPECT_EQ(verdict("PATCH", map_a, R"({"metadata":{"finalizers":null}})", {merge}), "200");
    EXPECT_EQ(verdict("GET", map_a), R"(404 NotFound: configmaps "a" not found)");
}

TEST_F(Objects, OnlyADeletionDeletes) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string invalid = R"(422 Invalid: ConfigMap "a" is invalid: )";
    EXPECT_EQ(
        verdict("PATCH", map_a, R"({"metadata":{"deletionTimestamp":"2026-02-03T04:05:06Z"}})", {merge}),
        invalid + R"(metadata.deletionTimestamp: Invalid value: "2026-02-03T04:05:06Z": field is immutable)");
    EXPECT_EQ(verdict("PATCH", map_a, R"({"metadata":{"deletionGracePeriodSeconds":30}})", {merge}),
              invalid + "metadata.deletionGracePeriodSeconds: Invalid value: 30: field is immutable");
    EXPECT_EQ(
        verdict("PATCH", map_a, R"({"metadata":{"creationTimestamp":"2026-02-03T04:05:06Z"}})", {merge}),
        "200");
    EXPECT_EQ(text(json("GET", map_a), "metadata.creationTimestamp"), "2026-01-01T00:00:00Z");
}

TEST_F(Objects, PropagationIsLeftToWhoFollowsOwners) {
    ASSERT_EQ(make_map("a"), "201");
    const auto marked = json("DELETE", map_a, R"({"propagationPolicy":"Foreground"})");
    EXPECT_EQ(text(marked, "metadata.finalizers"), R"(["foregroundDeletion"])");
    EXPECT_EQ(verdict("DELETE", map_a, R"({"propagationPolicy":"Background"})"), "200");
    EXPECT_EQ(verdict("GET", map_a), R"(404 NotFound: configmaps "a" not found)");
}

TEST_F(Objects, ACollectionIsDeletedBySelector) {
    ASSERT_EQ(make_map("a", R"("app":"x")"), "201");
    ASSERT_EQ(make_map("b", R"("app":"y")"), "201");
    const auto deleted = json("DELETE", std::string(maps) + "?labelSelector=app%3Dx");
    EXPECT_EQ(text(deleted, "kind"), "ConfigMapList");
    EXPECT_EQ(verdict("GET", map_a), R"(404 NotFound: configmaps "a" not found)");
    EXPECT_EQ(verdict("GET", path(maps, "b")), "200");
}

TEST_F(Objects, APodEndsGracefully) {
    ASSERT_EQ(make_pod("p", "n"), "201");
    const std::string p = path(pods, "p");
    const auto marked = json("DELETE", p, R"({"gracePeriodSeconds":20})");
    EXPECT_EQ(text(marked, "metadata.deletionTimestamp"), "2026-01-01T00:00:20Z");
    EXPECT_EQ(text(marked, "metadata.deletionGracePeriodSeconds"), "20");
    EXPECT_EQ(text(json("DELETE", p), "metadata.resourceVersion"), text(marked, "metadata.resourceVersion"));
    const auto gone = json("DELETE", p, R"({"gracePeriodSeconds":0})");
    EXPECT_EQ(text(gone, "metadata.deletionGracePeriodSeconds"), "0");
    EXPECT_EQ(text(gone, "kind"), "Pod");
    EXPECT_EQ(verdict("GET", p), R"(404 NotFound: pods "p" not found)");
    ASSERT_EQ(make_pod("q", ""), "201");
    EXPECT_EQ(verdict("DELETE", path(pods, "q")), "200");
    EXPECT_EQ(verdict("GET", path(pods, "q")), R"(404 NotFound: pods "q" not found)");
}

TEST_F(Objects, TooMuchIsRefused) {
    EXPECT_EQ(verdict("POST", std::string(maps), std::string((3U << 20) + 1, ' ')),
              "413 RequestEntityTooLarge: Request entity too large: limit is 3145728");
}

}  // namespace
}  // namespace hooklet::server
