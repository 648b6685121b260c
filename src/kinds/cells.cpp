// SPDX-License-Identifier: Apache-2.0
#include "kinds/cells.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::kinds {

std::string joined(const std::vector<std::string>& texts, std::string_view none) {
    return texts.empty() ? std::string(none) : fmt::format("{}", fmt::join(texts, ","));
}

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string label_text(const std::map<std::string, std::string>& labels) {
    std::vector<std::string> texts;
    for (const auto& [key, value] : labels) texts.push_back(fmt::format("{}={}", key, value));
    return joined(texts);
}

}  // namespace hooklet::kinds
