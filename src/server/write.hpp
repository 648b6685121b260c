// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/services.hpp"
#include "server/target.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::server {

/// 400 for an object that has no name, or another one than the request.
Answer<void> check_name(const Target& target, const api::ObjectMeta& metadata);

/// Gives the object the request's namespace, or none; 400 when it names another one.
Answer<void> check_namespace(const Target& target, api::ObjectMeta& metadata);

/// Whether the writer has said which version the object is to replace; "0" is any.
inline bool asks_for_version(const api::ObjectMeta& metadata) {
    return !metadata.resourceVersion.empty() && metadata.resourceVersion != "0";
}

/// What a write has made.
struct Written {
    store::ObjectPtr object;
    bool created = false;
    std::vector<std::string> warnings{};  ///< For the client.
};

/// Adds warnings that come before those of a write that went well.
void warn_before(Answer<Written>& written, std::vector<std::string> warnings);

/// What an object becomes, made of what it is. Called again when the object has changed meanwhile.
using Change = std::function<Answer<kinds::Object>(const store::Object& stored)>;

struct ChangeOptions {
    bool dry_run = false;
    /// Whether the change goes through the rules of updates: what the part decides, admission, validation.
    /// What the server itself changes does not.
    bool by_rules = true;
    std::string manager{};      ///< Owns what changes.
    bool owners_known = false;  ///< The changed object says itself who owns what.
    std::string node{};         ///< The node that asks; empty: somebody else.
    WriteCheck check{};         ///< Of who asks; empty: there is none.
};

/// Changes the target's object. A change whose object has a resourceVersion is made on that version only (409
/// otherwise), others are tried again. An object that waited for its last finalizer to go is removed with it.
/// The same content again stores nothing. 404 when there is no object.
Task<Answer<Written>> change(Services services, Target target, Change make, ChangeOptions options);

/// Whether nothing keeps an object that is being deleted: no finalizer, and no time to end in.
bool may_end(const kinds::Kind& kind, void* object);

}  // namespace hooklet::server
