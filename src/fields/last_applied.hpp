// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fields/field_set.hpp"
#include "fields/place.hpp"

/// kubectl's client-side apply keeps in an annotation what it applied. Who turns to server-side apply with
/// kubectl goes on from there.
namespace hooklet::fields {

/// The fields in the annotation; none when there is no annotation that can be read.
FieldSet last_applied(const Place& place, const api::Node& document);

/// Writes into the document's annotation what is applied now. Nothing happens when it has none.
void set_last_applied(api::Node& document, api::Node applied);

}  // namespace hooklet::fields
