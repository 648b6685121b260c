// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/types.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

/// The Pod Security Standards that a namespace's labels ask for: pure, as the plugin `PodSecurity` of
/// Kubernetes 1.34 has them.
namespace hooklet::admission {

/// Each allows less than the one before.
enum class SecurityLevel : std::uint8_t { privileged, baseline, restricted };

/// A level as one minor version of Kubernetes defined it.
struct SecurityProfile {
    static constexpr int latest = std::numeric_limits<int>::max();
    SecurityLevel level = SecurityLevel::privileged;
    int minor = latest;  ///< 25 of `v1.25`. Versions that are yet to come are the newest that is known.
    bool operator==(const SecurityProfile&) const = default;
};
/// `restricted:latest`, `baseline:v1.25`
std::string to_string(SecurityProfile profile);

struct SecurityPolicy {
    SecurityProfile enforce{};
    SecurityProfile audit{};
    SecurityProfile warn{};  ///< Without a label of its own as strict as enforce.
    bool operator==(const SecurityPolicy&) const = default;
};

/// What the labels `pod-security.kubernetes.io/...` of a namespace say.
struct SecurityLabels {
    SecurityPolicy policy{};
    /// Values that say nothing. In their stead enforce has `restricted`, the others `privileged`, and all
    /// `latest`.
    api::Issues issues{};
};
SecurityLabels read_security_labels(const std::map<std::string, std::string>& labels);

/// What a profile forbids and a Pod has.
struct SecurityViolation {
    std::string reason;  ///< `hostPort`
    std::string detail;  ///< `container "c" uses hostPort 80`
    bool operator==(const SecurityViolation&) const = default;
};
using SecurityViolations = std::vector<SecurityViolation>;

/// In the order of Kubernetes; empty: the profile allows the Pod.
SecurityViolations violations_of(SecurityProfile profile, const api::ObjectMeta& metadata,
                                 const api::PodSpec& spec);
/// `PodSecurity "baseline:latest": hostPort (container "c" uses hostPort 80), privileged (...)`
std::string violation_text(SecurityProfile profile, const SecurityViolations& violations);

/// Whether an update changes what profiles look at: images, containers, seccomp annotations.
bool is_significant(const api::Pod& now, const api::Pod& before);

/// Whether the Pods of a namespace are looked at when its profile changes so: not where it allows the same or
/// more.
bool is_stricter(SecurityProfile now, SecurityProfile before);

/// What is told of a namespace's Pods that its new profile does not allow; empty when it allows all. No more
/// than 3000 are looked at.
std::vector<std::string> warnings_of_pods(const std::string& namespace_, SecurityProfile profile,
                                          const std::vector<api::Pod>& pods);

}  // namespace hooklet::admission
