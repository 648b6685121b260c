// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security.hpp"

#include "admission/pod_security_checks.hpp"
#include "api/find_annotation.hpp"
#include "base/ascii.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace hooklet::admission {

namespace {

using security::Check;
using security::Subject;

/// The newest version that has rules of its own.
constexpr int newest_minor = 34;
constexpr std::size_t most_pods = 3000;
constexpr std::array<std::string_view, 3> level_names{"privileged", "baseline", "restricted"};

std::optional<SecurityLevel> level_named(std::string_view name) {
    const auto* const found = std::ranges::find(level_names, name);
    if (found == level_names.end()) return std::nullopt;
    return static_cast<SecurityLevel>(found - level_names.begin());
}

/// Of `latest` and `v1.25`.
std::optional<int> minor_named(std::string_view name) {
    if (name == "latest") return SecurityProfile::latest;
    if (!name.starts_with("v1.")) return std::nullopt;
    name.remove_prefix(3);
    const bool padded = name.size() > 1 && name.front() == '0';
    if (name.empty() || padded || !std::ranges::all_of(name, is_digit)) return std::nullopt;
    return parse_number<int>(name);
}

/// The labels of one mode: `enforce`.
struct ModeReader {
    const std::map<std::string, std::string>& labels;
    api::Issues& issues;
    bool has_level = false;  ///< There is a label; it may be wrong.
    bool good_level = false;
    bool has_version = false;

    SecurityProfile read(const std::string& mode, SecurityLevel fallback) {
        SecurityProfile profile;
        const std::string level_label = "pod-security.kubernetes.io/" + mode;
        if (const auto label = labels.find(level_label); label != labels.end()) {
            const auto level = level_named(label->second);
            has_level = true;
            good_level = level.has_value();
            profile.level = level.value_or(fallback);
            if (!level) add(*label, "must be one of privileged, baseline, restricted");
        }
        if (const auto label = labels.find(level_label + "-version"); label != labels.end()) {
            const auto minor = minor_named(label->second);
            has_version = true;
            profile.minor = minor.value_or(SecurityProfile::latest);
            if (!minor) add(*label, R"(must be "latest" or "v1.x")");
        }
        return profile;
    }

    void add(const std::pair<const std::string, std::string>& label, std::string_view why) {
        const std::string path = fmt::format("metadata.labels[{}]", label.first);
        issues.push_back(api::issue::invalid_text(path, label.second, why));
    }
};

bool is_in_force(const Check& check, SecurityLevel level, int minor) {
    if (minor < check.since) return false;
    return level != SecurityLevel::restricted || minor < check.replaced_since;
}

bool differ_at(const api::Pod& now, const api::Pod& before, const std::string& key) {
    return api::annotation_of(now.metadata, key) != api::annotation_of(before.metadata, key);
}

/// Whether any of these containers is new, or has another image or seccomp annotation.
template <class Container>
bool any_changed(const std::vector<Container>& containers, const std::vector<Container>& earlier,
                 const api::Pod& now, const api::Pod& before) {
    return std::ranges::any_of(containers, [&](const Container& container) {
        const auto same = std::ranges::find(earlier, container.name, &Container::name);
        return same == earlier.end() || same->image != container.image ||
               differ_at(now, before, "container.seccomp.security.alpha.kubernetes.io/" + container.name);
    });
}

std::string joined_reasons(const SecurityViolations& violations) {
    std::vector<std::string> reasons;
    for (const SecurityViolation& violation : violations) reasons.push_back(violation.reason);
    return fmt::format("{}", fmt::join(reasons, ", "));
}

/// `a (and 2 other pods)`
std::string pods_text(const std::vector<std::string>& names) {
    const std::string& first = *std::ranges::min_element(names);
    if (names.size() == 1) return first;
    if (names.size() == 2) return first + " (and 1 other pod)";
    return fmt::format("{} (and {} other pods)", first, names.size() - 1);
}

}  // namespace

std::string to_string(SecurityProfile profile) {
    const std::string_view level = level_names.at(static_cast<std::size_t>(profile.level));
    if (profile.minor == SecurityProfile::latest) return fmt::format("{}:latest", level);
    return fmt::format("{}:v1.{}", level, profile.minor);
}

