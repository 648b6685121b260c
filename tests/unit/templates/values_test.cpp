// SPDX-License-Identifier: Apache-2.0
// What templates make of values, each as kubectl 1.32 answers it unless a comment says otherwise.
#include "unit/templates/cases.hpp"

namespace hooklet::templates {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Texts, GoTemplates,
    testing::Values(
        Case{"{{.kind}}", "ConfigMap"}, Case{"{{ .kind }}", "ConfigMap"},
        Case{
            "{{.}}",
            R"(map[apiVersion:v1 kind:ConfigMap metadata:map[labels:map[q:r x.y/z:l] name:c] spec:map[b64:aGVsbG8= big:12345678 empty:[] f:1.5 html:<a href="x">'&'</a> huge:123456789012345678 list:[map[c:1 f:1.5 n:a t:true] map[c:20 n:b nul:<nil>] map[c:3 n:c o:map[n:d]]] m:map[a:1 b:2] over:1e+25 s:abc t:true z:<nil>]])"},
        Case{"{{.metadata}}", "map[labels:map[q:r x.y/z:l] name:c]"}, Case{"{{$.kind}}", "ConfigMap"},
        Case{"a{{- .kind -}} b", "aConfigMapb"}, Case{"a  {{- /* c */ -}}   b", "ab"},
        Case{"a {{/* c */}} b", "a  b"}, Case{"{{.a}} {{.a.b}}", "<no value> <no value>"},
        Case{
            "{{.spec.z}} {{.spec.z.b}}",
            R"(<no value> template: output:1:19: executing "output" at <.spec.z.b>: nil pointer evaluating interface {}.b)"},
        Case{
            "{{.spec.s.b}}",
            R"(template: output:1:7: executing "output" at <.spec.s.b>: can't evaluate field b in type interface {})"},
        Case{"{{.spec.list}}", "[map[c:1 f:1.5 n:a t:true] map[c:20 n:b nul:<nil>] map[c:3 n:c o:map[n:d]]]"},
        Case{"{{.spec.big}} {{.spec.huge}} {{.spec.f}} {{.spec.t}}",
             "12345678 123456789012345678 1.5 true"}));

