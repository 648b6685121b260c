// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/journal_store.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How views name things and lay out text for people. Widths are in characters of UTF-8.
namespace hooklet::insight {

/// `web` or `web/nginx`; with the namespace in front when it is not `default`.
std::string subject(const PodRef& pod, std::string_view container);

/// A duration with three significant digits at most: `0ms`, `850ms`, `1.23s`, `12.3s`, `2m05s`, `1h02m`.
std::string brief(Duration d);
/// A time since the start of the run: `+1.234s`.
std::string offset(Duration d);

/// How a hook attempt ended, with its cause: `Succeeded in 12ms`, `Failed after 3.00s: exit code 3`.
/// An attempt without outcome is `never ended`.
std::string result_text(const HookAttempt& attempt);
/// True for Failed and TimedOut: what a user has to look at.
bool hook_failed(const HookAttempt& attempt);

/// `text` as one line that cannot command a terminal: tabs and line breaks are blanks, other control
/// characters are written as `^[`, what is no UTF-8 is U+FFFD.
std::string printable(std::string_view text);
/// `text` cut to `width`, the last three characters being `...` when something was cut off.
std::string clip(std::string_view text, std::size_t width);
/// `pod/container` with `...` in the middle of the Pod when it is longer than `width`; a container too long
/// for that is shortened with it.
std::string shorten(std::string_view subject, std::size_t width);
/// Breaks at blanks so that no line is longer than `width`; words that are longer are cut. Never empty.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace hooklet::insight
