// SPDX-License-Identifier: Apache-2.0
#include "api/selector.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

using Labels = std::map<std::string, std::string>;

bool selects(std::string_view text, const Labels& labels) {
    const auto requirements = parse_label_selector(text);
    EXPECT_TRUE(requirements) << text << ": " << requirements.error().message;
    return requirements && matches(*requirements, labels);
}

template <class T>
std::string error_of(const Result<T>& result) {
    EXPECT_FALSE(result);
    if (result) return {};
    EXPECT_EQ(result.error().code, Code::invalid);
    return result.error().message;
}

std::string label_error(std::string_view text) {
    return error_of(parse_label_selector(text));
}

TEST(LabelSelector, SelectsByEqualityAndBySets) {
    const Labels labels{{"app", "web"}, {"tier", ""}, {"example.com/n", "5"}, {"in", "notin"}};
    for (const std::string_view text : {"",
                                        "  ",
                                        "app",
                                        "app=web",
                                        "app==web",
                                        " app = web , tier= ",
                                        "app!=db",
                                        "none!=x",
                                        "!none",
                                        "! none",
                                        "app in (web,db)",
                                        "app in(db, web )",
                                        "app notin (db)",
                                        "none notin (a)",
                                        "tier in (,x)",
                                        "tier in ()",
                                        "tier in (x,)",
                                        "tier in (x,,y)",
                                        "example.com/n>4",
                                        "example.com/n<6",
                                        "in=notin",
                                        "in in (in,notin)"})
        EXPECT_TRUE(selects(text, labels)) << text;
    for (const std::string_view text :
         {"none", "app=db", "app!=web", "tier!=", "!app", "app in (db)", "app notin (web,db)", "none in (a)",
          "example.com/n>5", "example.com/n<5", "app>1", "none<1", "app=web,tier=x"})
        EXPECT_FALSE(selects(text, labels)) << text;
}

