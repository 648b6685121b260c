// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hooklet::cli {

/// What is wrong with the text as a duration of 0 or more; empty: nothing.
std::string duration_problem(const std::string& text);

}  // namespace hooklet::cli
