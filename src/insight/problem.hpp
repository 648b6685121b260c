// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"

#include <optional>

namespace hooklet::insight {

/// True for `Error: ErrImagePull`, which repeats the reason of an event before it that has the words.
bool only_names_reason(const EventRecord& event);

/// False for what is normal, for warnings about what runs or goes on all the same, and for back-offs, which
/// follow an exit or an error with the words for it.
bool keeps_from_starting(const EventRecord& event);

/// Takes such an event into account. The last cause stays: the bare name of a reason does not take its place.
void note_problem(std::optional<EventRecord>& problem, const EventRecord& event);

}  // namespace hooklet::insight
