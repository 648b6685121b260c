// SPDX-License-Identifier: Apache-2.0
// Rules of the objects around Pods that are not data, services or events.
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::int32_t most_user_priority = 1'000'000'000;
constexpr std::string_view system_prefix = "system-";
constexpr std::string_view immutable = "field is immutable";

struct SystemClass {
    std::string_view name;
    std::int32_t value;
};
constexpr std::array system_classes{SystemClass{"system-cluster-critical", 2'000'000'000},
                                    SystemClass{"system-node-critical", 2'000'001'000}};

/// What is wrong with a class whose name begins with `system-`; empty: nothing.
std::string system_class_problem(const PriorityClass& priority) {
    const auto known = std::ranges::find(system_classes, priority.metadata.name, &SystemClass::name);
    if (known == system_classes.end())
        return fmt::format("{} is not a known system priority class", priority.metadata.name);
    if (priority.value != known->value)
        return fmt::format("value of {} PriorityClass must be {}", known->name, known->value);
    if (priority.globalDefault)
        return fmt::format("globalDefault of {} PriorityClass must be false", known->name);
    return "";
}

void check_value(const PriorityClass& priority, Issues& issues) {
    if (priority.metadata.name.starts_with(system_prefix)) {
        const std::string problem = system_class_problem(priority);
        if (problem.empty()) return;
        issues.push_back(issue::forbidden(
            "metadata.name",
            fmt::format("priority class names with '{}' prefix are reserved for system use only. error: {}",
                        system_prefix, problem)));
    } else if (priority.value > most_user_priority) {
        issues.push_back(issue::forbidden(
            "value",
            fmt::format("maximum allowed value of a user defined priority is {}", most_user_priority)));
    }
}

/// Metadata, and what the tables say of the rest.
template <class T>
Issues check_object(const T& object, NameRule rule = dns_subdomain) {
    Issues issues;
    check_metadata(object.metadata, issues, rule);
    check_table(describe<T>(), &object, "", issues);
    return issues;
}

}  // namespace

Issues validate(const Namespace& ns) {
    Issues issues = check_object(ns, dns_label);
    for (std::size_t i = 0; i < ns.spec.finalizers.size(); ++i)
        check_finalizer(ns.spec.finalizers[i], at("spec.finalizers", i), issues);
    return issues;
}

Issues validate(const NodeObject& node) {
    return check_object(node);
}

Issues validate_update(const NodeObject& next, const NodeObject& old) {
    Issues issues = validate(next);
    const auto keep = [&](bool changed, std::string_view field) {
        if (!changed) return;
        issues.push_back(
            issue::forbidden(fmt::format("spec.{}", field),
                             fmt::format("node updates may not change {} except from \"\" to valid",
                                         field == "podCIDRs" ? "podCIDR" : field)));
    };
    keep(!old.spec.podCIDRs.empty() && next.spec.podCIDRs != old.spec.podCIDRs, "podCIDRs");
    keep(!old.spec.providerID.empty() && next.spec.providerID != old.spec.providerID, "providerID");
    return issues;
}

Issues validate(const ServiceAccount& account) {
    return check_object(account);
}

Issues validate(const LimitRange& range) {
    Issues issues = check_object(range);
    check_limits(range.spec, issues);
    return issues;
}

Issues validate(const Lease& lease) {
    return check_object(lease);
}

Issues validate(const PodTemplate& pod_template) {
    Issues issues;
    check_metadata(pod_template.metadata, issues);
    check_template(pod_template.template_, "template", issues);
    return issues;
}

Issues validate(const PriorityClass& priority) {
    Issues issues = check_object(priority);
    check_value(priority, issues);
    return issues;
}

Issues validate_update(const PriorityClass& next, const PriorityClass& old) {
    Issues issues = check_object(next);
    if (next.value != old.value)
        issues.push_back(issue::forbidden("value", "may not be changed in an update."));
    if (next.preemptionPolicy != old.preemptionPolicy) {
        issues.push_back(
            issue::invalid_text("preemptionPolicy", next.preemptionPolicy.value_or(""), immutable));
    }
    return issues;
}

Issues validate(const RuntimeClass& runtime_class) {
    Issues issues = check_object(runtime_class);
    add_problems(dns_label(runtime_class.handler), "handler", runtime_class.handler, issues);
    return issues;
}

Issues validate_update(const RuntimeClass& next, const RuntimeClass& old) {
    Issues issues = validate(next);
    if (next.handler != old.handler)
        issues.push_back(issue::invalid_text("handler", next.handler, immutable));
    return issues;
}

Issues validate(const Binding& binding) {
    Issues issues;
    const ObjectReference& target = binding.target;
    if (!target.kind.empty() && target.kind != "Node")
        issues.push_back(issue::not_supported("target.kind", target.kind, {"Node", "<empty>"}));
    if (target.name.empty()) issues.push_back(issue::required("target.name"));
    return issues;
}

Issues validate(const TokenRequest& request) {
    Issues issues;
    check_table(describe<TokenRequestSpec>(), &request.spec, "spec", issues);
    return issues;
}

}  // namespace hooklet::api
