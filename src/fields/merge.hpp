// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fields/field_set.hpp"
#include "fields/place.hpp"

#include <string>
#include <vector>

namespace hooklet::fields {

/// The live document with what the applied one says. Of lists that are joined the applied items stand in
/// their order, and others where they stood before those that both have.
api::Node merged(const Place& place, api::Node live, const api::Node& applied);

/// Removes what is in `last` (what somebody applied before) and what nobody of `owned` (all owners now) has.
/// A field stays for the sake of anything below it, an item or a key of a map only for its own.
void prune(const Place& place, api::Node& document, const FieldSet& last, const FieldSet& owned);

/// What keeps a document from being applied: fields that the type does not have, items without their keys or
/// with the same ones. With the API's texts, in the document's order.
std::vector<std::string> misfits(const Place& place, const api::Node& document);

}  // namespace hooklet::fields
