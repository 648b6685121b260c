// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hooklet::cli {

/// How the lines of a log are shown, and whether they come with their times. Not an aggregate on purpose, as
/// Call.
struct LogLinesForm {
    LogLinesForm() = default;
    std::string prefix{};      ///< Before each line.
    bool timed = false;        ///< Each line begins with its time: the log can be asked for again.
    bool shows_times = false;  ///< Those are wanted.
};

/// Makes whole lines of a log's pieces, so that logs do not meet within a line. A log with times may be asked
/// for again after the connection was lost: what was shown is not shown twice.
class LogLines {
  public:
    explicit LogLines(LogLinesForm form) : form_(std::move(form)) {}

    /// The new lines that are whole now, as they are shown.
    std::string take(std::string_view piece);
    /// What has no line break, at the log's end.
    std::string end();

    /// The log is asked for again: its pieces begin anew, at since() or before.
    void again();
    /// The time of the last line, as `sinceTime` takes it; empty when there was none with a time.
    [[nodiscard]] std::string since() const;

  private:
    std::string shown(std::string_view line);
    bool is_new(WallTime at);

    LogLinesForm form_;
    std::string rest_{};
    std::optional<WallTime> last_{};
    int shown_of_last_ = 0;    ///< Lines with the time of the last one.
    bool repeated_ = false;    ///< Lines may come that were shown.
    int repeats_of_last_ = 0;  ///< So many of that time were shown before and are still to come.
};

}  // namespace hooklet::cli
