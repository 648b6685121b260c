// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/decoding.hpp"
#include "server/request_path.hpp"
#include "server/target.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hooklet::server {

/// What a client asks of a write beside the object.
struct WriteOptions {
    bool dry_run = false;  ///< Everything happens but the storing.
    std::string field_manager{};
    FieldValidation validation = FieldValidation::warn;
    bool force = false;         ///< Server-side apply only.
    bool owners_known = false;  ///< The object comes with the owners of its fields: it was applied.
    std::string node{};         ///< The node that asks; empty: somebody else.
    WriteCheck check{};         ///< Of who asks; empty: there is none.
};
/// 422 for what is not legal. `kind` names the options in messages: `CreateOptions`.
Answer<WriteOptions> write_options(const Query& query, std::string_view kind);

/// What a client asks of a deletion.
struct DeleteOptions {
    std::optional<std::int64_t> grace_s{};  ///< Pods only.
    std::string uid{};                      ///< Precondition; empty: any.
    std::string resource_version{};         ///< Precondition; empty: any.
    /// What happens to those that name the object as their owner.
    enum class Propagation { background, foreground, orphan };
    std::optional<Propagation> propagation{};  ///< Unset: as the object's finalizers say.
    bool dry_run = false;
    std::string node{};  ///< The node that asks; empty: somebody else.
};
/// From the body, or from the query when the body is empty. 422 for what is not legal, 400 for what is no
/// DeleteOptions.
Answer<DeleteOptions> delete_options(const Query& query, std::string_view content_type, std::string_view body,
                                     const api::DocumentParser& yaml);

/// The same out of options that were read.
Answer<DeleteOptions> delete_options(const api::DeleteOptions& given);

/// What a client asks of a list or a watch.
struct ListOptions {
    std::string label_selector{};
    std::string field_selector{};
    std::string resource_version{};
    std::string match{};  ///< resourceVersionMatch
    std::string continue_{};
    std::size_t limit = 0;  ///< 0: all.
    bool bookmarks = false;
    /// sendInitialEvents of a watch: what is there comes first, all of it and its end told (true), or not at
    /// all (false). Not set: it comes when there is no resourceVersion.
    std::optional<bool> initial_events{};
    std::optional<std::chrono::seconds> timeout{};  ///< Of a watch.
};
/// Whether a client asks for a watch that begins as a list would.
bool is_watch_list(const Query& query);
/// 422 and 400 for what is not legal.
Answer<ListOptions> list_options(const Query& query);

}  // namespace hooklet::server
