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

}  // namespace hooklet
