// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/codec.hpp"
#include "api/json.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace hooklet::support {

/// The object of a JSON text; whatever does not fit fails the test.
template <class T>
T from_json(std::string_view text) {
    const auto node = api::parse_json(text);
    if (!node) {
        ADD_FAILURE() << node.error().message;
        return {};
    }
    api::Issues issues;
    T object = api::decode<T>(*node, issues);
    for (const api::Issue& issue : issues) ADD_FAILURE() << api::to_string(issue);
    return object;
}

/// `path: message` of each issue, one per line.
inline std::string text_of(const api::Issues& issues) {
    std::string text;
    for (const api::Issue& issue : issues) text += api::field_text(issue) + "\n";
    return text;
}

}  // namespace hooklet::support
