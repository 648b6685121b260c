// SPDX-License-Identifier: Apache-2.0
#include "api/strategic_patch.hpp"

#include "api/json.hpp"
#include "api/types.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

Node node(std::string_view json) {
    auto parsed = parse_json(json);
    EXPECT_TRUE(parsed) << json;
    return parsed ? *std::move(parsed) : Node();
}

template <class T>
std::string patched(std::string_view document, std::string_view patch) {
    const auto result = apply_strategic_patch(describe<T>(), node(document), node(patch));
    return result ? write_json(*result) : result.error().message;
}

template <class T>
Code code_of(std::string_view document, std::string_view patch) {
    const auto result = apply_strategic_patch(describe<T>(), node(document), node(patch));
    EXPECT_FALSE(result) << patch;
    return result ? Code::cancelled : result.error().code;
}

struct Vector {
    std::string_view document;
    std::string_view patch;
    std::string_view result;
};

template <class T, std::size_t N>
void check(const Vector (&vectors)[N]) {
    for (const Vector& v : vectors) EXPECT_EQ(patched<T>(v.document, v.patch), v.result) << v.patch;
}

TEST(StrategicPatch, MergesObjects) {
    check<ObjectMeta>({
        {R"({"name":"m"})", "null", R"({"name":"m"})"},
        {R"({"name":"m"})", "{}", R"({"name":"m"})"},
        {R"({"name":"m","labels":{"a":"1","b":"2"}})", R"({"labels":{"a":null,"c":"3"}})",
         R"({"name":"m","labels":{"b":"2","c":"3"}})"},
        {R"({"labels":{"a":"1"}})", R"({"labels":null})", "{}"},
        {R"({"labels":{"a":"1"}})", R"({"labels":{"$patch":"replace","b":"2"}})", R"({"labels":{"b":"2"}})"},
        {R"({"labels":{"a":"1"}})", R"({"labels":{"$patch":"delete"}})", R"({"labels":{}})"},
        {R"({"name":"m"})", R"({"labels":{"a":null,"b":"2"}})", R"({"name":"m","labels":{"b":"2"}})"},
        {R"({"name":"m"})", R"({"labels":{"$patch":"replace","b":"2"}})", R"({"name":"m"})"},
        {R"({"unknown":{"a":{"b":1}}})", R"({"unknown":{"a":{"c":2}}})",
         R"({"unknown":{"a":{"b":1,"c":2}}})"},
    });
}

TEST(StrategicPatch, MergesListsByTheirKey) {
    check<PodSpec>({
        {R"({"containers":[{"name":"a","image":"x","tty":true},{"name":"b"}]})",
         R"({"containers":[{"name":"a","image":"y","tty":null}]})",
         R"({"containers":[{"name":"a","image":"y"},{"name":"b"}]})"},
        {R"({"containers":[{"name":"a"},{"name":"b"}]})",
         R"({"containers":[{"name":"a","$patch":"delete"}]})", R"({"containers":[{"name":"b"}]})"},
        {R"({"containers":[{"name":"a"}]})", R"({"containers":[{"$patch":"replace"},{"name":"c"}]})",
         R"({"containers":[{"name":"c"}]})"},
        {R"({"containers":[{"name":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}]})",
         R"({"containers":[{"name":"a","env":[{"name":"B","value":"3"}]}]})",
         R"({"containers":[{"name":"a","env":[{"name":"A","value":"1"},{"name":"B","value":"3"}]}]})"},
        {R"({"containers":[{"name":"a","ports":[{"containerPort":80,"name":"w"}]}]})",
         R"({"containers":[{"name":"a","ports":[{"containerPort":80,"hostPort":8}]}]})",
         R"({"containers":[{"name":"a","ports":[{"containerPort":80,"name":"w","hostPort":8}]}]})"},
        {R"({"containers":[{"name":"a","args":["1","2"]}]})", R"({"containers":[{"name":"a","args":["3"]}]})",
         R"({"containers":[{"name":"a","args":["3"]}]})"},
        {R"({"tolerations":[{"key":"a"}]})", R"({"tolerations":[{"key":"b"}]})",
         R"({"tolerations":[{"key":"b"}]})"},
    });
}

