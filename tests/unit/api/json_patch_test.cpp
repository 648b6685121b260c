// SPDX-License-Identifier: Apache-2.0
#include "api/json_patch.hpp"

#include "api/json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

Node node(std::string_view json) {
    auto parsed = parse_json(json);
    EXPECT_TRUE(parsed) << json;
    return parsed ? *std::move(parsed) : Node();
}

/// The patched document, or the error's text.
std::string patched(std::string_view document, std::string_view patch) {
    const auto result = apply_json_patch(node(document), node(patch));
    if (result) return write_json(*result);
    EXPECT_EQ(result.error().code, Code::invalid);
    return result.error().message;
}

struct Vector {
    std::string_view document;
    std::string_view patch;
    std::string_view result;
};

TEST(JsonPatch, AppliesEachOperation) {
    const Vector vectors[] = {
        {R"({"a":1})", R"([])", R"({"a":1})"},
        {R"({"a":1})", R"([{"op":"add","path":"/b","value":[2]}])", R"({"a":1,"b":[2]})"},
        {R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
        {R"({"a":1})", R"([{"op":"add","path":"","value":{"b":2}}])", R"({"b":2})"},
        {R"({"a":1})", R"([{"op":"add","path":"/b"}])", R"({"a":1,"b":null})"},
        {R"({"":1})", R"([{"op":"replace","path":"/","value":2}])", R"({"":2})"},
        {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-","value":3}])", R"({"a":[1,2,3]})"},
        {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/1","value":3}])", R"({"a":[1,3,2]})"},
        {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/2","value":3}])", R"({"a":[1,2,3]})"},
        {R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/-1"}])", R"({"a":[1]})"},
        {R"({"a":{"b":1,"c":2}})", R"([{"op":"remove","path":"/a/b"}])", R"({"a":{"c":2}})"},
        {R"({"a":[1,2]})", R"([{"op":"replace","path":"/a/0","value":{"x":null}}])",
         R"({"a":[{"x":null},2]})"},
        {R"({"a":{"b":1},"c":{}})", R"([{"op":"move","from":"/a/b","path":"/c/d"}])",
         R"({"a":{},"c":{"d":1}})"},
        {R"({"a":[1,2,3]})", R"([{"op":"move","from":"/a/0","path":"/a/2"}])", R"({"a":[2,3,1]})"},
        {R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])", R"({"a":1})"},
        {R"({"a":{"b":1}})", R"([{"op":"copy","from":"/a","path":"/a/c"}])", R"({"a":{"b":1,"c":{"b":1}}})"},
        {R"({"a":{"x":1,"y":[1.0]}})", R"([{"op":"test","path":"/a","value":{"y":[1],"x":1}}])",
         R"({"a":{"x":1,"y":[1.0]}})"},
        {R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])", R"({"a":1})"},
        {R"({"a/b":1,"c~d":2,"~1":3})",
         R"([{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/c~0d"},{"op":"remove","path":"/~01"}])",
         "{}"},
        {R"({"a":1})", R"([{"op":"add","path":"/b","value":2,"why":"no matter"}])", R"({"a":1,"b":2})"},
    };
    for (const Vector& v : vectors) EXPECT_EQ(patched(v.document, v.patch), v.result) << v.patch;
}

TEST(JsonPatch, SaysWhyItDoesNotApply) {
    const Vector vectors[] = {
        {R"({})", R"([{"op":"add","path":"/a/b","value":1}])",
         R"(add operation does not apply: doc is missing path: "/a/b": missing value)"},
        {R"({"a":1})", R"([{"op":"add","path":"/a/b","value":1}])",
         R"(add operation does not apply: doc is missing path: "/a/b": missing value)"},
        {R"({"a":[]})", R"([{"op":"add","path":"/a/1","value":1}])",
         "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced"},
        {R"({"a":[1]})", R"([{"op":"remove","path":"/a/x"}])",
         "error in remove for path: '/a/x': Unable to access invalid index: x: invalid index referenced"},
        {R"({})", R"([{"op":"remove","path":"/a"}])",
         "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value"},
        {R"({})", R"([{"op":"remove","path":""}])",
         R"(remove operation does not apply: doc is missing path: "": missing value)"},
        {R"({})", R"([{"op":"replace","path":"/a","value":1}])",
         R"(replace operation does not apply: doc is missing key: "/a": missing value)"},
        {R"({})", R"([{"op":"copy","from":"/a","path":"/b"}])",
         R"(copy operation does not apply: doc is missing from path: "/a": missing value)"},
        {R"({"a":{}})", R"([{"op":"move","from":"/a","path":"/a/b"}])",
         R"(move operation does not apply: doc is missing path: "/a/b": missing value)"},
        {R"({"a":1})", R"([{"op":"test","path":"/a","value":"1"}])", "testing value /a failed: test failed"},
        {R"({})", R"([{"op":"merge","path":"/a"}])", "Unexpected kind: merge"},
        {R"({})", R"([{"path":"/a"}])", "Unexpected kind: unknown"},
        {R"({})", R"([{"op":"add","value":1}])", "add operation failed to decode path: missing value"},
        {R"({})", R"({"op":"add"})", "error decoding patch: expected an array, found object"},
        {R"({})", R"([1])", "error decoding patch: expected an object, found number 1"},
    };
    for (const Vector& v : vectors) EXPECT_EQ(patched(v.document, v.patch), v.result) << v.patch;
}

TEST(JsonPatch, BoundsWhatOperationsBuild) {
    // Each copy doubles the document; each add goes one level deeper.
    Node copies = Node::array();
    Node levels = Node::array();
    std::string path;
    for (int i = 0; i < 120; ++i) {
        copies.push(node(R"({"op":"copy","from":"","path":"/)" + std::to_string(i) + R"("})"));
        path += "/a";
        levels.push(node(R"({"op":"add","path":")" + path + R"(","value":{}})"));
    }
    const auto wide = apply_json_patch(node(R"({"x":"1234567890"})"), copies);
    ASSERT_FALSE(wide);
    EXPECT_NE(wide.error().message.find("exceeding the limit 3145728"), std::string::npos);
    const auto deep = apply_json_patch(node("{}"), levels);
    ASSERT_FALSE(deep);
    EXPECT_NE(deep.error().message.find("more than 100 levels"), std::string::npos);
}

TEST(MergePatch, FollowsTheSpecification) {
    // RFC 7386, appendix A.
    const Vector vectors[] = {
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", "null", "null"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const Vector& v : vectors)
        EXPECT_EQ(write_json(apply_merge_patch(node(v.document), node(v.patch))), v.result) << v.patch;
}

TEST(GoText, PrintsWhatGoPrints) {
    EXPECT_EQ(go_text(node(R"({"b":[1,"x",null,true],"a":{},"c":1.5})")),
              "map[a:map[] b:[1 x <nil> true] c:1.5]");
}

}  // namespace
}  // namespace hooklet::api
