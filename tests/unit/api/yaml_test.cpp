// SPDX-License-Identifier: Apache-2.0
#include "adapters/yaml/yaml.hpp"

#include "adapters/yaml/scalar.hpp"
#include "api/json.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::yaml {
namespace {

using api::Node;

/// The documents of `text` as compact JSON, one per line; or the error.
std::string as_json(std::string_view text) {
    const auto documents = parse_documents(text);
    if (!documents) return to_string(documents.error());
    std::string out;
    for (const Node& document : *documents) out += (out.empty() ? "" : "\n") + api::write_json(document);
    return out;
}

struct Scalar {
    const char* text;
    const char* json;
};

TEST(YamlScalar, ResolvesAsKubernetesToolsDo) {
    constexpr Scalar table[] = {
        {"", "null"},
        {"~", "null"},
        {"null", "null"},
        {"Null", "null"},
        {"NULL", "null"},
        {"nULL", "\"nULL\""},
        {"y", "true"},
        {"Y", "true"},
        {"yes", "true"},
        {"Yes", "true"},
        {"YES", "true"},
        {"yEs", "\"yEs\""},
        {"on", "true"},
        {"On", "true"},
        {"true", "true"},
        {"TRUE", "true"},
        {"n", "false"},
        {"N", "false"},
        {"no", "false"},
        {"off", "false"},
        {"OFF", "false"},
        {"false", "false"},
        {"tRUE", "\"tRUE\""},
        {"0", "0"},
        {"-0", "0"},
        {"1", "1"},
        {"+1", "1"},
        {"-17", "-17"},
        {"017", "15"},
        {"-017", "-15"},
        {"0o17", "15"},
        {"0O17", "15"},
        {"08", "8"},
        {"019", "19"},
        {"0x1F", "31"},
        {"-0x1f", "-31"},
        {"0b101", "5"},
        {"-0b1", "-1"},
        {"1_000", "1000"},
        {"_1", "\"_1\""},
        {"1e3", "1000"},
        {"1E3", "1000"},
        {"1.0", "1"},
        {"1.", "1"},
        {".5", "0.5"},
        {"-.5", "-0.5"},
        {"1.5e1", "15"},
        {"1e-7", "1e-7"},
        {"1e21", "1e+21"},
        {"1e20", "100000000000000000000"},
        {"0.1", "0.1"},
        {"1_0.5", "10.5"},
        {"e3", "\"e3\""},
        {"1e", "\"1e\""},
        {"0x", "\"0x\""},
        {"0xg", "\"0xg\""},
        {"1:30", "\"1:30\""},
        {"1.2.3", "\"1.2.3\""},
        {"-", "\"-\""},
        {"+", "\"+\""},
        {".", "\".\""},
        {"..", "\"..\""},
        {"9223372036854775807", "9223372036854775807"},
        {"9223372036854775808", "9223372036854775808"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"18446744073709551616", "18446744073709551616"},
        {"2026-01-02", "\"2026-01-02\""},
        {"2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\""},
        {"1Gi", "\"1Gi\""},
        {"500m", "\"500m\""},
    };
    for (const auto& [text, json] : table) EXPECT_EQ(api::write_json(resolve_plain(text)), json) << text;
}

TEST(YamlScalar, KeepsWhatIsNotFinite) {
    for (const char* text : {".inf", "-.Inf", "+.INF", ".nan", ".NaN"}) {
        const Node node = resolve_plain(text);
        ASSERT_NE(node.as<api::Real>(), nullptr) << text;
        EXPECT_FALSE(std::isfinite(node.as<api::Real>()->value)) << text;
    }
}

TEST(Yaml, QuotedAndBlockScalarsAreStrings) {
    EXPECT_EQ(as_json("['1', \"true\", '', \"\\x41\\n\"]"), R"(["1","true","","A\n"])");
    EXPECT_EQ(as_json("a: |\n  1\nb: >-\n  2\n  3\n"), R"({"a":"1\n","b":"2 3"})");
    EXPECT_EQ(as_json("a: !!str 1\nb: !!int \"2\"\nc: !mine 3\n"), R"({"a":"1","b":2,"c":"3"})");
    EXPECT_EQ(as_json("a: 'it''s'\nb: \"say \\\"hi\\\"\"\n"), R"({"a":"it's","b":"say \"hi\""})");
}

TEST(Yaml, ATagIsKept) {
    EXPECT_EQ(as_json("a: !!binary aGk=\nb: !!binary |\n  aG\n  k=\n"), R"({"a":"hi","b":"hi"})");
    EXPECT_EQ(as_json("a: !!float 1\nb: !!float .5\nc: !!bool on\nd: !!null ~\n"),
              R"({"a":1,"b":0.5,"c":true,"d":null})");
    EXPECT_EQ(as_json("a: 1\nb: !!int abc\n"), "line 2: YAML: cannot decode !!str `abc` as a !!int");
    EXPECT_EQ(as_json("!!bool maybe"), "line 1: YAML: cannot decode !!str `maybe` as a !!bool");
    EXPECT_EQ(as_json("!!int 1.5"), "line 1: YAML: cannot decode !!float `1.5` as a !!int");
    EXPECT_EQ(as_json("!!null 0"), "line 1: YAML: cannot decode !!int `0` as a !!null");
    EXPECT_EQ(as_json("\n!!binary a"), "line 2: YAML: !!binary value contains invalid base64 data");
}

TEST(Yaml, AListThatIsNotClosedIsNoKey) {
    EXPECT_EQ(as_json("a:\n  [[["), "line 2: YAML: the [ that begins here is not closed");
    EXPECT_EQ(as_json("a: [[1, ']', \"]\", don't # ]\n"),
              "line 1: YAML: the [ that begins here is not closed");
    EXPECT_EQ(as_json("[a]: b"), "line 1: YAML: a map or a list cannot be a key");
    EXPECT_EQ(as_json("{a: ']'}: b"), "line 1: YAML: a map or a list cannot be a key");
}

TEST(Yaml, KeysBecomeStrings) {
    EXPECT_EQ(as_json("1: a\nyes: b\n1.5: c\n'on': d\n"), R"({"1":"a","true":"b","1.5":"c","on":"d"})");
}

TEST(Yaml, SplitsDocuments) {
    EXPECT_EQ(as_json("a: 1\n---\nb: 2\n...\n---\n# nothing\n---\nc: 3\n"),
              "{\"a\":1}\n{\"b\":2}\nnull\n{\"c\":3}");
    EXPECT_EQ(as_json(""), "");
    EXPECT_EQ(as_json("# only a comment\n"), "");
}

TEST(Yaml, ExpandsAliases) {
    EXPECT_EQ(as_json("a: &x {k: [1]}\nb: *x\nc: [*x, *x]\n"),
              R"({"a":{"k":[1]},"b":{"k":[1]},"c":[{"k":[1]},{"k":[1]}]})");
    EXPECT_EQ(as_json("&k a: 1\nb: *k\n"), R"({"a":1,"b":"a"})");
}

TEST(Yaml, MergesWithoutOverriding) {
    EXPECT_EQ(as_json("base: &b {x: 1, w: 2}\nuse:\n  <<: *b\n  w: 3\n"),
              R"({"base":{"x":1,"w":2},"use":{"w":3,"x":1}})");
    EXPECT_EQ(as_json("- &a {x: 1}\n- &b {x: 2, z: 3}\n- {<<: [*a, *b], w: 4}\n"),
              R"([{"x":1},{"x":2,"z":3},{"w":4,"x":1,"z":3}])");
    EXPECT_EQ(as_json("'<<': 1\n"), R"({"<<":1})");
}

TEST(Yaml, KnowsTheLines) {
    const auto documents = parse_documents("a:\n  b: 1\n  c:\n  - d\n  -\n    e: 2\n---\nf: 3\n");
    ASSERT_TRUE(documents);
    const Node& root = documents->front();
    EXPECT_EQ(api::line_of(root, "a"), 1);
    EXPECT_EQ(api::line_of(root, "a.b"), 2);
    EXPECT_EQ(api::line_of(root, "a.c[0]"), 4);
    EXPECT_EQ(api::line_of(root, "a.c[1].e"), 6);
    EXPECT_EQ(api::line_of(root, "a.c[7].x"), 3);
    EXPECT_EQ(api::line_of(documents->at(1), "f"), 8);
}

TEST(Yaml, WhatIsNoText) {
    const auto problem = [](std::string_view text) { return to_string(parse_documents(text).error()); };
    EXPECT_EQ(problem("a: 1\nb: x\xFFy\n"), "line 2: YAML: byte 0xff is not UTF-8");
    EXPECT_EQ(problem("a: \xC3"), "line 1: YAML: byte 0xc3 is not UTF-8");
    EXPECT_EQ(problem({"a: 1\r\n\nb: x\0\n", 12}), "line 3: YAML: control character 0x00");
    EXPECT_EQ(problem("a: \x1B[0m"), "line 1: YAML: control character 0x1b");
    EXPECT_EQ(as_json("\xEF\xBB\xBF"
                      "a: \xC3\xA9\t# x\r\n"),
              "{\"a\":\"\xC3\xA9\"}");
    EXPECT_EQ(as_json({"\xFF\xFE"
                       "a\0:\0 \0"
                       "1\0",
                       10}),
              R"({"a":1})");
}

TEST(Yaml, KeepsWithinItsLimits) {
    api::ParseLimits limits;
    limits.depth = 3;
    EXPECT_TRUE(parse("[[[1]]]", limits));
    EXPECT_EQ(to_string(parse("[[[[1]]]]", limits).error()), "line 1: YAML: nested deeper than 3");
    limits.nodes = 4;
    EXPECT_TRUE(parse("[1, 2, 3]", limits));
    EXPECT_EQ(to_string(parse("[1, 2, 3, 4]", limits).error()), "line 1: YAML: more than 4 values");
    limits.bytes = 5;
    EXPECT_EQ(to_string(parse("[1, 2]", limits).error()), "YAML: longer than 5 bytes");
    const std::string deep(100'000, '[');
    EXPECT_FALSE(parse_documents(deep));
}

}  // namespace
}  // namespace hooklet::yaml
