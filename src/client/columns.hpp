// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// How many characters of UTF-8.
std::size_t width_of(std::string_view text);
/// The text, and blanks up to that many characters.
std::string padded(std::string_view text, std::size_t width);

/// Lays out lines whose cells end with a tab: a column is as wide as its widest cell and `padding` blanks.
/// Lines that follow each other share a column; one without that cell ends it. What follows a line's last
/// tab is not padded.
std::string align(std::string_view text, std::size_t padding = 2);

}  // namespace hooklet::client
