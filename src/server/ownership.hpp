// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fields/apply.hpp"
#include "server/options.hpp"
#include "server/target.hpp"

#include <string>
#include <string_view>

/// metadata.managedFields: who owns which fields of a stored object.
namespace hooklet::server {

/// The manager of a request that names none: the first word of its User-Agent.
std::string manager_of(std::string_view user_agent);

/// Notes in the object which of its fields the writer owns after an update, by comparison with `before`
/// (nullptr: it is new). A client may write managedFields itself, by an update of the whole object; one empty
/// entry means that nobody is to own anything. Objects that nobody owned stay so until they are applied.
/// Returns whether it is known that the content differs from what it was, beside the owners.
bool note_owners(const Target& target, void* now, void* before, const std::string& manager, WallTime at);

/// A document that server-side apply made, with the owners of its fields.
using fields::Applied;

/// Applies a document to the stored object, or to none (nullptr). 400 for a document of another kind or with
/// managedFields, 409 for what others own, 500 with the API's texts for one that does not fit the type.
Answer<Applied> apply(const Target& target, const store::Object* stored, const api::Node& wanted,
                      const WriteOptions& options, WallTime now);

}  // namespace hooklet::server
