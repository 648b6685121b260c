// SPDX-License-Identifier: Apache-2.0
#include "images/image_name.hpp"

#include <regex>

#include <fmt/format.h>

namespace hooklet {

Result<std::string> with_default_tag(const std::string& image) {
    constexpr std::size_t longest = 4096;
    static const std::regex reference(
        R"(^((?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?)"
        R"([a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*))"
        R"((:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?$)");
    std::smatch match;
    if (image.size() > longest || !std::regex_match(image, match, reference)) {
        return fail(Code::invalid,
                    fmt::format("couldn't parse image name \"{}\": invalid reference format", image));
    }
    const bool complete = match[2].matched || match[3].matched;
    return complete ? image : image + ":latest";
}

}  // namespace hooklet
