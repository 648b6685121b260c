// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "ports/call.hpp"

#include <functional>
#include <string>

namespace hooklet {

/// The size of a terminal in characters.
struct ConsoleSize {
    int columns = 80;
    int rows = 24;
    bool operator==(const ConsoleSize&) const = default;
};

/// Standard input, as it is typed or comes through a pipe. When this goes, the terminal is as it was.
class Console {
  public:
    virtual ~Console() = default;
    /// Whether somebody types there.
    [[nodiscard]] virtual bool is_terminal() const = 0;
    /// The next bytes; empty at the end. One call at a time; errors: internal, or the token's reason.
    virtual Task<Result<std::string>> read(Call call) = 0;
    /// From now on each key is read as it is pressed, Ctrl-C too, and none is shown. Nothing happens where
    /// there is no terminal.
    virtual Status make_raw() = 0;
    [[nodiscard]] virtual ConsoleSize size() const = 0;
    /// Called from the loop when the size has changed; replaces the listener before.
    virtual void on_resize(std::function<void()> listener) = 0;
};

}  // namespace hooklet
