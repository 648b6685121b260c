// SPDX-License-Identifier: Apache-2.0
// Templates and paths, each as kubectl 1.32 answers it unless a comment says otherwise.
#include "client/json_path.hpp"

#include "client/custom_columns.hpp"
#include "client/wait_for.hpp"
#include "unit/client/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

constexpr const char* config_map = R"({"kind":"ConfigMap","metadata":{"name":"c","labels":{"x.y/z":"l"}},
    "spec":{"list":[{"n":"a","c":1,"t":true,"f":1.5},{"n":"b","c":20,"nul":null},{"n":"c","c":3,"o":{"n":"d"}}],
    "empty":[],"s":"abc","z":null}})";

struct Case {
    const char* text;
    const char* result;  ///< What is printed, or what follows the template in the error.
};

class JsonPath : public testing::TestWithParam<Case> {};

TEST_P(JsonPath, IsThatOfKubectl) {
    const auto filled = fill_in(GetParam().text, json(config_map));
    std::string shown = filled ? *filled : filled.error().message;
    const std::string read = std::string("error: error parsing jsonpath ") + GetParam().text + ", ";
    constexpr std::string_view executing = ": Error executing template: ";
    if (!filled && shown.starts_with(read)) shown = "parsing: " + shown.substr(read.size());
    if (const std::size_t at = shown.find(executing); !filled && at != std::string::npos)
        shown = "executing: " + shown.substr(at + executing.size());
    EXPECT_EQ(shown, GetParam().result) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Members, JsonPath,
    testing::Values(Case{"{.kind}", "ConfigMap"}, Case{"{ .kind }", "ConfigMap"},
                    Case{"{@.kind}", "ConfigMap"}, Case{"{$.kind}", "ConfigMap"},
                    Case{"{.kind}}", "ConfigMap}"}, Case{"a}b{.kind}", "a}bConfigMap"},
                    Case{"{.nothing.at.all}", ""}, Case{"{.spec.s.a}", ""}, Case{"{.spec.list.n}", ""},
                    Case{"{.spec.z}", "null"}, Case{"{.spec.z.a}", ""},
                    Case{"{.metadata.*}", R"(c {"x.y/z":"l"})"},
                    Case{"{.spec.list[2].*}", R"(c 3 {"n":"d"})"}, Case{R"({.metadata.labels.x\.y/z})", "l"},
                    Case{R"({.metadata.labels['x\.y/z']})", "l"}, Case{"{.metadata['name']}", "c"},
                    // kubectl: nothing, as a dot ends a name there, and an error for the double quotes.
                    Case{"{.metadata.labels['x.y/z']}", "l"}, Case{R"({.metadata["name"]})", "c"}));

INSTANTIATE_TEST_SUITE_P(
    Descent, JsonPath,
    testing::Values(Case{"{..n}", "a b c d"}, Case{"{.spec..n}", "a b c d"}, Case{"{...n}", "a b c d"},
                    Case{"{.spec.list[2:]..n}", "c d"}, Case{"{..list[0].n}", "a"},
                    Case{"{.metadata..}", R"({"name":"c","labels":{"x.y/z":"l"}} c {"x.y/z":"l"} l)"},
                    Case{"{..nothing}", ""}, Case{"{.spec.empty..n}", ""},
                    // kubectl reads this with three dots only.
                    Case{"{.metadata..*}", R"(c {"x.y/z":"l"} l)"},
                    Case{"{.....n}", "parsing: invalid multiple recursive descent"}));

INSTANTIATE_TEST_SUITE_P(
    Slices, JsonPath,
    testing::Values(Case{"{.spec.list[0].n}", "a"}, Case{"{.spec.list[-1].n}", "c"},
                    Case{"{.spec.list[-3].n}", "a"}, Case{"{.spec.list[*].n}", "a b c"},
                    Case{"{.spec.list[:].n}", "a b c"}, Case{"{.spec.list[0:2].n}", "a b"},
                    Case{"{.spec.list[-2:].n}", "b c"}, Case{"{.spec.list[0:-1].n}", "a b"},
                    Case{"{.spec.list[::2].n}", "a c"}, Case{"{.spec.list[1:3:5].n}", "b"},
                    Case{"{.spec.list[5:5].n}", ""}, Case{"{.spec.empty[*]}", ""},
                    Case{"{.spec.list[0,2].n}", "a c"}, Case{"{.spec.list[2, 0:2].n}", "c a b"},
                    Case{"{.spec.z[0]}", ""}, Case{"{.nothing[0]}", ""},
                    Case{"{.spec.list[10].n}", "executing: array index out of bounds: index 10, length 3"},
                    Case{"{.spec.list[-5].n}", "executing: array index out of bounds: index -2, length 3"},
                    Case{"{.spec.list[0:9].n}", "executing: array index out of bounds: index 8, length 3"},
                    Case{"{.spec.empty[0]}", "executing: array index out of bounds: index 0, length 0"},
                    Case{"{.spec.list[2:1]}", "executing: starting index 2 is greater than ending index 1"},
                    Case{"{.spec.list[0:2:0]}", "executing: step must be > 0"},
                    Case{"{.spec.s[0]}", "executing: string is not array or slice"},
                    Case{"{.spec[*].n}", "executing: map[string]interface {} is not array or slice"},
                    Case{"{.spec.list[a]}", "parsing: invalid array index a"},
                    Case{"{.spec.list[0:1:1:1]}", "parsing: invalid array index 0:1:1:1"},
                    Case{"{.spec.list[-]}", "parsing: array index - is not a number"},
                    Case{"{.spec.list[0}", "parsing: unterminated array"}));

