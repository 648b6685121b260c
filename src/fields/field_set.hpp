// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Who owns which fields of an object, and server-side apply, which stands on it. Everything is a pure
/// function.
namespace hooklet::fields {

/// Places in an object, as a tree. What is below a place is named as in the API's FieldsV1: `f:image` a
/// member, `k:{"name":"c"}` the item of a list with these keys, `v:"x"` that value in a list that is a set.
struct FieldSet {
    bool here = false;  ///< This place itself is one of the set.
    std::map<std::string, FieldSet, std::less<>> below{};

    [[nodiscard]] bool empty() const { return !here && below.empty(); }
    /// nullptr: nothing at or below that place.
    [[nodiscard]] const FieldSet* find(std::string_view name) const;
    /// Adds what is below the place of that name; an empty set adds nothing.
    void put(std::string name, FieldSet set);
    bool operator==(const FieldSet&) const = default;
};

/// In either, in the first only, in both.
FieldSet united(FieldSet a, const FieldSet& b);
FieldSet without(FieldSet a, const FieldSet& b);
FieldSet common(const FieldSet& a, const FieldSet& b);

/// The name of an item of a list, out of its keys and their values, or of a value in a set.
std::string item_name(const std::map<std::string, api::Node, std::less<>>& keys);
std::string value_name(const api::Node& value);

/// FieldsV1. Code::invalid for what it is not.
Result<FieldSet> read_fields(const api::Node& document);
api::Node write_fields(const FieldSet& set);

/// As messages show them: `.spec.containers[name="c"].image`.
std::vector<std::string> paths(const FieldSet& set);
/// The same of one name: `.image`, `[name="c"]`.
std::string path_step(std::string_view name);

}  // namespace hooklet::fields
