// SPDX-License-Identifier: Apache-2.0
// What templates may say, each as kubectl 1.32 answers it unless a comment says otherwise.
#include "unit/templates/cases.hpp"

namespace hooklet::templates {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Ranges, GoTemplates,
    testing::Values(
        Case{"{{range .spec.list}}{{.n}},{{end}}", "a,b,c,"},
        Case{"{{range $e := .spec.list}}{{$e.n}},{{end}}", "a,b,c,"},
        Case{"{{range $i, $e := .spec.list}}{{$i}}={{$e.n}}{{$.kind}},{{end}}",
             "0=aConfigMap,1=bConfigMap,2=cConfigMap,"},
        Case{"{{range .spec.empty}}x{{else}}none{{end}}", "none"},
        Case{"{{range .spec.q}}x{{else}}none{{end}}", "none"},
        Case{"{{range .spec.z}}x{{else}}none{{end}}", "none"},
        Case{"{{range $k, $v := .spec.m}}{{$k}}={{$v}} {{end}}", "a=1 b=2 "},
        Case{"{{range .spec.m}}{{.}} {{end}}", "1 2 "},
        Case{"{{range .spec.s}}{{.}}{{end}}",
             R"(template: output:1:13: executing "output" at <.spec.s>: range can't iterate over abc)"},
        Case{"{{range 3}}{{.}}{{end}}",
             R"(template: output:1:8: executing "output" at <3>: range can't iterate over 3)"},
        Case{R"({{range .spec.list}}{{if eq .n "b"}}{{continue}}{{end}}{{.n}}{{end}})", "ac"},
        Case{R"({{range .spec.list}}{{if eq .n "b"}}{{break}}{{end}}{{.n}}{{end}})", "a"},
        Case{
            "{{range .spec.list}}{{.n.x}}{{end}}",
            R"(template: output:1:24: executing "output" at <.n.x>: can't evaluate field x in type interface {})"},
        Case{"{{$i := 0}}{{range $i, $e = .spec.list}}{{end}}{{$i}}",
             R"(template: output:1:33: executing "output" at <.spec.list>: undefined variable: $e)"},
        Case{"{{$e := 1}}{{range $e = .spec.list}}{{end}}{{$e.n}}", "c"}));

INSTANTIATE_TEST_SUITE_P(
    Variables, GoTemplates,
    testing::Values(
        Case{"{{$x := 1}}{{$x = 2}}{{$x}}", "2"}, Case{"{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"},
        Case{"{{$x = 2}}", R"(template: output:1:7: executing "output" at <2>: undefined variable: $x)"},
        Case{"{{$x}}", R"(template: output:1: undefined variable "$x")"},
        Case{"{{$x, $y := 1}}", "template: output:1: too many declarations in command"},
        Case{"{{range $x, 1}}{{end}}", "template: output:1: range can only initialize variables"}));