INSTANTIATE_TEST_SUITE_P(
    Lengths, GoTemplates,
    testing::Values(
        Case{R"({{len .spec.list}} {{len .spec.m}} {{len .spec.s}} {{len "äö"}})", "3 2 3 4"},
        Case{
            "{{len .spec.z}}",
            R"(template: output:1:2: executing "output" at <len .spec.z>: error calling len: len of nil pointer)"},
        Case{
            "{{len .spec.q}}",
            R"(template: output:1:2: executing "output" at <len .spec.q>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
        Case{"{{len 3}}",
             R"(template: output:1:2: executing "output" at <len 3>: error calling len: len of type int)"},
        Case{
            "{{len}}",
            R"(template: output:1:2: executing "output" at <len>: wrong number of args for len: want 1 got 0)"},
        Case{
            "{{len 1 2}}",
            R"(template: output:1:2: executing "output" at <len>: wrong number of args for len: want 1 got 2)"},
        Case{R"({{index .spec.list 0}} {{index .spec.list 1 "n"}} {{index .metadata.labels "x.y/z"}})",
             "map[c:1 f:1.5 n:a t:true] b l"},
        Case{
            "{{index .spec.list 3}}",
            R"(template: output:1:2: executing "output" at <index .spec.list 3>: error calling index: reflect: slice index out of range)"},
        Case{
            "{{index .spec.list 4}}",
            R"(template: output:1:2: executing "output" at <index .spec.list 4>: error calling index: index out of range: 4)"},
        Case{
            "{{index .spec.list -1}}",
            R"(template: output:1:2: executing "output" at <index .spec.list -1>: error calling index: index out of range: -1)"},
        Case{
            R"({{index .spec.list "a"}})",
            R"(template: output:1:2: executing "output" at <index .spec.list "a">: error calling index: cannot index slice/array with type string)"},
        Case{
            "{{index .spec.m 1}}",
            R"(template: output:1:2: executing "output" at <index .spec.m 1>: error calling index: value has type int; should be string)"},
        Case{
            "{{index .spec.m nil}}",
            R"(template: output:1:2: executing "output" at <index .spec.m nil>: error calling index: value is nil; should be of type string)"},
        Case{R"({{index .spec.m "q"}})", "<no value>"},
        Case{
            R"({{index .spec.m "q" "r"}})",
            R"(template: output:1:2: executing "output" at <index .spec.m "q" "r">: error calling index: index of nil pointer)"},
        Case{
            R"({{index .spec.q "a"}})",
            R"(template: output:1:2: executing "output" at <index .spec.q "a">: error calling index: index of untyped nil)"},
        Case{
            R"({{index .spec.big "a"}})",
            R"(template: output:1:2: executing "output" at <index .spec.big "a">: error calling index: can't index item of type int64)"},
        Case{
            R"({{index "abc" 1}} {{index .spec.s 5}})",
            R"(98 template: output:1:20: executing "output" at <index .spec.s 5>: error calling index: index out of range: 5)"},
        Case{
            "{{index .spec.s 3}}",
            R"(template: output:1:2: executing "output" at <index .spec.s 3>: error calling index: reflect: string index out of range)"},
        Case{
            "{{index .spec.list .spec.q}}",
            R"(template: output:1:2: executing "output" at <index .spec.list .spec.q>: error calling index: cannot index slice/array with nil)"},
        Case{"{{index .spec.m}}", "map[a:1 b:2]"},
        Case{"{{slice .spec.s 1}} {{slice .spec.s 1 2}} {{slice .spec.s}} {{slice .spec.list 1 2}}",
             "bc b abc [map[c:20 n:b nul:<nil>]]"},
        Case{
            "{{slice .spec.s 1 5}}",
            R"(template: output:1:2: executing "output" at <slice .spec.s 1 5>: error calling slice: index out of range: 5)"},
        Case{
            "{{slice .spec.s 2 1}}",
            R"(template: output:1:2: executing "output" at <slice .spec.s 2 1>: error calling slice: invalid slice index: 2 > 1)"},
        Case{
            "{{slice .spec.s 1 2 3}}",
            R"(template: output:1:2: executing "output" at <slice .spec.s 1 2 3>: error calling slice: cannot 3-index slice a string)"},
        Case{
            "{{slice .spec.big}}",
            R"(template: output:1:2: executing "output" at <slice .spec.big>: error calling slice: can't slice item of type int64)"},
        Case{
            "{{slice .spec.z}}",
            R"(template: output:1:2: executing "output" at <slice .spec.z>: error calling slice: slice of untyped nil)"}));

INSTANTIATE_TEST_SUITE_P(
    Comparisons, GoTemplates,
    testing::Values(
        Case{
            R"({{eq 1 1}} {{eq "a" "b"}} {{eq 1 2 1}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 3 2}} {{ge 1 2}})",
            "true false true true true true true false"},
        Case{"{{eq .spec.z nil}} {{eq .spec.q nil}} {{eq .spec.s nil}} {{ne .spec.z nil}}",
             "true true false false"},
        Case{
            "{{eq 1 1.0}}",
            R"(template: output:1:2: executing "output" at <eq 1 1.0>: error calling eq: incompatible types for comparison)"},
        Case{
            R"({{eq 1 "a"}})",
            R"(template: output:1:2: executing "output" at <eq 1 "a">: error calling eq: incompatible types for comparison)"},
        Case{
            "{{eq 1}}",
            R"(template: output:1:2: executing "output" at <eq 1>: error calling eq: missing argument for comparison)"},
        Case{
            "{{eq}}",
            R"(template: output:1:2: executing "output" at <eq>: wrong number of args for eq: want at least 1 got 0)"},
        Case{
            "{{eq .spec.m .spec.m}}",
            R"(template: output:1:2: executing "output" at <eq .spec.m .spec.m>: error calling eq: non-comparable type map[a:%!s(int64=1) b:%!s(int64=2)]: map[string]interface {})"},
        Case{
            "{{eq .spec.m .spec.list}}",
            R"(template: output:1:2: executing "output" at <eq .spec.m .spec.list>: error calling eq: non-comparable types map[a:%!s(int64=1) b:%!s(int64=2)]: map[string]interface {}, []interface {}: [map[c:1 f:1.5 n:a t:true] map[c:20 n:b nul:<nil>] map[c:3 n:c o:map[n:d]]])"},
        Case{
            "{{eq .spec.m 1}}",
            R"(template: output:1:2: executing "output" at <eq .spec.m 1>: error calling eq: incompatible types for comparison)"},
        Case{
            "{{lt .spec.m 1}}",
            R"(template: output:1:2: executing "output" at <lt .spec.m 1>: error calling lt: invalid type for comparison)"},
        Case{
            "{{lt true false}}",
            R"(template: output:1:2: executing "output" at <lt true false>: error calling lt: invalid type for comparison)"},
        Case{
            R"({{lt 1 "a"}})",
            R"(template: output:1:2: executing "output" at <lt 1 "a">: error calling lt: incompatible types for comparison)"},
        Case{R"({{lt 1.5 2.5}} {{lt "a" "b"}} {{eq true true}} {{gt .spec.f 1.25}})", "true true true true"},
        Case{
            "{{lt .spec.q 1}}",
            R"(template: output:1:2: executing "output" at <lt .spec.q 1>: error calling lt: invalid type for comparison)"},
        Case{"{{eq .spec.big 12345678}}", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Prints, GoTemplates,
    testing::Values(
        Case{R"({{print 1 2 "a" 3 .spec.list}})",
             "1 2a3 [map[c:1 f:1.5 n:a t:true] map[c:20 n:b nul:<nil>] map[c:3 n:c o:map[n:d]]]"},
        Case{R"({{print}}{{print nil}} {{println "a" 1 nil}})", "<nil> a 1 <nil>\n"},
        Case{R"({{printf "%s-%d-%v-%q" .kind .spec.big .spec.z "a\"b"}})",
             R"(ConfigMap-12345678-<nil>-"a\"b")"},
        Case{
            R"({{printf "%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%b|%c|%U" 42 42 42 42 42 255 255 255 8 5 65 65}})",
            "   42|42   |00042|+42| 42|ff|FF|0xff|10|101|A|U+0041"},
        Case{
            R"({{printf "%5.2f|%e|%g|%G|%8.3f|%-8.1f|%08.2f|%+.1f" 1.5 1500000.0 1e21 1e-7 3.14159 2.55 -2.5 1.0}})",
            " 1.50|1.500000e+06|1e+21|1E-07|   3.142|2.5     |-0002.50|+1.0"},
        Case{R"({{printf "%10s|%-10s|%.2s|%q|%x|%X|% x" "hi" "hi" "hello" "a\tb" "hi" "hi" "hi"}})",
             R"(        hi|hi        |he|"a\tb"|6869|6869|68 69)"},
        Case{R"({{printf "%t %v %T %T %T %T" true false 1 "a" .spec.list .spec.m}})",
             "true false int string []interface {} map[string]interface {}"},
        Case{R"({{printf "%v %d %s" .spec.z .spec.z .spec.q}})", "<nil> %!d(<nil>) %!s(<nil>)"},
        Case{R"({{printf "%d %s %t" "x" 1 "y"}})", "%!d(string=x) %!s(int=1) %!t(string=y)"},
        Case{R"({{printf "%d"}} {{printf "%d" 1 2}} {{printf "%!"}} {{printf "%"}} {{printf "100%%"}})",
             "%!d(MISSING) 1%!(EXTRA int=2) %!!(MISSING) %!(NOVERB) 100%"},
        Case{
            R"({{printf "%[2]d %[1]d" 1 2}} {{printf "%*d" 5 42}} {{printf "%[5]d" 1}} {{printf "%-*d|" 4 7}})",
            "2 1    42 %!d(BADINDEX) 7   |"},
        Case{
            R"({{printf "%q" .spec.list}})",
            R"([map["c":'\x01' "f":%!q(float64=1.5) "n":"a" "t":%!q(bool=true)] map["c":'\x14' "n":"b" "nul":<nil>] map["c":'\x03' "n":"c" "o":map["n":"d"]]])"},
        Case{
            R"({{printf "%d" .spec.m}} {{printf "%s" .spec.m}} {{printf "%#v" .spec.m}} {{printf "%+v" .spec.m}} {{printf "%#v" .spec.list}})",
            R"(map[%!d(string=a):1 %!d(string=b):2] map[a:%!s(int64=1) b:%!s(int64=2)] map[string]interface {}{"a":1, "b":2} map[a:1 b:2] []interface {}{map[string]interface {}{"c":1, "f":1.5, "n":"a", "t":true}, map[string]interface {}{"c":20, "n":"b", "nul":interface {}(nil)}, map[string]interface {}{"c":3, "n":"c", "o":map[string]interface {}{"n":"d"}}})"},
        Case{R"({{printf "%5v|%-5v|%5t|%5q" .spec.m "a" true 120}})",
             "map[    a:    1     b:    2]|a    | true|  'x'"},
        Case{
            "{{printf .spec.big}}",
            R"(template: output:1:14: executing "output" at <.spec.big>: wrong type for value; expected string; got int64)"},
        Case{
            "{{printf .spec.z}}",
            R"(template: output:1:14: executing "output" at <.spec.z>: wrong type for value; expected string; got interface {})"},
        Case{"{{printf .spec.q}}",
             R"(template: output:1:14: executing "output" at <.spec.q>: invalid value; expected string)"},
        Case{"{{printf 3}}", R"(template: output:1:9: executing "output" at <3>: expected string; found 3)"},
        Case{"{{printf nil}}",
             R"(template: output:1:9: executing "output" at <nil>: cannot assign nil to string)"},
        Case{
            "{{printf}}",
            R"(template: output:1:2: executing "output" at <printf>: wrong number of args for printf: want at least 1 got 0)"},
        Case{R"({{.spec.big | printf "%d %s" 1}})", "1 %!s(int64=12345678)"},
        Case{R"({{"%s" | printf}} {{.kind | print | len}})", "%!s(MISSING) 9"},
        Case{
            "{{3 | printf}}",
            R"(template: output:1:6: executing "output" at <printf>: wrong type for value; expected string; got int)"}));

