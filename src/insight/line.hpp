// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "events/journal.hpp"

#include <optional>
#include <string>

namespace hooklet::insight {

/// How a line is to be seen; a terminal shows it as a colour.
enum class Tone { plain, good, warning, bad };

/// One thing that happened, as `hooklet run` streams it.
struct Line {
    WallTime at;
    std::string subject;  ///< `pod` or `pod/container`
    std::string event;
    std::string detail;
    Tone tone = Tone::plain;
    bool operator==(const Line&) const = default;
};

/// The line for a journal entry, or nothing when another entry tells the same: of a hook both records are
/// shown, of a lifecycle step its step record, and of the API's events only those that no hook or step stands
/// for.
std::optional<Line> line_for(const JournalEntry& entry);

}  // namespace hooklet::insight
