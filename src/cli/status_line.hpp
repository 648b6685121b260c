// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

#include <functional>
#include <string>

namespace hooklet::cli {

/// The last line of a terminal, about what is under way: made anew every second, and never left behind. Where
/// there is no terminal it shows nothing.
class StatusLine {
  public:
    /// `text` gives one line without line break; empty: there is nothing to tell.
    StatusLine(Environment* env, std::function<std::string()> text);
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;
    ~StatusLine() { clear(); }

    void refresh();
    /// Before something else is printed; the next refresh() shows the line again.
    void clear();

  private:
    Environment* env_;
    Terminal terminal_;
    std::function<std::string()> text_;
    bool shown_ = false;
    Timer next_;
};

}  // namespace hooklet::cli
