// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "templates/go_template.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::templates {

inline constexpr const char* filled_document =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"q":"r","x.y/z":"l"},"name":"c"},"spec":{
    "list":[{"n":"a","c":1,"t":true,"f":1.5},{"n":"b","c":20,"nul":null},{"n":"c","c":3,"o":{"n":"d"}}],
    "empty":[],"s":"abc","z":null,"t":true,"f":1.5,"big":12345678,"huge":123456789012345678,"over":1e25,
    "m":{"b":2,"a":1},"b64":"aGVsbG8=","html":"<a href=\"x\">'&'</a>"}})";

/// What a template comes to; after a failure what was printed before it, and the error.
inline std::string filled(const std::string& text, const FillLimits& limits = {}) {
    const auto document = api::parse_json(filled_document);
    if (!document) return "no document";
    const auto parsed = GoTemplate::parse(text);
    if (!parsed) return parsed.error().message;
    std::string out;
    const Status done = parsed->fill_in(*document, out, limits);
    return done ? out : out + done.error().message;
}

struct Case {
    const char* text;
    const char* result;
};

class GoTemplates : public testing::TestWithParam<Case> {};

}  // namespace hooklet::templates