INSTANTIATE_TEST_SUITE_P(Choices, JsonPath,
                         testing::Values(Case{"{.metadata['name','labels']}", R"(c {"x.y/z":"l"})"},
                                         Case{"{.spec.list[*]['n', 'c']}", "a b c 1 20 3"},
                                         Case{"{['metadata.name', 'spec.s', 'spec.list[0].c']}", "c abc 1"},
                                         Case{"{.metadata['name','nothing']}", "c"},
                                         Case{"{.spec['a,b','s']}", "abc"}));

INSTANTIATE_TEST_SUITE_P(
    Filters, JsonPath,
    testing::Values(Case{"{.spec.list[?(@.c==3)].n}", "c"}, Case{"{.spec.list[?(@.c!=3)].n}", "a b"},
                    Case{"{.spec.list[?(@.c<3)].n}", "a"}, Case{"{.spec.list[?(@.c<=3)].n}", "a c"},
                    Case{"{.spec.list[?(@.c > 2)].n}", "b c"}, Case{"{.spec.list[?(@.c>=20)].n}", "b"},
                    Case{"{.spec.list[?(@.c>-1)].n}", "a b c"}, Case{"{.spec.list[?(@.f==1.5)].n}", "a"},
                    Case{"{.spec.list[?(@.f>1.25)].n}", "a"}, Case{R"({.spec.list[?(@.n>"a")].n})", "b c"},
                    Case{"{.spec.list[?( @.n == 'b' )].n}", "b"}, Case{R"({.spec.list[?("b"==@.n)].n})", "b"},
                    Case{R"({.spec.list[?(.n=="b")].n})", "b"}, Case{"{.spec.list[?(@.o.n!=@.n)].n}", "c"},
                    Case{"{.spec.list[?(@.t==true)].n}", "a"}, Case{"{.spec.list[?(@.o)].n}", "c"},
                    Case{"{.spec.list[?(@.nul)].n}", "b"}, Case{R"x({.spec.list[?(@.n=="(b)")].n})x", ""},
                    Case{R"({.spec.list[?(@.n!=")]")].n})", "a b c"},
                    Case{"{[?(@.a)]}",
                         "executing: "
                         "map[string]interface {} is not array or slice and cannot be filtered"},
                    // kubectl cannot nest them, and takes an index out of bounds for something that is there.
                    Case{"{.spec.list[?(@.o[?(@.x)])].n}", ""}, Case{"{.spec.list[?(@.o[0])].n}", ""}));

INSTANTIATE_TEST_SUITE_P(
    BadFilters, JsonPath,
    testing::Values(
        Case{R"({.spec.list[?(@.c=="3")].n})", "executing: incompatible types for comparison"},
        Case{"{.spec.list[?(@.c>1.5)].n}", "executing: incompatible types for comparison"},
        Case{"{.spec.list[?(@.t>true)].n}", "executing: invalid type for comparison"},
        Case{"{.spec.list[?(@.nul==1)].n}", "executing: invalid type for comparison"},
        Case{"{.spec.list[?(@.o=='x')].n}", "executing: invalid type for comparison"},
        Case{R"({.spec.list[?(@..n=="c")].n})", "executing: can only compare one element at a time"},
        Case{"{.spec.s[?(@)]}", "executing: string is not array or slice and cannot be filtered"},
        Case{"{.spec.list[?(@.o[0]==1)]}", "executing: map[string]interface {} is not array or slice"},
        Case{R"({.spec.list[?(@.n=~"a.*")]})", "parsing: unrecognized character in action: U+007E '~'"},
        Case{"{.spec.list[?(@.n==)]}", "parsing: unrecognized character in action: U+003D '='"},
        Case{"{.spec.list[?(!@.o)]}", "parsing: unrecognized character in action: U+0021 '!'"},
        Case{R"({.spec.list[?(@.n=="a" && @.c==1)]})",
             "parsing: unrecognized character in action: U+0026 '&'"},
        // kubectl says these two when it has the config_map.
        Case{R"({.spec.list[?(@.n<>"b")]})", "parsing: unrecognized filter operator <>"},
        Case{"{.spec.list[?(@.n==b)]}", "parsing: unrecognized identifier b"},
        Case{R"({.spec.list[?(@.n=="b"]})", "parsing: unterminated filter"},
        Case{R"({.spec.list[?(@.n=="b})", "parsing: unterminated filter"},
        Case{R"({.spec.list[?(@.n=="b")})", "parsing: unclosed array expect ]"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, JsonPath,
    testing::Values(Case{R"({.kind}{"\t"}{'a\'b'}{"\u00e9\x21\n"})", "ConfigMap\ta'b\xC3\xA9!\n"},
                    Case{R"({"{"}x{"}"})", "{x}"}, Case{R"({"a\"b"})", "a\"b"},
                    Case{"{3}{-1.5}{true}", "3-1.5true"},
                    Case{R"({"\q"})", R"(parsing: unquote string "\q" error invalid syntax)"},
                    Case{R"({"\ud800"})", R"(parsing: unquote string "\ud800" error invalid syntax)"},
                    Case{R"({"abc})", "parsing: unterminated quoted string"},
                    Case{"{1.2.3}", "parsing: cannot parse number 1.2.3"},
                    Case{"{.kind", "parsing: unclosed action"}, Case{"{.kind\n}", "parsing: unclosed action"},
                    Case{"{.kind,.x}", "parsing: unrecognized character in action: U+002C ','"},
                    Case{"{hello}", "parsing: unrecognized identifier hello"},
                    Case{"", "error: template format specified but no template given"}));

