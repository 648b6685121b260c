// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cli.hpp"

namespace hooklet::cli {

/// Declares `view-last-applied` and `set-last-applied` below `apply`.
void add_last_applied(CLI::App& apply, std::shared_ptr<SessionOptions> session, Verb& chosen);

}  // namespace hooklet::cli
