// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fields/owners.hpp"
#include "fields/place.hpp"

#include <expected>
#include <string>
#include <vector>

namespace hooklet::fields {

/// Who changes an object, how, and when; and what nobody owns because the server alone decides it.
struct Writer {
    std::string manager;
    std::string api_version;
    std::string subresource{};
    api::Time now{};
    /// Drops fields that a request to this part of the object does not decide.
    void (*decided)(FieldSet& fields, std::string_view subresource) = nullptr;
};

using Entries = std::vector<api::ManagedFieldsEntry>;

/// Who owns what after `before` has become `now` by an update: the writer what is new or different, nobody
/// what is gone, the others what they had.
Entries after_update(const api::TypeDescriptor& type, const api::Node& before, const api::Node& now,
                     const Owners& owners, const Writer& writer);

/// A field that another manager owns and that the applied document wants to be different.
struct Conflict {
    std::string owner;  ///< As Owner::text().
    std::string path;
};

struct Applied {
    api::Node document;
    Entries owners;
};

/// Server-side apply. `blank` is an object of the type without content: what `live` has beyond it belongs to
/// `before-first-apply` when nobody owns anything yet. An object that is not there yet is `blank` itself.
/// What the writer applied before and does not any more goes, unless somebody else owns it too. A conflict
/// fails, unless it is forced, or what the writer kubectl takes over is its own, applied by the client.
std::expected<Applied, std::vector<Conflict>> apply(const api::TypeDescriptor& type, const api::Node& blank,
                                                    const api::Node& live, const api::Node& wanted,
                                                    Owners owners, const Writer& writer, bool force);

}  // namespace hooklet::fields
