// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "insight/line.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace hooklet::cli {

/// How streamed lines are laid out.
struct LineFormat {
    WallTime start;  ///< Time +0.
    std::size_t subject_width = 16;
    /// Wraps details below themselves and shortens subjects to their width. Unset: one line, however long,
    /// with all that there is.
    std::optional<std::size_t> width;
    bool colours = false;
};

/// The line as text, with its line break: `   +1.234s web/nginx  Pulled    nginx:1 in 1.20s`
std::string format_line(const insight::Line& line, const LineFormat& format);

}  // namespace hooklet::cli
