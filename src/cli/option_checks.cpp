// SPDX-License-Identifier: Apache-2.0
#include "cli/option_checks.hpp"

#include "base/time.hpp"

#include <fmt/format.h>

namespace hooklet::cli {

std::string duration_problem(const std::string& text) {
    const Result<Duration> duration = parse_go_duration(text);
    if (duration && *duration >= Duration::zero()) return {};
    return fmt::format("\"{}\" is not a duration such as 30s, 1m30s or 500ms", text);
}

}  // namespace hooklet::cli
