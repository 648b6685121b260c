// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hooklet {

/// One line of a CRI log: `2026-01-02T03:04:05.000000006Z stdout F text`.
struct LogLine {
    std::string_view time;
    std::string_view stream;  ///< `stdout`, `stderr`
    bool whole = true;        ///< The tag F; P says that the text goes on in the next line.
    std::string_view text;
};
/// `line` is without its line break; nullopt when it is nothing of the kind.
std::optional<LogLine> parse_log_line(std::string_view line);

/// What of a log is wanted, and how.
struct LogView {
    std::optional<WallTime> since{};
    bool timestamps = false;
    std::optional<std::int64_t> limit_bytes{};
    std::int64_t skip_lines = 0;  ///< The first lines of the files, whole or not.
    std::string stream{};         ///< Only what was written to that one; empty: all.
};

/// Makes what a client gets out of what the engine wrote, as it comes.
class LogFilter {
  public:
    explicit LogFilter(LogView view) : view_(view) {}
    /// What more there is for the client.
    std::string feed(std::string_view bytes);
    /// The limit is reached: nothing comes any more.
    [[nodiscard]] bool full() const { return view_.limit_bytes == 0; }

  private:
    void take_line(std::string_view line, std::string& out);
    std::string limited(std::string out);

    LogView view_;
    std::string rest_;  ///< A line whose end is still to come.
    bool continues_ = false;
};

}  // namespace hooklet