INSTANTIATE_TEST_SUITE_P(
    Ranges, JsonPath,
    testing::Values(Case{"{range .spec.list[?(@.c>1)]}{.n}:{.c},{end}{.kind}", "b:20,c:3,ConfigMap"},
                    Case{"{range .spec.list[*]}{range @..n}{@}-{end};{end}.", "a-;b-;c-d-;."},
                    Case{"{range .spec.list[0:2]}{.n}", "ab"},
                    Case{"{range .spec.empty[*]}{.n[7]}{end}x", "x"},
                    Case{"{range .spec.list[*]}{.n}{end}{end}", "executing: not in range, nothing to end"},
                    Case{"{range .spec.list[*]}{.n[0]}{end}", "executing: string is not array or slice"}));

TEST(JsonPathErrors, NameTheTemplate) {
    EXPECT_EQ(fill_in("{.spec.list[10]['n']}", json(config_map)).error().message,
              "error: error executing jsonpath \"{.spec.list[10]['n']}\": Error executing template: "
              "array index out of bounds: index 10, length 3");
    EXPECT_EQ(fill_in(".spec[", json(config_map)).error().message,
              "error: error parsing jsonpath .spec[, unterminated array");
}

TEST(JsonPathOfColumns, HasCommasOfItsOwn) {
    const auto columns = parse_columns("A:.metadata['name','labels.x'],B:{..n},C:.spec.list[?(@.n==',')].c");
    ASSERT_TRUE(columns) << columns.error().message;
    ASSERT_EQ(columns->size(), 3U);
    const auto table = table_of(*columns, {json(config_map)});
    ASSERT_TRUE(table);
    EXPECT_EQ(api::write_json(*table->find("rows")), R"([{"cells":["c","a,b,c,d","<none>"]}])");
    EXPECT_EQ(table_of(*parse_columns("A:.spec.list[3]"), {json(config_map)}).error().message,
              "error: array index out of bounds: index 3, length 3");
    EXPECT_EQ(parse_columns("A:.spec[b]").error().message, "invalid array index b");
}

TEST(JsonPathOfAnOrder, HasToFitEachObject) {
    api::Node objects = json(R"([{"k":[2]},{"k":[]},{"k":[1]}])");
    const api::Node before = objects;
    EXPECT_EQ(sort_by(*parse_path("k[0]"), *objects.as<api::Node::Array>()).error().message,
              "error: array index out of bounds: index 0, length 0");
    EXPECT_EQ(objects, before);
    EXPECT_TRUE(sort_by(*parse_path("{.k[0:]}"), *objects.as<api::Node::Array>()));
    EXPECT_EQ(api::write_json(objects), R"([{"k":[]},{"k":[1]},{"k":[2]}])");
}

TEST(JsonPathOfAWait, LeadsToOnePlainValue) {
    const auto answer = [](std::string_view text) -> std::string {
        const auto wanted = parse_wait_for(text);
        if (!wanted) return wanted.error().message;
        const auto is = is_met(*wanted, json(config_map));
        return !is ? is.error().message : *is ? "met" : "not met";
    };
    EXPECT_EQ(answer("jsonpath={.spec.list[?(@.c>=20)].n}=b"), "met");
    EXPECT_EQ(answer("jsonpath=.spec.list[?(@.c>=20)].n=b"), "met");
    EXPECT_EQ(answer("jsonpath=.spec.list[?(@.c==20)].n"), "met");
    EXPECT_EQ(answer("jsonpath={..c}=1"), "error: given jsonpath expression matches more than one value");
    EXPECT_EQ(answer("jsonpath={.spec.list}=1"),
              "error: jsonpath leads to a nested object or list which is not supported");
    EXPECT_EQ(answer("jsonpath={.spec.list[4].n}=1"), "error: array index out of bounds: index 4, length 3");
    EXPECT_EQ(answer("jsonpath={.nothing[4].n}=1"), "not met");
    EXPECT_EQ(answer("jsonpath={.spec[x]}"), "error: invalid array index x");
    EXPECT_EQ(answer("jsonpath={.spec"),
              "error: jsonpath wait format must be --for=jsonpath='{.status.x}'=value");
}

}  // namespace
}  // namespace hooklet::client