INSTANTIATE_TEST_SUITE_P(
    Escapes, GoTemplates,
    testing::Values(
        Case{
            R"({{.spec.html | html}} {{js .spec.html}} {{urlquery "a b&c/é~"}})",
            R"(&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt; \u003Ca href\u003D\"x\"\u003E\'\u0026\'\u003C/a\u003E a+b%26c%2F%C3%A9~)"},
        Case{R"({{html .spec.z}} {{js .spec.q}} {{urlquery 1 2 "x"}})",
             R"(&lt;no value&gt; \u003Cno value\u003E 1+2x)"},
        Case{R"({{js "a=b\n"}})", R"(a\u003Db\u000A)"}, Case{"{{base64decode .spec.b64}}", "hello"},
        Case{
            R"({{base64decode "a"}})",
            R"(template: output:1:2: executing "output" at <base64decode "a">: error calling base64decode: base64 decode failed: illegal base64 data at input byte 0)"},
        Case{"{{base64decode 1}}",
             R"(template: output:1:15: executing "output" at <1>: expected string; found 1)"},
        Case{
            R"({{exists .spec "m" "a"}} {{exists .spec "m" "q"}} {{exists .spec.list 0}} {{exists .spec.list 7}} {{exists .spec "z"}})",
            "true false true false false"},
        Case{
            R"({{exists .spec.q}} {{exists nil}} {{exists .spec.z}} {{exists .spec.s "a"}} {{exists .spec.big 1}})",
            "true true true false false"}));

