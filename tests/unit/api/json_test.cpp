// SPDX-License-Identifier: Apache-2.0
#include "api/json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

std::string rewritten(std::string_view text, JsonStyle style = JsonStyle::compact) {
    const auto node = parse_json(text);
    return node ? write_json(*node, style) : to_string(node.error());
}

TEST(Json, WritesWhatItRead) {
    for (const char* text : {
             "null",
             "true",
             "-1",
             "\"a\"",
             "[]",
             "{}",
             R"({"b":[1,{"a":null}],"a":false})",
             "1e3",
             "1.50",
             "18446744073709551615",
             "123456789012345678901234567890",
             R"("\u0001\"\\\n")",
         }) {
        EXPECT_EQ(rewritten(text), text);
    }
    EXPECT_EQ(rewritten(R"("\u00e9\/")"), "\"\xC3\xA9/\"");
}

TEST(Json, WritesWithIndent) {
    EXPECT_EQ(rewritten(R"({"a":[1,{}],"b":{"c":[]}})", JsonStyle::pretty),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
}

TEST(Json, WritesValidUtf8WhateverTheText) {
    EXPECT_EQ(write_json(Node("\xC3\xA4 \xE2\x82\xAC")), "\"\xC3\xA4 \xE2\x82\xAC\"");
    EXPECT_EQ(write_json(Node("a\xFF\xC3(\x80")), "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\"");
    EXPECT_EQ(write_json(Node("cut \xE2\x82")), "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Json, KnowsTheLinesOfKeysAndValues) {
    const auto node = parse_json("{\n \"a\":\n  1,\n \"b\": [\n  {\"c\": 2}\n ]}");
    ASSERT_TRUE(node);
    EXPECT_EQ(line_of(*node, "a"), 2);
    EXPECT_EQ(node->find("a")->line, 3);
    EXPECT_EQ(line_of(*node, "b[0]"), 5);
    EXPECT_EQ(line_of(*node, "b[0].c"), 5);
}

TEST(Json, KeepsRepeatedKeysForTheReport) {
    const auto node = parse_json("{\"a\": 1,\n\"a\": {\"b\": 1,\n\"b\": 2}}");
    ASSERT_TRUE(node);
    const Issues issues = duplicate_keys(*node);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(to_string(issues[0]), "line 2: a: key \"a\" already set in map (line 1)");
    EXPECT_EQ(to_string(issues[1]), "line 3: a.b: key \"b\" already set in map (line 2)");
}

TEST(Json, SaysWhereItIsBroken) {
    EXPECT_EQ(rewritten(""), "line 1: JSON: column 1: expected a value, found end of text");
    EXPECT_EQ(rewritten("{\n\"a\": tru\n}"), "line 2: JSON: column 6: expected a value, found 't'");
    EXPECT_EQ(rewritten("[1]\n[2]"), "line 2: JSON: column 1: extra data");
    EXPECT_EQ(rewritten("\"\xff\""), "line 1: JSON: column 2: unexpected byte 0xff in a string");
}

TEST(Json, SaysWhatItExpected) {
    struct Broken {
        const char* text;
        const char* problem;
    };
    constexpr Broken table[] = {
        {"{\"a\": 1,\n}", "line 2: JSON: column 1: expected a key in double quotes, found '}'"},
        {"{\"a\" 1}", "line 1: JSON: column 6: expected ':', found '1'"},
        {"{\"a\": 1 \"b\": 2}", "line 1: JSON: column 9: expected ',' or '}', found '\"'"},
        {"{\"a\": \"\xC3\xA9\", b: 2}",
         "line 1: JSON: column 12: expected a key in double quotes, found 'b'"},
        {"{a: 1}", "line 1: JSON: column 2: expected a key in double quotes or '}', found 'a'"},
        {"[1 2]", "line 1: JSON: column 4: expected ',' or ']', found '2'"},
        {"[1,]", "line 1: JSON: column 4: expected a value, found ']'"},
        {"[,]", "line 1: JSON: column 2: expected a value or ']', found ','"},
        {"{\"a\": x}", "line 1: JSON: column 7: expected a value, found 'x'"},
        {"[\"a\nb\"]", "line 1: JSON: column 4: unexpected end of line in a string"},
        {"[\"a\\q\"]", "line 1: JSON: column 5: unexpected 'q' in a string"},
        {"[\"a", "line 1: JSON: column 4: unexpected end of text in a string"},
        {"[1.]", "line 1: JSON: column 4: unexpected ']'"},
        {"[01]", "line 1: JSON: column 3: unexpected '1'"},
        {"{\"a\": [1", "line 1: JSON: column 9: expected ',' or ']', found end of text"},
    };
    for (const auto& [text, problem] : table) EXPECT_EQ(rewritten(text), problem) << text;
}

TEST(Json, KeepsWithinItsLimits) {
    ParseLimits limits;
    limits.depth = 2;
    EXPECT_TRUE(parse_json("[[1]]", limits));
    EXPECT_EQ(to_string(parse_json("[[\n[1]]]", limits).error()), "line 2: JSON: nested deeper than 2");
    limits.nodes = 2;
    EXPECT_EQ(to_string(parse_json("[1, 2]", limits).error()), "line 1: JSON: more than 2 values");
    limits.bytes = 1;
    EXPECT_EQ(to_string(parse_json("[]", limits).error()), "longer than 1 bytes");
    EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}

TEST(Node, ALargeObjectIsFoundInAsASmallOne) {
    Node object = Node::object();
    constexpr int count = 50'000;
    for (int i = 0; i < count; ++i) object.set(std::to_string(i), Node(i));
    for (int i = 0; i < count; ++i) ASSERT_EQ(*object.find(std::to_string(i))->as_int(), i);
    EXPECT_EQ(object.find("x"), nullptr);
    object.set("7", Node("seven"));
    EXPECT_EQ(object.as_object()->size(), std::size_t{count});
    Node copy = object;
    EXPECT_TRUE(copy.erase("0"));
    copy.as<Node::Object>()->push_back({"8", Node("again"), 0});
    EXPECT_EQ(*copy.find("7")->as_string(), "seven");
    EXPECT_EQ(*copy.find("8")->as_string(), "again") << "the last one wins";
    EXPECT_EQ(copy.find("0"), nullptr);
    EXPECT_EQ(*object.find("0")->as_int(), 0);
    const Node moved = std::move(object);
    EXPECT_EQ(*moved.find("9")->as_int(), 9);
}

TEST(Node, FindsSetsAndPushes) {
    Node node;
    node.set("a", Node(1)).line = 7;
    node.set("b", Node{}).push(Node("x"));
    node.set("a", Node(2));
    EXPECT_EQ(write_json(node), R"({"a":2,"b":["x"]})");
    EXPECT_EQ(node.find("c"), nullptr);
    EXPECT_EQ(*node.find("a")->as_int(), 2);
}

}  // namespace
}  // namespace hooklet::api
