// SPDX-License-Identifier: Apache-2.0
// What the client writes for people: columns, tables, YAML, templates.
#include "client/columns.hpp"
#include "client/custom_columns.hpp"
#include "client/json_path.hpp"
#include "client/table.hpp"
#include "client/yaml_text.hpp"
#include "unit/client/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

TEST(Columns, AreSharedByLinesThatFollowEachOther) {
    EXPECT_EQ(align("Name:\ta\nNamespace:\tb\nList:\n  x:\tc\n  long:\td\n"),
              "Name:       a\nNamespace:  b\nList:\n  x:     c\n  long:  d\n");
    EXPECT_EQ(align("a\tb\tc\naa\tbb\n"), "a   b  c\naa  bb\n");
    EXPECT_EQ(align("\xc3\xa4\tx\nab\ty\n"), "\xc3\xa4   x\nab  y\n");
}

constexpr const char* pods = R"({"columnDefinitions":[{"name":"Name","format":"name"},{"name":"Ready"},
    {"name":"Restarts","type":"integer"},{"name":"IP","priority":1}],
    "rows":[{"cells":["a-long-name","1/1",0,"10.0.0.1"],"object":{"metadata":{"namespace":"x","labels":{"k":"v","l":"w"}}}},
            {"cells":["b","0/1",12,"two\nlines"],"object":{"metadata":{"namespace":"y"}}}]})";

TEST(Table, HasTheColumnsThatFit) {
    EXPECT_EQ(TableText({}).lines(json(pods)),
              "NAME          READY   RESTARTS\n"
              "a-long-name   1/1     0\n"
              "b             0/1     12\n");
    EXPECT_EQ(
        TableText({.wide = true, .headers = false, .namespaces = true, .prefix = "pod/"}).lines(json(pods)),
        "x     pod/a-long-name   1/1   0     10.0.0.1\n"
        "y     pod/b             0/1   12    two...\n");
    EXPECT_EQ(TableText({.headers = true, .label_columns = {"k", "example.com/role"}}).lines(json(pods)),
              "NAME          READY   RESTARTS   K     ROLE\n"
              "a-long-name   1/1     0          v     \n"
              "b             0/1     12               \n");
    EXPECT_EQ(TableText({.labels = true}).lines(json(pods)).substr(0, 44),
              "NAME          READY   RESTARTS   LABELS\na-lo");
}

TEST(Table, OfAWatchKeepsItsColumns) {
    TableText table({});
    table.lines(json(pods));
    EXPECT_EQ(
        table.lines(json(R"({"columnDefinitions":null,"rows":[{"cells":["b","1/1",13,""],"object":{}}]})")),
        "b             1/1     13\n");
    EXPECT_EQ(table.lines(json(R"({"rows":[]})")), "");
}

TEST(CustomColumns, ShowWhatThePathsLeadTo) {
    const auto columns = parse_columns("NAME:.metadata.name,IMAGES:{.spec[*].image},NONE:x");
    ASSERT_TRUE(columns);
    const api::Node objects =
        json(R"([{"metadata":{"name":"a"},"spec":[{"image":"i"},{"image":"j"}]},{"x":7}])");
    EXPECT_EQ(TableText({}).lines(table_of(*columns, *objects.as_array()).value()),
              "NAME     IMAGES   NONE\na        i,j      <none>\n<none>   <none>   7\n");
    EXPECT_EQ(parse_columns("NAME").error().message,
              "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>");
    EXPECT_FALSE(parse_columns(""));
}

TEST(Sorting, IsByNumbersThenByTexts) {
    api::Node objects =
        json(R"([{"k":"b","n":1},{"k":10,"n":2},{"n":3},{"k":"a","n":4},{"k":9,"n":5},{"k":9,"n":6}])");
    ASSERT_TRUE(sort_by(*parse_path(".k"), *objects.as<api::Node::Array>()));
    std::string order;
    for (const api::Node& object : *objects.as_array()) order += std::to_string(*object.find("n")->as_int());
    EXPECT_EQ(order, "356241");
}