INSTANTIATE_TEST_SUITE_P(
    Literals, GoTemplates,
    testing::Values(
        Case{"{{nil}}", R"(template: output:1:2: executing "output" at <nil>: nil is not a command)"},
        Case{
            R"({{true}} {{false}} {{"a"}} {{`b"c`}} {{'a'}} {{0x1f}} {{0b11}} {{017}} {{1_000}} {{-5}} {{+5}} {{.5}} {{1.}})",
            R"(true false a b"c 97 31 3 15 1000 -5 5 0.5 1)"},
        Case{"{{1000000.0}} {{1e20}} {{1e21}} {{0.0001}} {{0.00001}} {{1.5e30}} {{12345678.9}} {{123456.5}} "
             "{{100000.0}}",
             "1e+06 1e+20 1e+21 0.0001 1e-05 1.5e+30 1.23456789e+07 123456.5 100000"},
        Case{"{{9223372036854775807}} {{-9223372036854775808}}", "9223372036854775807 -9223372036854775808"},
        Case{
            "{{9223372036854775808}}",
            R"(template: output:1:2: executing "output" at <9223372036854775808>: 9223372036854775808 overflows int)"},
        Case{"{{99999999999999999999}}", R"(template: output:1: integer overflow: "99999999999999999999")"},
        Case{R"({{"\x41\u00e9\n\101"}})", "Aé\nA"}, Case{R"({{"\q"}})", "template: output:1: invalid syntax"},
        Case{"{{'ab'}}", "template: output:1: malformed character constant: 'ab'"},
        Case{"{{08}}", R"(template: output:1: integer overflow: "08")"},
        Case{"{{1x}}", R"(template: output:1: bad number syntax: "1x")"}));

INSTANTIATE_TEST_SUITE_P(
    Various, GoTemplates,
    testing::Values(
        Case{R"({{print (print 1 2) (len "abc")}})", "1 23"},
        Case{
            "{{not}}",
            R"(template: output:1:2: executing "output" at <not>: wrong number of args for not: want 1 got 0)"},
        Case{
            "{{not 1 2}}",
            R"(template: output:1:2: executing "output" at <not>: wrong number of args for not: want 1 got 2)"},
        Case{R"({{.spec.list | len | printf "%03d"}})", "003"},
        Case{"{{range $i, $_ := .spec.list}}{{if $i}}, {{end}}{{.n}}{{end}}", "a, b, c"},
        Case{R"({{.metadata.name}}{{"\n"}}{{range .spec.list}}{{printf "%-5s %v\n" .n .c}}{{end}})",
             "c\na     1\nb     20\nc     3\n"},
        Case{R"({{if not (exists .spec "list")}}a{{else}}b{{end}})", "b"},
        Case{
            "{{eq .spec.list .spec.list}}",
            R"(template: output:1:2: executing "output" at <eq .spec.list .spec.list>: error calling eq: non-comparable type [map[c:%!s(int64=1) f:%!s(float64=1.5) n:a t:%!s(bool=true)] map[c:%!s(int64=20) n:b nul:<nil>] map[c:%!s(int64=3) n:c o:map[n:d]]]: []interface {})"},
        Case{
            "{{ne 1}}",
            R"(template: output:1:2: executing "output" at <ne>: wrong number of args for ne: want 2 got 1)"},
        Case{
            "{{index}}",
            R"(template: output:1:2: executing "output" at <index>: wrong number of args for index: want at least 1 got 0)"},
        Case{
            "{{index .spec.list 1.5}}",
            R"(template: output:1:2: executing "output" at <index .spec.list 1.5>: error calling index: cannot index slice/array with type float64)"},
        Case{"{{print .spec.t | not}}", "false"}, Case{R"({{printf "%v" (and .spec.z 1)}})", "<nil>"},
        Case{"{{and .spec.z 1}}", "<no value>"}, Case{"{{or .spec.z .spec.q}}", "<no value>"},
        Case{R"({{printf "%6.2f%%" 12.345}})", " 12.35%"},
        Case{R"({{printf "%s" 'a'}} {{printf "%c" 'é'}} {{printf "%q" 'x'}})", "%!s(int=97) é 'x'"},
        Case{R"({{printf "%.3v|%8.3v" "abcdef" "abcdef"}})", "abc|     abc"},
        Case{R"({{printf "%v" 1e6}} {{printf "%.3g" 1234.5678}} {{printf "%6d" .spec.huge}})",
             "1e+06 1.23e+03 123456789012345678"},
        Case{R"({{printf "%s %s" "a"}})", "a %!s(MISSING)"}, Case{R"({{printf "%z" 1}})", "%!z(int=1)"},
        Case{R"({{printf "%t" .spec.m}})", "map[%!t(string=a):%!t(int64=1) %!t(string=b):%!t(int64=2)]"},
        Case{R"({{printf "%v %v" .spec.m.a .spec.list}})",
             "1 [map[c:1 f:1.5 n:a t:true] map[c:20 n:b nul:<nil>] map[c:3 n:c o:map[n:d]]]"},
        Case{R"({{printf "%*d" "x" 5}} {{printf "%.*f" 2 1.23456}} {{printf "%.[1]*f" 2 3.0}})",
             "%!(BADWIDTH)5 1.23 3.00"},
        Case{R"({{printf "%!d"}})", "%!!(MISSING)d"},
        Case{R"({{printf "%[x]d" 1}} {{printf "%[1]" 1}} {{printf "%[" 1}})",
             "%!d(BADINDEX) %!(NOVERB) %!(NOVERB)"},
        Case{R"({{printf "%v" nil}} {{printf "%T" nil}} {{printf "%s" nil}})", "<nil> <nil> %!s(<nil>)"}));

}  // namespace
}  // namespace hooklet::templates