TEST(LabelSelector, SaysWhereItStoppedUnderstanding) {
    EXPECT_EQ(label_error("=a"), "found '=', expected: !, identifier, or 'end of string'");
    EXPECT_EQ(label_error("a=b,"), "found '', expected: identifier after ','");
    EXPECT_EQ(label_error("a=b,="), "found '=', expected: identifier after ','");
    EXPECT_EQ(label_error("a=b c"), "found 'c', expected: ',' or 'end of string'");
    EXPECT_EQ(label_error("!a=b"), "found '=', expected: ',' or 'end of string'");
    EXPECT_EQ(label_error("!"), "unable to parse requirement: found '', expected: identifier");
    EXPECT_EQ(label_error("a b"),
              "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
    EXPECT_EQ(label_error("a==="), "unable to parse requirement: found '=', expected: identifier");
    EXPECT_EQ(label_error("a in"), "unable to parse requirement: found '' expected: '('");
    EXPECT_EQ(label_error("a in ("),
              "unable to parse requirement: found '', expected: ',', ')' or identifier");
    EXPECT_EQ(label_error("a in (b"), "unable to parse requirement: found '', expected: ',' or ')'");
    EXPECT_EQ(label_error("a in (b c)"), "unable to parse requirement: found 'c', expected: ',' or ')'");
    EXPECT_EQ(label_error("a in (b,=)"),
              "unable to parse requirement: found '=', expected: ',', or identifier");
}

TEST(LabelSelector, ChecksKeysAndValues) {
    EXPECT_TRUE(label_error("@=b").starts_with(
        R"(unable to parse requirement: <nil>: Invalid value: "@": name part must consist of)"));
    EXPECT_TRUE(label_error("a=@").starts_with(
        R"(unable to parse requirement: values[0][a]: Invalid value: "@": a valid label must be)"));
    EXPECT_TRUE(label_error("a in (@,b,_)").starts_with("unable to parse requirement: [values[0][a]: "));
    EXPECT_EQ(label_error("a>x"),
              "unable to parse requirement: values[0]: Invalid value: \"x\": "
              "for 'Gt', 'Lt' operators, the value must be an integer");
}

TEST(LabelSelector, OfAnObjectSelects) {
    LabelSelector selector{.matchLabels = {{"app", "web"}}};
    selector.matchExpressions = {{.key = "tier", .operator_ = "NotIn", .values = {"db", "cache"}},
                                 {.key = "app", .operator_ = "Exists"},
                                 {.key = "old", .operator_ = "DoesNotExist"}};
    const auto requirements = label_requirements(selector);
    ASSERT_TRUE(requirements);
    EXPECT_EQ(*requirements, *parse_label_selector("app=web,tier notin (db,cache),app,!old"));
    EXPECT_TRUE(matches(*label_requirements({}), {{"any", "thing"}}));
}

std::string expression_error(std::string op, std::vector<std::string> values) {
    LabelSelector selector;
    selector.matchExpressions = {{.key = "a", .operator_ = std::move(op), .values = std::move(values)}};
    return error_of(label_requirements(selector));
}

TEST(LabelSelector, ObjectsNameTheOperators) {
    using Operator = LabelRequirement::Operator;
    EXPECT_EQ(operator_named("NotIn"), Operator::not_in);
    EXPECT_EQ(operator_named("Lt"), Operator::less_than);
    EXPECT_EQ(operator_named("in"), std::nullopt);
    EXPECT_TRUE(is_existence(Operator::does_not_exist));
    EXPECT_FALSE(is_existence(Operator::in));
    EXPECT_TRUE(is_order(Operator::greater_than));
    EXPECT_FALSE(is_order(Operator::exists));
    const LabelRequirement two{.key = "a", .op = Operator::less_than, .values = {"3", "5"}};
    EXPECT_FALSE(two.matches({{"a", "1"}})) << "one value is needed";
}

TEST(LabelSelector, OfAnObjectIsChecked) {
    EXPECT_EQ(expression_error("Gt", {"1"}), R"("Gt" is not a valid label selector operator)");
    EXPECT_EQ(expression_error("In", {}),
              "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
    EXPECT_EQ(expression_error("Exists", {"x", "y"}),
              "values: Invalid value: [x y]: values set must be empty for exists and does not exist");
    EXPECT_TRUE(expression_error("In", {"@"}).starts_with("values[0][a]: Invalid value: \"@\""));
}

TEST(FieldSelector, Reads) {
    const auto read = parse_field_selector(R"(metadata.name=x,,spec.nodeName!=y,status.phase==,a=b\,c\=d\\)");
    ASSERT_TRUE(read);
    const FieldRequirements expected{{.path = "metadata.name", .value = "x"},
                                     {.path = "spec.nodeName", .value = "y", .equal = false},
                                     {.path = "status.phase", .value = ""},
                                     {.path = "a", .value = R"(b,c=d\)"}};
    EXPECT_EQ(*read, expected);
    EXPECT_TRUE(parse_field_selector("")->empty());
}

TEST(FieldSelector, Selects) {
    const auto value_of = [](std::string_view path) {
        return path == "metadata.name" ? std::string("x") : "";
    };
    EXPECT_TRUE(matches(*parse_field_selector("metadata.name=x,spec.nodeName="), value_of));
    EXPECT_TRUE(matches(*parse_field_selector("spec.nodeName!=n"), value_of));
    EXPECT_FALSE(matches(*parse_field_selector("metadata.name!=x"), value_of));
    EXPECT_FALSE(matches(*parse_field_selector("metadata.name=x,spec.nodeName=n"), value_of));
}

TEST(FieldSelector, SaysWhatItDoesNotUnderstand) {
    EXPECT_EQ(error_of(parse_field_selector("spec.nodeName")),
              "invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'");
    EXPECT_EQ(error_of(parse_field_selector("a=b,c")), "invalid selector: 'a=b,c'; can't understand 'c'");
    EXPECT_EQ(error_of(parse_field_selector(R"(a=\b)")),
              R"(invalid field selector: invalid escape sequence: \b)");
    EXPECT_EQ(error_of(parse_field_selector(R"(a=b\)")),
              R"(invalid field selector: invalid escape sequence: \)");
    EXPECT_EQ(error_of(parse_field_selector("a=b=c")),
              "invalid field selector: unescaped character in value: 61");
}

}  // namespace
}  // namespace hooklet::api
