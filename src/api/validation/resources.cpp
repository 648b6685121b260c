// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

using List = std::map<std::string, Quantity>;

constexpr std::array<std::string_view, 3> standard_names{"cpu", "ephemeral-storage", "memory"};

bool is_standard(std::string_view name) {
    return std::find(standard_names.begin(), standard_names.end(), name) != standard_names.end();
}
bool is_huge_pages(std::string_view name) {
    return name.starts_with("hugepages-");
}
bool is_extended(std::string_view name) {
    return !is_standard(name) && !is_huge_pages(name);
}

void check_name(const std::string& name, const std::string& path, Issues& issues) {
    add_problems(qualified_name(name), path, name, issues);
    if (name.find('/') != std::string::npos || is_standard(name) || is_huge_pages(name)) return;
    issues.push_back(issue::invalid_text(path, name, "must be a standard resource type or fully qualified"));
    issues.push_back(issue::invalid_text(path, name, "must be a standard resource for containers"));
}

void check_list(const List& list, const std::string& path, Issues& issues) {
    for (const auto& [name, amount] : list) {
        const std::string item_path = fmt::format("{}[{}]", path, name);
        check_name(name, item_path, issues);
        if (amount.is_negative()) {
            issues.push_back(
                issue::invalid_text(item_path, amount.text(), "must be greater than or equal to 0"));
        }
        if (is_extended(name) && !amount.is_integer()) {
            issues.push_back(issue::invalid_text(item_path, amount.text(), "must be an integer"));
        }
    }
}

/// Requests against limits: cpu and memory may be overcommitted, everything else may not.
void check_pair(const std::string& name, const Quantity& request, const List& limits, const std::string& path,
                Issues& issues) {
    const auto limit = limits.find(name);
    if (limit == limits.end()) {
        if (!is_standard(name)) {
            issues.push_back(
                issue::required(path + ".limits", "Limit must be set for non overcommitable resources"));
        }
    } else if (!is_standard(name) && request != limit->second) {
        issues.push_back(
            issue::invalid_text(path + ".requests", request.text(),
                                fmt::format("must be equal to {} limit of {}", name, limit->second.text())));
    } else if (request > limit->second) {
        issues.push_back(issue::invalid_text(
            path + ".requests", request.text(),
            fmt::format("must be less than or equal to {} limit of {}", name, limit->second.text())));
    }
}

}  // namespace

void check_resources(const ResourceRequirements& resources, const std::string& path, Issues& issues) {
    check_list(resources.limits, path + ".limits", issues);
    check_list(resources.requests, path + ".requests", issues);
    for (const auto& [name, request] : resources.requests)
        check_pair(name, request, resources.limits, path, issues);
    const auto any = [&](auto predicate) {
        const auto test = [&](const auto& entry) { return predicate(entry.first); };
        return std::any_of(resources.limits.begin(), resources.limits.end(), test) ||
               std::any_of(resources.requests.begin(), resources.requests.end(), test);
    };
    const bool huge = any(is_huge_pages);
    const bool backed = any([](std::string_view name) { return name == "cpu" || name == "memory"; });
    if (huge && !backed) issues.push_back(issue::forbidden(path, "HugePages require cpu or memory"));
}

}  // namespace hooklet::api
