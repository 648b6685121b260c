// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "insight/story.hpp"

#include <string>

namespace hooklet::insight {

/// The Pod's life as a Gantt chart of `width` columns (at least 40), in ASCII, one row for each phase and
/// hook.
/// `=` container, `#` hook; a row ends in `!` when the hook failed, `x` when SIGKILL was needed, `>` when it
/// is not over.
std::string timeline(const PodStory& story, std::size_t width = 80);

}  // namespace hooklet::insight