TEST(Yaml, IsThatOfKubectl) {
    EXPECT_EQ(
        write_yaml(
            json(R"({"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"name":"c","args":["a","b"]},
                                  {"name":"d"}],"none":[],"map":{}},"num":7,"b":true,"z":null})")),
        "apiVersion: v1\nb: true\nkind: Pod\nnum: 7\nspec:\n  containers:\n  - args:\n    - a\n    - b\n"
        "    name: c\n  - name: d\n  map: {}\n  none: []\nz: null\n");
}

TEST(Yaml, QuotesWhatWouldBeSomethingElse) {
    const auto value = [](std::string text) {
        api::Node node;
        node.set("k", api::Node(std::move(text)));
        return write_yaml(node).substr(3);
    };
    EXPECT_EQ(value("plain text"), "plain text\n");
    EXPECT_EQ(value(""), "\"\"\n");
    EXPECT_EQ(value("true"), "\"true\"\n");
    EXPECT_EQ(value("80"), "\"80\"\n");
    EXPECT_EQ(value("1e3"), "\"1e3\"\n");
    EXPECT_EQ(value("2026-01-02T03:04:05Z"), "\"2026-01-02T03:04:05Z\"\n");
    EXPECT_EQ(value("100m"), "100m\n");
    EXPECT_EQ(value("a: b"), "'a: b'\n");
    EXPECT_EQ(value("it's: b"), "'it''s: b'\n");
    EXPECT_EQ(value("-c"), "-c\n");
    EXPECT_EQ(value("- c"), "'- c'\n");
    EXPECT_EQ(value("*"), "'*'\n");
    EXPECT_EQ(value("a\tb"), "\"a\\tb\"\n");
    EXPECT_EQ(value("one\ntwo"), "|-\n  one\n  two\n");
    EXPECT_EQ(value("one\n\ntwo\n"), "|\n  one\n\n  two\n");
}

TEST(Yaml, OfListsInLists) {
    EXPECT_EQ(write_yaml(json(R"({"a":[[1,2],["x\ny"]]})")),
              "a:\n-\n  - 1\n  - 2\n-\n  - |-\n    x\n    y\n");
}

struct Filled {
    const char* text;
    const char* result;
};

class Templates : public testing::TestWithParam<Filled> {};

TEST_P(Templates, AreFilledIn) {
    const auto document = json(R"({"kind":"List","items":[
        {"metadata":{"name":"a","labels":{"x.y/z":"l"}},"status":{"phase":"Running",
         "conditions":[{"type":"Ready","status":"True"},{"type":"Other","status":"False"}]}},
        {"metadata":{"name":"b"},"status":{"phase":"Pending"}}]})");
    const auto filled = fill_in(GetParam().text, document);
    EXPECT_EQ(filled ? *filled : filled.error().message, GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    All, Templates,
    testing::Values(Filled{"{.kind}", "List"}, Filled{".kind", "List"},
                    Filled{"{.items[*].metadata.name}", "a b"}, Filled{"{.items[0].metadata.name}", "a"},
                    Filled{"{.items[-1].metadata.name}", "b"},
                    Filled{"{$.items[1].status}", R"({"phase":"Pending"})"}, Filled{"{.nothing}", ""},
                    Filled{R"({.items[0].status.conditions[?(@.type=="Ready")].status})", "True"},
                    Filled{R"({.items[?(@.status.phase!='Running')].metadata.name})", "b"},
                    Filled{R"({range .items[*]}{.metadata.name}{"="}{.status.phase}{"\n"}{end}.)",
                           "a=Running\nb=Pending\n."},
                    Filled{R"({.items[0].metadata.labels.x\.y/z})", "l"},
                    Filled{R"({.items[0].metadata.labels['x.y/z']})", "l"},
                    Filled{"{.items[0", "error: error parsing jsonpath {.items[0, unterminated array"},
                    Filled{"{.items[a]}",
                           "error: error parsing jsonpath {.items[a]}, invalid array index a"}));

}  // namespace
}  // namespace hooklet::client