TEST(StrategicPatch, PutsNewItemsBeforeThoseOfTheServer) {
    check<ObjectMeta>({
        {R"({"finalizers":["d"]})", R"({"finalizers":["f","c"]})", R"({"finalizers":["f","c","d"]})"},
        {R"({"finalizers":["a","b","a"]})", R"({"finalizers":["b"]})", R"({"finalizers":["a","b"]})"},
        {R"({"finalizers":["a","b"]})", R"({"finalizers":[]})", R"({"finalizers":["a","b"]})"},
        {R"({"finalizers":["a","b"]})", R"({"$deleteFromPrimitiveList/finalizers":["a","c"]})",
         R"({"finalizers":["b"]})"},
        {R"({"name":"m"})", R"({"$deleteFromPrimitiveList/finalizers":["a"]})", R"({"name":"m"})"},
        {R"({"finalizers":["a","b"]})",
         R"({"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["c","b"],"finalizers":["c"]})",
         R"({"finalizers":["c","b"]})"},
    });
}

TEST(StrategicPatch, SetsTheOrderOfElements) {
    check<PodSpec>({
        // kubectl apply: one image changes, a sidecar that only the server has stays where it was
        {R"({"containers":[{"name":"a","image":"1"},{"name":"side"},{"name":"b"}]})",
         R"({"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],"containers":[{"name":"a","image":"2"}]})",
         R"({"containers":[{"name":"a","image":"2"},{"name":"side"},{"name":"b"}]})"},
        // one is deleted, one is new and comes first
        {R"({"containers":[{"name":"a"},{"name":"b"}]})",
         R"({"$setElementOrder/containers":[{"name":"c"},{"name":"b"}],)"
         R"("containers":[{"name":"c","image":"i"},{"name":"a","$patch":"delete"}]})",
         R"({"containers":[{"name":"c","image":"i"},{"name":"b"}]})"},
        // only the order changes
        {R"({"containers":[{"name":"a"},{"name":"b"}]})",
         R"({"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]})",
         R"({"containers":[{"name":"b"},{"name":"a"}]})"},
        // the list is new
        {"{}",
         R"({"$setElementOrder/volumes":[{"name":"v"}],"volumes":[{"name":"w","$patch":"delete"},{"name":"v"}]})",
         R"({"volumes":[{"name":"v"}]})"},
        {R"({"hostname":"h"})", R"({"$setElementOrder/volumes":[{"name":"v"}]})", R"({"hostname":"h"})"},
    });
}

TEST(StrategicPatch, RetainsKeys) {
    check<PodSpec>({
        {R"({"volumes":[{"name":"v","hostPath":{"path":"/x"}},{"name":"w"}]})",
         R"({"$setElementOrder/volumes":[{"name":"v"}],)"
         R"("volumes":[{"$retainKeys":["name","emptyDir"],"name":"v","emptyDir":{},"hostPath":null}]})",
         R"({"volumes":[{"name":"v","emptyDir":{}},{"name":"w"}]})"},
        {"{}", R"({"volumes":[{"$retainKeys":["name"],"name":"v"}]})", R"({"volumes":[{"name":"v"}]})"},
        {R"({"volumes":[{"name":"v"}]})",
         R"({"volumes":[{"$retainKeys":["name"],"name":"v","emptyDir":{}}]})",
         "invalid patch format of retainKeys"},
        {R"({"volumes":[{"name":"v"}]})", R"({"volumes":[{"$retainKeys":"name","name":"v"}]})",
         "invalid patch format of retainKeys"},
    });
}

