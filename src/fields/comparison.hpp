// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fields/field_set.hpp"
#include "fields/place.hpp"

namespace hooklet::fields {

/// The places that a document sets, as one who applies it owns them: its leaves, and the items of its lists
/// and maps.
FieldSet fields_of(const Place& place, const api::Node& document);

/// How one version of an object differs from another. Whole objects that come or go are there with all that
/// is in them.
struct Comparison {
    FieldSet removed{};
    FieldSet modified{};
    FieldSet added{};

    /// What the later version says anew.
    [[nodiscard]] FieldSet changed() const { return united(modified, added); }
};
/// nullptr: not there. Items that a list has more than once are compared together.
Comparison compare(const Place& place, const api::Node* before, const api::Node* now);

}  // namespace hooklet::fields
