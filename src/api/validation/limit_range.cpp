// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <array>
#include <set>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

using List = std::map<std::string, Quantity>;

constexpr std::array<std::string_view, 3> limit_types{"Container", "PersistentVolumeClaim", "Pod"};

/// The bounds and defaults of one resource; nullptr: none.
struct Bounds {
    const Quantity* min;
    const Quantity* max;
    const Quantity* limit;
    const Quantity* request;
    const Quantity* ratio;
};

const Quantity* find(const List& list, const std::string& name) {
    const auto found = list.find(name);
    return found == list.end() ? nullptr : &found->second;
}

/// Reports `text` of two amounts when the first is greater.
void expect_ordered(const Quantity* less, const Quantity* more, const std::string& path,
                    const Quantity* culprit, fmt::format_string<std::string, std::string> text,
                    Issues& issues) {
    if (less == nullptr || more == nullptr || *less <= *more) return;
    issues.push_back(
        issue::invalid_text(path, culprit->text(), fmt::format(text, less->text(), more->text())));
}

void check_ratio(const Bounds& b, const std::string& path, Issues& issues) {
    if (b.ratio == nullptr) return;
    if (*b.ratio < Quantity::of_units(1))
        issues.push_back(issue::invalid_text(path, b.ratio->text(),
                                             fmt::format("ratio {} is less than 1", b.ratio->text())));
    if (b.min == nullptr || b.max == nullptr || b.min->is_zero()) return;
    const double most = static_cast<double>(b.max->milli()) / static_cast<double>(b.min->milli());
    if (static_cast<double>(b.ratio->milli()) <= most * 1000) return;
    issues.push_back(
        issue::invalid_text(path, b.ratio->text(),
                            fmt::format("ratio {} is greater than max/min = {:f}", b.ratio->text(), most)));
}

void check_resource(const Bounds& b, const std::string& path, const std::string& name, Issues& issues) {
    const auto place = [&](std::string_view list) { return fmt::format("{}.{}[{}]", path, list, name); };
    expect_ordered(b.min, b.max, place("min"), b.min, "min value {} is greater than max value {}", issues);
    expect_ordered(b.min, b.request, place("defaultRequest"), b.request,
                   "min value {} is greater than default request value {}", issues);
    expect_ordered(b.request, b.max, place("defaultRequest"), b.request,
                   "default request value {} is greater than max value {}", issues);
    expect_ordered(b.request, b.limit, place("defaultRequest"), b.request,
                   "default request value {} is greater than default limit value {}", issues);
    expect_ordered(b.min, b.limit, place("default"), b.min, "min value {} is greater than default value {}",
                   issues);
    expect_ordered(b.limit, b.max, place("default"), b.max, "default value {} is greater than max value {}",
                   issues);
    check_ratio(b, place("maxLimitRequestRatio"), issues);
}

void check_defaults_of_pod(const LimitRangeItem& item, const std::string& path, Issues& issues) {
    constexpr std::string_view why = "may not be specified when `type` is 'Pod'";
    if (!item.default_.empty()) issues.push_back(issue::forbidden(path + ".default", why));
    if (!item.defaultRequest.empty()) issues.push_back(issue::forbidden(path + ".defaultRequest", why));
}

void check_item(const LimitRangeItem& item, const std::string& path, Issues& issues) {
    const Problems problems = qualified_name(item.type);
    add_problems(problems, path + ".type", item.type, issues);
    if (problems.empty() && item.type.find('/') == std::string::npos && !contains(limit_types, item.type)) {
        issues.push_back(issue::invalid_text(path + ".type", item.type,
                                             "must be a standard limit type or fully qualified"));
    }
    if (item.type == "Pod") check_defaults_of_pod(item, path, issues);
    if (item.type == "PersistentVolumeClaim" && find(item.min, "storage") == nullptr &&
        find(item.max, "storage") == nullptr) {
        issues.push_back(
            issue::required(path + ".limits",
                            "either minimum or maximum storage value is required, but neither was provided"));
    }
    std::set<std::string> names;
    for (const List* list :
         {&item.min, &item.max, &item.default_, &item.defaultRequest, &item.maxLimitRequestRatio}) {
        for (const auto& [name, amount] : *list) names.insert(name);
    }
    for (const std::string& name : names) {
        const Bounds bounds{find(item.min, name), find(item.max, name), find(item.default_, name),
                            find(item.defaultRequest, name), find(item.maxLimitRequestRatio, name)};
        check_resource(bounds, path, name, issues);
    }
}

}  // namespace

void check_limits(const LimitRangeSpec& spec, Issues& issues) {
    std::set<std::string> types;
    for (std::size_t i = 0; i < spec.limits.size(); ++i) {
        const LimitRangeItem& item = spec.limits[i];
        const std::string path = at("spec.limits", i);
        if (!types.insert(item.type).second) issues.push_back(issue::duplicate(path + ".type", item.type));
        check_item(item, path, issues);
    }
}

}  // namespace hooklet::api