SecurityLabels read_security_labels(const std::map<std::string, std::string>& labels) {
    SecurityLabels found;
    ModeReader enforce{labels, found.issues};
    ModeReader audit{labels, found.issues};
    ModeReader warn{labels, found.issues};
    SecurityPolicy& policy = found.policy;
    policy.enforce = enforce.read("enforce", SecurityLevel::restricted);
    policy.audit = audit.read("audit", SecurityLevel::privileged);
    policy.warn = warn.read("warn", SecurityLevel::privileged);
    if (!warn.has_level && enforce.good_level && policy.enforce.level > policy.warn.level) {
        policy.warn.level = policy.enforce.level;
        if (!warn.has_version) policy.warn.minor = policy.enforce.minor;
    }
    return found;
}

SecurityViolations violations_of(SecurityProfile profile, const api::ObjectMeta& metadata,
                                 const api::PodSpec& spec) {
    SecurityViolations violations;
    if (profile.level == SecurityLevel::privileged) return violations;
    const Subject subject{metadata, spec, std::min(profile.minor, newest_minor)};
    const auto run = [&](std::span<const Check> checks) {
        for (const Check& check : checks) {
            if (!is_in_force(check, profile.level, subject.minor)) continue;
            if (auto found = check.find(subject)) violations.push_back(*std::move(found));
        }
    };
    run(security::baseline_checks());
    if (profile.level == SecurityLevel::restricted) run(security::restricted_checks());
    return violations;
}

std::string violation_text(SecurityProfile profile, const SecurityViolations& violations) {
    std::vector<std::string> parts;
    for (const auto& [reason, detail] : violations) parts.push_back(fmt::format("{} ({})", reason, detail));
    return fmt::format("PodSecurity \"{}\": {}", to_string(profile), fmt::join(parts, ", "));
}

bool is_significant(const api::Pod& now, const api::Pod& before) {
    const bool more_or_less = now.spec.containers.size() != before.spec.containers.size() ||
                              now.spec.initContainers.size() != before.spec.initContainers.size();
    return more_or_less || differ_at(now, before, "seccomp.security.alpha.kubernetes.io/pod") ||
           any_changed(now.spec.containers, before.spec.containers, now, before) ||
           any_changed(now.spec.initContainers, before.spec.initContainers, now, before) ||
           any_changed(now.spec.ephemeralContainers, before.spec.ephemeralContainers, now, before);
}

bool is_stricter(SecurityProfile now, SecurityProfile before) {
    if (now == before || now.level == SecurityLevel::privileged) return false;
    return now.minor != before.minor || now.level > before.level;
}

std::vector<std::string> warnings_of_pods(const std::string& namespace_, SecurityProfile profile,
                                          const std::vector<api::Pod>& pods) {
    std::map<std::string, std::vector<std::string>> names_by_reasons;
    const std::size_t checked = std::min(pods.size(), most_pods);
    for (const api::Pod& pod : std::span(pods).first(checked)) {
        const SecurityViolations violations = violations_of(profile, pod.metadata, pod.spec);
        if (!violations.empty()) names_by_reasons[joined_reasons(violations)].push_back(pod.metadata.name);
    }
    std::vector<std::string> about_pods;
    for (const auto& [reasons, names] : names_by_reasons)
        about_pods.push_back(fmt::format("{}: {}", pods_text(names), reasons));
    std::ranges::sort(about_pods);
    std::vector<std::string> warnings;
    if (checked < pods.size()) {
        warnings.push_back(
            fmt::format("new PodSecurity enforce level only checked against the first {} of {} existing pods",
                        checked, pods.size()));
    }
    if (!about_pods.empty()) {
        warnings.push_back(
            fmt::format("existing pods in namespace \"{}\" violate the new PodSecurity enforce level \"{}\"",
                        namespace_, to_string(profile)));
    }
    warnings.insert(warnings.end(), about_pods.begin(), about_pods.end());
    return warnings;
}

}  // namespace hooklet::admission
