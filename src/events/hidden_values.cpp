// SPDX-License-Identifier: Apache-2.0
#include "events/hidden_values.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hooklet {

namespace {

constexpr std::size_t shortest = 4;
constexpr std::string_view mask = "***";

void replace_all(std::string& text, const std::string& value) {
    for (std::size_t at = text.find(value); at != std::string::npos;
         at = text.find(value, at + mask.size())) {
        text.replace(at, value.size(), mask);
    }
}

}  // namespace

void HiddenValues::add(const std::string& pod_uid, const std::set<std::string>& values) {
    const auto keep = [&](std::string_view value) {
        if (value.size() >= shortest) by_pod_[pod_uid].emplace(value);
    };
    for (const std::string& value : values) {
        keep(value);
        for (std::size_t begin = 0; begin < value.size();) {
            const std::size_t end = std::min(value.find('\n', begin), value.size());
            keep(std::string_view(value).substr(begin, end - begin));
            begin = end + 1;
        }
    }
}

std::set<std::string> HiddenValues::of(const std::string& pod_uid) const {
    const auto known = by_pod_.find(pod_uid);
    return known == by_pod_.end() ? std::set<std::string>{}
                                  : std::set<std::string>{known->second.begin(), known->second.end()};
}

std::size_t HiddenValues::count(const std::string& pod_uid) const {
    const auto known = by_pod_.find(pod_uid);
    return known == by_pod_.end() ? 0 : known->second.size();
}

std::string HiddenValues::hide(const std::string& pod_uid, std::string text) const {
    const auto known = by_pod_.find(pod_uid);
    if (known == by_pod_.end()) return text;
    for (const std::string& value : known->second) replace_all(text, value);
    return text;
}

}  // namespace hooklet
