// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "events/journal.hpp"
#include "insight/story.hpp"

namespace hooklet::insight {

/// A journal entry for other programs, with all that is recorded. `type` is `hook`, `step` or `event`;
/// durations are milliseconds; fields without a value are left out.
api::Node record_of(const JournalEntry& entry);
/// The end of a run: `type` is `result`; the exit code, what failed, and for each run of each container its
/// phases. `problem` of a container or a Pod says why it has not started.
api::Node result_record(const std::vector<PodStory>& stories, const std::vector<std::string>& failures,
                        int exit_code);

}  // namespace hooklet::insight
