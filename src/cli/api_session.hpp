// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/access.hpp"
#include "cli/cli.hpp"
#include "client/api_client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::cli {

/// What a verb works with that talks to an API.
struct ApiSession {
    Environment* env = nullptr;
    std::unique_ptr<HttpClient> http{};
    std::unique_ptr<client::ApiClient> api{};
    std::string namespace_{};
    bool namespace_typed = false;   ///< `-n` was given: manifests may not name another.
    client::ResourceTypes types{};  ///< All resources that the API has.

    /// Prints what went wrong with one object; the verb goes on with the others.
    void complain(const Error& error);
    bool failed = false;  ///< complain() was called.
};

/// The part of a verb that needs an API; returns the exit code.
using ApiWork = std::function<Task<Result<int>>(ApiSession*)>;

/// Connects, does the work and prints its error. An interrupt ends the work.
Task<int> with_api(Environment* env, std::string root, ApiOptions options, ApiWork work);

/// Calls it when the verb was typed.
void on_typed(CLI::App& verb, std::function<void()> listener);

/// Makes `chosen` the verb's work, with its options as they were typed; `settle` looks at them before, and
/// throws a CLI::ParseError at what makes no sense.
template <class Options>
void choose_api_verb(CLI::App& verb, std::shared_ptr<SessionOptions> session, std::shared_ptr<Options> typed,
                     Verb& chosen, Task<Result<int>> (*work)(ApiSession*, Options),
                     void (*settle)(Options&) = nullptr) {
    on_typed(verb, [&chosen, session, typed, work, settle] {
        if (settle != nullptr) settle(*typed);
        chosen = [root = session->root, options = *typed, work](Environment* env) {
            ApiWork bound = [options, work](ApiSession* api) { return work(api, options); };
            return with_api(env, root, options.api, std::move(bound));
        };
    });
}

/// A path with those parameters that are not empty.
using Parameters = std::vector<std::pair<std::string, std::string>>;
std::string with_query(std::string path, const Parameters& parameters);

/// As many objects as kubectl asks for at a time.
inline constexpr std::int64_t default_chunk_size = 500;
/// How a list is asked for. Not an aggregate on purpose, as Call.
struct ListForm {
    ListForm() = default;
    std::string accept = "application/json";
    std::int64_t chunk_size = default_chunk_size;  ///< 0: all at once.
};
/// The whole of a list, with its items (or a table's rows) of all pages.
Task<Result<api::Node>> read_list(ApiSession* session, std::string path, Parameters parameters,
                                  ListForm form = ListForm());
/// Declares `--chunk-size`.
void add_chunk_size(CLI::App& verb, std::int64_t& chunk_size);
/// Adds the items (or a table's rows) of one list to another.
void append_items(api::Node& list, const api::Node& more);

/// What becomes of an answer. Not an aggregate on purpose, as Call.
struct BodyReader {
    BodyReader() = default;
    std::function<void(const std::string&)> take{};  ///< Each piece of its body.
    std::function<void()> begun{};                   ///< It begins; may be empty.
};
/// Reads an answer as it comes.
Task<Status> read_body(ApiSession* session, std::string target, BodyReader reader);

/// What a DELETE says: `background`, `foreground` or `orphan`, and the grace in seconds.
api::Node delete_options(const std::string& cascade, std::optional<std::int64_t> grace_s);

/// The manifest as those who read it see it: without what the API keeps for itself.
void hide_managed_fields(api::Node& object);

}  // namespace hooklet::cli
