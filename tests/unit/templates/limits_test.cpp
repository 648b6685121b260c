// SPDX-License-Identifier: Apache-2.0
#include "unit/templates/cases.hpp"

#include <gmock/gmock.h>

namespace hooklet::templates {

TEST_P(GoTemplates, AreThoseOfKubectl) {
    EXPECT_EQ(filled(GetParam().text), GetParam().result) << GetParam().text;
}

namespace {

using testing::EndsWith;
using testing::StartsWith;

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

TEST(TemplateLimits, ATemplateThatCallsItself) {
    const std::string result = filled(R"({{define "x"}}a{{template "x"}}{{end}}{{template "x"}})");
    EXPECT_THAT(result, StartsWith("aaa"));
    EXPECT_THAT(result,
                EndsWith("executing \"x\" at <{{template \"x\"}}>: exceeded maximum template depth (500)"));
}

TEST(TemplateLimits, Nesting) {
    EXPECT_EQ(filled("{{" + repeated("(", 150) + "1" + repeated(")", 150) + "}}"), "1");
    EXPECT_EQ(filled("{{" + repeated("(", 100'000)), "template: output:1: nested too deeply");
    EXPECT_EQ(filled(repeated("{{if 1}}", 100'000)), "template: output:1: nested too deeply");
    EXPECT_EQ(filled(repeated("{{if 0}}{{else}}", 100'000)), "template: output:1: nested too deeply");
    EXPECT_EQ(filled("{{if 0}}" + repeated("{{else if 0}}", 100'000)),
              "template: output:1: nested too deeply");
}

TEST(TemplateLimits, Steps) {
    const std::string loops = repeated("{{range $.spec.list}}", 20) + repeated("{{end}}", 20);
    EXPECT_EQ(filled(loops, {.steps = 1000}), "template: output: too many steps");
}

TEST(TemplateLimits, Text) {
    EXPECT_EQ(filled("abcd", {.bytes = 3}), "template: output: too much text");
    EXPECT_EQ(filled(R"({{$x := printf "%9000d" 1}}a)", {.bytes = 3}), "template: output: too much text");
}

// kubectl: function values and complex numbers, and letters beyond ASCII are escaped by %+q.
TEST(TemplateLimits, WhatIsNotThere) {
    EXPECT_EQ(filled("{{call .kind}}"), "template: output:1: function \"call\" not defined");
    EXPECT_EQ(filled("{{1i}}"), "template: output:1: bad number syntax: \"1i\"");
    EXPECT_EQ(filled(R"({{printf "%+q" "é"}})"), "\"é\"");
}

TEST(TemplateLimits, ABrokenTextIsRead) {
    for (const char* text : {"{{\"\xff\"}}", "{{.\xff}}", "{{\xff}}", "\xff{{.kind}}", "{{'\xff'}}"})
        EXPECT_FALSE(filled(text).empty());
}

}  // namespace
}  // namespace hooklet::templates
