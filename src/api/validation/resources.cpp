// SPDX-License-Identifier: Apache-2.0
#include "api/pod_resources.hpp"
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

bool is_known(std::string_view name) {
    return is_standard(name) || is_huge_pages(name) || name.find('/') != std::string_view::npos;
}

/// False: no resource is called like that.
bool check_resource_name(const std::string& name, const std::string& path, Issues& issues) {
    const Problems problems = qualified_name(name);
    add_problems(problems, path, name, issues);
    if (!problems.empty()) return false;
    if (is_known(name)) return true;
    issues.push_back(issue::invalid_text(path, name, "must be a standard resource type or fully qualified"));
    return false;
}

using NameCheck = void (*)(const std::string& name, const std::string& path, Issues& issues);

void check_container_resource(const std::string& name, const std::string& path, Issues& issues) {
    check_resource_name(name, path, issues);
    if (!is_known(name))
        issues.push_back(issue::invalid_text(path, name, "must be a standard resource for containers"));
}

void check_pod_resource(const std::string& name, const std::string& path, Issues& issues) {
    if (check_resource_name(name, path, issues) && !is_for_a_whole_pod(name))
        issues.push_back(issue::not_supported(path, name, {"cpu", "hugepages-", "memory"}));
}

void check_whole_pages(const std::string& name, const Quantity& amount, const std::string& path,
                       Issues& issues) {
    const std::int64_t size = huge_page_size(name).value_or(Quantity{}).units();
    if (size > 0 && amount.units() % size == 0) return;
    const std::string text = amount.text();
    issues.push_back(issue::invalid_text(
        path, text, fmt::format("{} is not positive integer multiple of {}", text, name)));
}

void check_list(const List& list, NameCheck check_name, const std::string& path, Issues& issues) {
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
        if (is_huge_pages(name)) check_whole_pages(name, amount, item_path, issues);
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

void check_requirements(const ResourceRequirements& resources, NameCheck check_name, const std::string& path,
                        Issues& issues) {
    check_list(resources.limits, check_name, path + ".limits", issues);
    check_list(resources.requests, check_name, path + ".requests", issues);
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

/// All containers together may request no more than the Pod, and none may have higher limits.
void check_shares(const PodSpec& spec, const std::string& path, Issues& issues) {
    for (const auto& [name, sum] : container_requests(spec)) {
        const auto own = spec.resources->requests.find(name);
        if (own == spec.resources->requests.end() || sum <= own->second) continue;
        issues.push_back(issue::invalid_text(
            fmt::format("{}.requests[{}]", path, name), own->second.text(),
            fmt::format("must be greater than or equal to aggregate container requests of {}", sum.text())));
    }
    for (std::size_t i = 0; i < spec.containers.size(); ++i) {
        for (const auto& [name, limit] : spec.containers[i].resources.limits) {
            const auto own = spec.resources->limits.find(name);
            if (own == spec.resources->limits.end() || limit <= own->second) continue;
            issues.push_back(issue::invalid_text(
                fmt::format("{}[{}].limits", at(path + ".containers", i), name), limit.text(),
                fmt::format("must be less than or equal to pod limits of {}", own->second.text())));
        }
    }
}

}  // namespace

void check_resources(const ResourceRequirements& resources, const PodSpec& spec, const std::string& path,
                     Issues& issues) {
    check_requirements(resources, check_container_resource, path, issues);
    check_used_claims(resources.claims, spec.resourceClaims, path + ".claims", issues);
}

void check_pod_resources(const PodSpec& spec, Issues& issues) {
    if (!spec.resources) return;
    const std::string path = "spec.resources";
    if (!spec.resources->claims.empty()) {
        issues.push_back(
            issue::forbidden(path + ".claims", "claims cannot be set for Resources at pod-level"));
    }
    check_requirements(*spec.resources, check_pod_resource, path, issues);
    check_used_claims(spec.resources->claims, spec.resourceClaims, path + ".claims", issues);
    check_shares(spec, path, issues);
}

}  // namespace hooklet::api