INSTANTIATE_TEST_SUITE_P(
    Choices, GoTemplates,
    testing::Values(
        Case{"{{if .spec.t}}yes{{else}}no{{end}}", "yes"},
        Case{"{{if .spec.z}}a{{else if .spec.s}}b{{else}}c{{end}}", "b"},
        Case{"{{if and .spec.t (gt .spec.big 5)}}yes{{end}}", "yes"},
        Case{"{{with .spec.m}}{{.a}}{{end}}{{with .spec.q}}x{{else}}y{{end}}", "1y"},
        Case{"{{with .spec.q}}a{{else with .spec.s}}{{.}}{{end}}", "abc"},
        Case{"{{with $x := .spec.s}}{{$x}}{{end}}", "abc"},
        Case{"{{with .spec.s}}{{.y}}{{end}}",
             R"(template: output:1:18: executing "output" at <.y>: can't evaluate field y in type string)"},
        Case{"{{if .a}}x{{else with .b}}y{{end}}", "template: output:1: unexpected <with> in input"},
        Case{R"({{and 1 0 nil}} {{and 1 2}} {{or 0 "" 3}} {{or nil .spec.q}} {{not .spec.q}} {{not 3}})",
             "0 2 3 <no value> true false"},
        Case{
            "{{and}}",
            R"(template: output:1:2: executing "output" at <and>: wrong number of args for and: want at least 1 got 0)"},
        Case{"{{or (eq 1 1) (index .spec.list 9)}}", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Commands, GoTemplates,
    testing::Values(
        Case{"{{1 | 2}}", "template: output:1: non executable command in pipeline stage 2"},
        Case{"{{.spec.s 1}}",
             R"(template: output:1:7: executing "output" at <.spec.s>: s is not a method but has arguments)"},
        Case{R"({{"a" 1}})",
             R"(template: output:1:2: executing "output" at <"a">: can't give argument to non-function "a")"},
        Case{
            "{{.spec.m.a 1}}",
            R"(template: output:1:7: executing "output" at <.spec.m.a>: a is not a method but has arguments)"},
        Case{
            "{{1 | .kind}}",
            R"(template: output:1:6: executing "output" at <.kind>: kind is not a method but has arguments)"},
        Case{"{{(index .spec.list 0).n}} {{(.spec).s}}", "a abc"},
        Case{
            "{{(index .spec.list 0).n.x}}",
            R"(template: output:1:20: executing "output" at <0>: can't evaluate field x in type interface {})"},
        Case{"{{$x := .spec.s}}{{$x.y}}",
             R"(template: output:1:21: executing "output" at <$x.y>: can't evaluate field y in type string)"},
        Case{"{{$x := .spec}}{{$x.s}} {{$x.q.r}}", "abc <no value>"}));

INSTANTIATE_TEST_SUITE_P(
    Definitions, GoTemplates,
    testing::Values(
        Case{R"({{template "x"}})",
             R"(template: output:1:11: executing "output" at <{{template "x"}}>: template "x" not defined)"},
        Case{R"({{define "x"}}<{{.}}>{{end}}{{template "x" .kind}}{{template "x"}})",
             "<ConfigMap><<no value>>"},
        Case{
            R"({{template "x" .}}{{define "x"}}{{.kind.b}}{{end}})",
            R"(template: output:1:39: executing "x" at <.kind.b>: can't evaluate field b in type interface {})"},
        Case{R"({{define "x"}}a{{end}}{{define "x"}}b{{end}})",
             R"(template: output:1: template: multiple definition of template "x")"},
        Case{R"({{define "x"}}{{$y}}{{end}})", R"(template: output:1: undefined variable "$y")"},
        Case{R"({{block "b" .kind}}<{{.}}>{{end}})", "<ConfigMap>"},
        Case{"{{define x}}a{{end}}", R"(template: output:1: unexpected "x" in define clause)"},
        Case{R"({{define "a"}})", "template: output:1: unexpected EOF"},
        Case{
            R"({{template "x" 1 2}})",
            R"(template: output:1:11: executing "output" at <{{template "x" 1 2}}>: template "x" not defined)"},
        Case{"{{template}}", R"(template: output:1: unexpected "}}" in template clause)"}));

INSTANTIATE_TEST_SUITE_P(Blocks, GoTemplates,
                         testing::Values(Case{"{{break}}", "template: output:1: {{break}} outside {{range}}"},
                                         Case{R"({{range .spec.list}}{{define "a"}}{{end}}{{end}})",
                                              "template: output:1: unexpected <define> in command"},
                                         Case{"{{if}}a{{end}}", "template: output:1: missing value for if"},
                                         Case{"{{if .a}}a", "template: output:1: unexpected EOF"},
                                         Case{"{{if .a}}a{{else}}b{{else}}c{{end}}",
                                              "template: output:1: expected end; found {{else}}"},
                                         Case{"{{end}}", "template: output:1: unexpected {{end}}"},
                                         Case{"{{else}}", "template: output:1: unexpected {{else}}"},
                                         Case{"a{{end}}", "template: output:1: unexpected {{end}}"},
                                         Case{"{{range .a}}{{end}}{{end}}",
                                              "template: output:1: unexpected {{end}}"}));

