// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/value.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace hooklet::templates {

/// A function of templates: those of Go, but `call`, and kubectl's `exists` and `base64decode`.
struct Function {
    std::string_view name;
    std::size_t least;  ///< So many arguments at least.
    bool more;          ///< Any number above that.
    bool text;          ///< The first argument has to be a text.
    /// Code::invalid says in Go's words what is wrong. `and` and `or` have none: they do not look at all
    /// arguments.
    Result<Value> (*call)(std::span<const Value>);
};

/// nullptr: there is none of this name.
const Function* find_function(std::string_view name);

}  // namespace hooklet::templates
