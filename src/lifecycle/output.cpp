// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/output.hpp"

#include <fmt/format.h>

namespace hooklet {

std::string head_and_tail(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    const std::size_t half = limit / 2;
    return fmt::format("{}\n[... {} bytes left out ...]\n{}", text.substr(0, half), text.size() - 2 * half,
                       text.substr(text.size() - half));
}

std::string exec_error_cause(std::string_view error) {
    constexpr std::string_view last_step = "unable to start container process: ";
    constexpr std::string_view no_class = ": unknown";
    const std::size_t found = error.rfind(last_step);
    if (found != std::string_view::npos) error.remove_prefix(found + last_step.size());
    if (error.ends_with(no_class)) error.remove_suffix(no_class.size());
    return std::string(error);
}

}  // namespace hooklet
