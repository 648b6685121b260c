// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/object_list.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace hooklet::cli {

/// What `apply --prune` was told.
struct PruneOptions {
    bool wanted = false;
    bool all = false;
    std::string labels{};                  ///< Whose objects are meant; with `all` none.
    std::vector<std::string> allowlist{};  ///< `GROUP/VERSION/KIND`, `core` for no group; empty: kubectl's.
    std::string dry_run = "none";
};

/// What an apply has seen.
struct Visited {
    std::set<std::string> uids{};
    std::set<std::string> namespaces{};
};

/// Which types are pruned, those of namespaces first: what the list names, or of kubectl's own list what the
/// API has. Code::invalid in kubectl's words, Code::not_found for a type that the API does not have.
Result<client::ResourceTypes> prunable_types(const client::ResourceTypes& served,
                                             const std::vector<std::string>& allowlist);

/// Whether the object was applied once, and not this time.
bool is_left_over(const api::Node& object, const Visited& visited);

/// Is told of each object that was deleted.
using OnPruned = std::function<void(const client::ResourceType&, const api::Node&)>;
/// Deletes what is left over, in the visited namespaces and outside of any.
Task<Status> prune(ApiSession* session, PruneOptions options, Visited visited, OnPruned pruned);

}  // namespace hooklet::cli