TEST(StrategicPatch, SaysWhatIsWrong) {
    check<PodSpec>({
        {"{}", "[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"},
        {R"({"containers":[{"name":"a"}]})", R"({"containers":[{"image":"b"}]})",
         "map: map[image:b] does not contain declared merge key: name"},
        {"{}", R"({"$patch":"bogus","a":1})", "unknown patch type: bogus in map: map[$patch:bogus a:1]"},
        {R"({"containers":[]})", R"({"containers":[{"$patch":"merge","name":"a"}]})",
         "unknown patch type: merge in map: map[$patch:merge name:a]"},
        {R"({"containers":[{"name":"a"}]})", R"({"$setElementOrder/containers":{}})",
         "invalid patch format of setElementOrder list"},
        {R"({"containers":[{"name":"a"}]})",
         R"({"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"b"}]})",
         "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n"},
    });
    EXPECT_EQ(patched<ObjectMeta>("{}", R"({"$deleteFromPrimitiveList/finalizers":"a"})"),
              "invalid patch format of primitive list");
    EXPECT_EQ(patched<ObjectMeta>(R"({"finalizers":[]})", R"({"finalizers":[["a"]]})"),
              "lists of lists are not supported");
    EXPECT_EQ(code_of<PodSpec>("{}", R"({"$patch":"bogus"})"), Code::internal);
    EXPECT_EQ(code_of<PodSpec>(R"({"containers":[]})", R"({"containers":[{}]})"), Code::internal);
    EXPECT_EQ(code_of<PodSpec>("{}", "1"), Code::invalid);
}

constexpr std::string_view pod = R"({
  "kind":"Pod","apiVersion":"v1",
  "metadata":{"name":"web","labels":{"a":"1"},"finalizers":["x/y","z/w"],
              "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"u"}]},
  "spec":{
    "volumes":[{"name":"v","emptyDir":{}},{"name":"w","configMap":{"name":"c"}}],
    "containers":[
      {"name":"app","image":"i","args":["1","1"],"ports":[{"containerPort":80},{"containerPort":81}],
       "env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"volumeMounts":[{"name":"v","mountPath":"/v"}]},
      {"name":"side","image":"j"}],
    "tolerations":[{"key":"k"},{"key":"k"}],"hostAliases":[{"ip":"1.1.1.1","hostnames":["h"]}]},
  "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})";

/// Every part of the document on the way down: the patch that says only that part again.
void each_part(const Node& whole, const std::function<void(const Node& part)>& visit) {
    visit(whole);
    if (whole.as_object() == nullptr) return;
    for (const Member& member : *whole.as_object()) {
        each_part(member.value, [&](const Node& part) {
            Node patch = Node::object();
            patch.set(member.key, part);
            visit(patch);
        });
    }
}

TEST(StrategicPatch, OfTheUnchangedObjectDoesNothing) {
    const Node document = node(pod);
    int parts = 0;
    each_part(document, [&](const Node& patch) {
        const auto result = apply_strategic_patch(describe<Pod>(), document, patch);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(write_json(*result), write_json(document)) << write_json(patch);
        ++parts;
    });
    EXPECT_GT(parts, 15);
}

TEST(StrategicPatch, AppliedTwiceIsAppliedOnce) {
    constexpr std::string_view patches[] = {
        R"({"spec":{"containers":[{"name":"new","image":"k"},{"name":"app","env":[{"name":"B","value":null}]}]}})",
        R"({"spec":{"$setElementOrder/containers":[{"name":"side"},{"name":"app"}],"volumes":[{"name":"w","$patch":"delete"}]}})",
        R"({"metadata":{"finalizers":["new/f"],"labels":{"a":null,"b":"2"},"$deleteFromPrimitiveList/finalizers":["x/y"]}})",
    };
    for (const std::string_view text : patches) {
        const auto once = apply_strategic_patch(describe<Pod>(), node(pod), node(text));
        ASSERT_TRUE(once) << once.error().message;
        EXPECT_NE(write_json(*once), write_json(node(pod)));
        const auto twice = apply_strategic_patch(describe<Pod>(), *once, node(text));
        ASSERT_TRUE(twice) << twice.error().message;
        EXPECT_EQ(write_json(*twice), write_json(*once)) << text;
    }
}

}  // namespace
}  // namespace hooklet::api
