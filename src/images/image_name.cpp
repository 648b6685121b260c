// SPDX-License-Identifier: Apache-2.0
#include "images/image_name.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// The name that the registry knows: without registry and tag, and below `library` when it has one part only.
std::string repository_of(std::string_view image) {
    const std::size_t slash = image.find('/');
    const std::string_view first = image.substr(0, slash);
    const bool has_registry = slash != std::string_view::npos &&
                              (first.find_first_of(".:") != std::string_view::npos || first == "localhost" ||
                               std::ranges::any_of(first, is_upper_case));
    std::string name(has_registry ? image.substr(slash + 1) : image);
    if (!has_registry && slash == std::string_view::npos) name.insert(0, "library/");
    return name.substr(0, name.find(':'));
}

/// Capital letters are the mistake that people make.
std::string why_invalid(std::string_view image) {
    const std::string name = repository_of(image);
    if (std::ranges::none_of(name, is_upper_case)) return {};
    return fmt::format(": repository name ({}) must be lowercase", name);
}

}  // namespace

Result<std::string> with_default_tag(const std::string& image) {
    constexpr std::size_t longest = 4096;
    static const std::regex reference(
        R"(^((?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?)"
        R"([a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*))"
        R"((:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,})?$)");
    std::smatch match;
    if (image.size() > longest || !std::regex_match(image, match, reference)) {
        return fail(Code::invalid, fmt::format("couldn't parse image name \"{}\": invalid reference format{}",
                                               image, why_invalid(image)));
    }
    const bool complete = match[2].matched || match[3].matched;
    return complete ? image : image + ":latest";
}

}  // namespace hooklet
