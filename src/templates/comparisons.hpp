// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/value.hpp"

#include <span>

namespace hooklet::templates {

// The comparisons of templates. Numbers of different kinds are not compared. Code::invalid in Go's words.

/// Whether the first is one of the others.
Result<Value> is_equal(std::span<const Value> arguments);
Result<Value> is_different(std::span<const Value> arguments);
Result<Value> is_less(std::span<const Value> arguments);
Result<Value> is_less_or_equal(std::span<const Value> arguments);
Result<Value> is_greater(std::span<const Value> arguments);
Result<Value> is_greater_or_equal(std::span<const Value> arguments);

}  // namespace hooklet::templates
