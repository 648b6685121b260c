// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// `[FIRST:LAST:STEP]`, LAST not included; negative bounds count from the end.
struct Slice {
    std::optional<std::int64_t> first{};
    std::optional<std::int64_t> last{};
    std::optional<std::int64_t> step{};
    bool single = false;  ///< `[FIRST]`
};

struct PathStep;
using Path = std::vector<PathStep>;

/// One step of a path: from the values that were found so far to the next ones.
struct PathStep {
    enum class Kind {
        member,   ///< `.name`
        key,      ///< `['name']`; where there is no such key, the text may be a path: `['metadata.name']`
        slice,    ///< `[0]`, `[-1]`, `[0:2]`, `[*]`
        all,      ///< `.*`: members or items
        descent,  ///< `..`: the value and all that is in it
        choice,   ///< `[0,2]`, `['a','b']`: what each of the paths leads to
        filter,   ///< `[?(@.a == 1)]`: the items for which this holds
        literal,  ///< a text, a number, true or false
    };
    Kind kind = Kind::member;
    std::string name{};         ///< member, key; filter: the operator, empty: the left side has to be there
    Slice slice{};              ///< slice
    std::vector<Path> paths{};  ///< key: none or one; choice; filter: left and right side
    api::Node value{};          ///< literal
};

using Found = std::vector<const api::Node*>;

/// Reads one path, in braces or not: `.status.conditions[?(@.type=="Ready")].status`, `{.items[*]..name}`,
/// `metadata.name`. Code::invalid in kubectl's words.
Result<Path> parse_path(std::string_view text);
/// All that the path leads to, in the order of the document. They live as long as the document and the path.
/// A key that is not there leads to nothing. Code::invalid in kubectl's words where a path does not fit what
/// it meets: an index out of bounds, a comparison of different types.
Result<Found> follow(const Path& path, const api::Node& document);

/// Fills in a template of kubectl: text with `{PATH}`, `{"text"}` and `{range PATH}...{end}`; a template
/// without braces is a path. Code::invalid says what cannot be read or followed.
Result<std::string> fill_in(std::string_view text, const api::Node& document);

}  // namespace hooklet::client