INSTANTIATE_TEST_SUITE_P(
    Tokens, GoTemplates,
    testing::Values(
        Case{"{{", "template: output:1: unclosed action"},
        Case{"{{}}", "template: output:1: missing value for command"},
        Case{"{{.a", "template: output:1: unclosed action"},
        Case{"{{.a}", "template: output:1: bad character U+007D '}'"}, Case{"{{.a |}}", "<no value>"},
        Case{"{{| .a}}", R"(template: output:1: unexpected "|" in command)"},
        Case{"{{.a | | .b}}", R"(template: output:1: unexpected "|" in command)"},
        Case{R"({{"a)", "template: output:1: unterminated quoted string"},
        Case{"{{`a", "template: output:1: unterminated raw quoted string"},
        Case{"{{'a", "template: output:1: unterminated character constant"},
        Case{"{{.a-b}}", "template: output:1: bad character U+002D '-'"},
        Case{"{{.a$b}}", "template: output:1: bad character U+0024 '$'"},
        Case{"{{.a,.b}}", R"(template: output:1: unexpected "," in operand)"},
        Case{"{{foo}}", R"(template: output:1: function "foo" not defined)"},
        Case{"{{foo .a}}", R"(template: output:1: function "foo" not defined)"},
        Case{"{{/* c", "template: output:1: unclosed comment"},
        Case{"{{/* c */ }}", "template: output:1: comment ends before closing delimiter"},
        Case{"{{.spec.html.}}", "template: output:1: unexpected <.> in operand"},
        Case{R"({{"a".b}})", R"(template: output:1: unexpected . after term "\"a\"")"},
        Case{"{{1.b}}", R"(template: output:1: bad number syntax: "1.b")"},
        Case{"{{nil.b}}", R"(template: output:1: unexpected . after term "nil")"},
        Case{"{{..a}}", R"(template: output:1: unexpected . after term ".")"},
        Case{"{{.a.}}", "template: output:1: unexpected <.> in operand"},
        Case{"{{(.a}}", "template: output:1: unclosed left paren"},
        Case{"{{.a)}}", "template: output:1: unexpected right paren"},
        Case{"{{()}}", "template: output:1: missing value for parenthesized pipeline"},
        Case{"{{(1).a}}",
             R"(template: output:1:3: executing "output" at <1>: can't evaluate field a in type int)"},
        Case{"{{(nil).a}}", R"(template: output:1:3: executing "output" at <nil>: nil is not a command)"},
        Case{"{{len (slice .spec.list 1)}}", "2"}, Case{"{{.é}}", "<no value>"},
        Case{"{{a é}}", R"(template: output:1: function "a" not defined)"},
        Case{"{{;}}", R"(template: output:1: unexpected ";" in command)"},
        Case{"{{ü}}", R"(template: output:1: function "ü" not defined)"},
        Case{"{{.a :b}}", "template: output:1: expected :="},
        Case{"{{range $i $e := .a}}{{end}}", R"(template: output:1: undefined variable "$i")"},
        Case{"{{$x := }}", "template: output:1: missing value for command"},
        Case{R"({{template "x" .}}{{define "x"}}{{range .spec.list}}{{.n}}{{end}}{{end}})", "abc"},
        Case{"{{end .a}}", R"(template: output:1: unexpected ".a" in end)"},
        Case{"{{else .a}}", R"(template: output:1: unexpected ".a" in else)"},
        Case{"{{if .a}}{{else if}}{{end}}", "template: output:1: missing value for if"},
        Case{"{{with}}{{end}}", "template: output:1: missing value for with"},
        Case{"{{range}}{{end}}", "template: output:1: missing value for range"},
        Case{"{{range .spec.list}}{{break .a}}{{end}}",
             R"(template: output:1: unexpected ".a" in {{break}})"},
        Case{"{{with $x := 5}}{{$x}}{{end}}{{$x}}", R"(template: output:1: undefined variable "$x")"}));

INSTANTIATE_TEST_SUITE_P(
    Lines, GoTemplates,
    testing::Values(
        Case{"{{range .spec.list}}\n{{.n}}\n{{end}}", "\na\n\nb\n\nc\n"},
        Case{"{{range .spec.list -}}\n{{.n}}\n{{- end}}", "abc"},
        Case{"a\n{{.kind.b}}",
             "a\ntemplate: output:2:7: executing \"output\" at <.kind.b>: can't evaluate field b in type "
             "interface {}"},
        Case{"{{\n.kind\n}}", "ConfigMap"},
        Case{"{{.a\n", "template: output:2: unclosed action started at output:1"},
        Case{"{{if .a\n}}x{{else\n}}y{{\nend}}", "y"},
        Case{"a\n\n{{foo}}", R"(template: output:3: function "foo" not defined)"},
        Case{"{{\"a\nb\"}}", "template: output:1: unterminated quoted string"},
        Case{
            "{{printf\n\"%d\"\n(len\n)}}",
            R"(template: output:3:1: executing "output" at <len>: wrong number of args for len: want 1 got 0)"},
        Case{"{{- .kind}}\n{{.a.b -}}\n  c", "ConfigMap\n<no value>c"}, Case{" {{-3}}", " -3"},
        Case{"{{3 -}} x", "3x"}, Case{"{{- 3 -}} x", "3x"}, Case{"x {{- /**/ -}}\n y", "xy"},
        Case{"{{.spec.huge}}{{.spec.over}}", "1234567890123456781e+25"}));

}  // namespace
}  // namespace hooklet::templates
