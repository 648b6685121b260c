// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/options.hpp"
#include "server/services.hpp"
#include "server/target.hpp"

namespace hooklet::server {

/// What a DELETE has come to.
struct Removed {
    store::ObjectPtr object;  ///< As it is then, or as watchers see it go.
    bool gone = false;        ///< Not there any more.
};

/// Deletes the target's object, or begins to: Pods end gracefully, a namespace and an object with finalizers
/// stay, with a deletionTimestamp, until those are gone. Failures are those of the API.
Task<Answer<Removed>> remove(Services services, Target target, DeleteOptions options);

/// Deletes all of the target's objects that the list asks for, with the same options for each. Returns them
/// as they were.
Task<Answer<store::Page>> remove_all(Services services, Target target, ListOptions which,
                                     DeleteOptions options, CancelToken cancel);

/// What a DELETE answers about an object that is gone: Status Success, with what it was.
ApiStatus removed_status(const Target& target, const store::Object& object);

}  // namespace hooklet::server
