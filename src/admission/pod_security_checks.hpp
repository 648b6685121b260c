// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/pod_security.hpp"
#include "api/containers.hpp"

#include <optional>
#include <set>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

/// The rules of the Pod Security Standards, and what they are written with.
namespace hooklet::admission::security {

/// A Pod, or the template of one, as a minor version's rules see it.
struct Subject {
    const api::ObjectMeta& metadata;
    const api::PodSpec& spec;
    int minor;
};
using Found = std::optional<SecurityViolation>;

struct Check {
    Found (*find)(const Subject& subject);
    int since = 0;  ///< The minor version that has it first.
    /// The minor version from which on `restricted` has a stricter rule in its place.
    int replaced_since = SecurityProfile::latest;
};

/// In the order in which violations are told; the rules of `restricted` come after those of `baseline`.
std::span<const Check> baseline_checks();
std::span<const Check> restricted_checks();

using Words = std::vector<std::string>;
using WordSet = std::set<std::string>;  ///< Each once, in order.

std::string in_quotes(const auto& words) {
    return words.empty() ? "" : fmt::format("\"{}\"", fmt::join(words, "\", \""));
}

inline std::string_view one_or_more(std::size_t count, std::string_view one, std::string_view more) {
    return count == 1 ? one : more;
}

/// `containers "a", "b"`
std::string containers_named(const auto& names) {
    return fmt::format("{} {}", one_or_more(names.size(), "container", "containers"), in_quotes(names));
}

template <class Bad>
Words containers_with(const api::PodSpec& spec, Bad bad) {
    Words names;
    api::for_each_container(spec, [&](const api::Container& container) {
        if (bad(container)) names.push_back(container.name);
    });
    return names;
}

/// Whose security context says something: `pod and container "a"`.
struct Sayers {
    bool pod = false;
    Words containers{};

    [[nodiscard]] bool empty() const { return !pod && containers.empty(); }
    [[nodiscard]] Words words() const;
    [[nodiscard]] std::string text() const;
};

/// `bad` takes either kind of security context.
template <class Bad>
Sayers sayers_of(const api::PodSpec& spec, Bad bad) {
    return {.pod = spec.securityContext && bad(*spec.securityContext),
            .containers = containers_with(spec, [&bad](const api::Container& container) {
                return container.securityContext && bad(*container.securityContext);
            })};
}

bool is_confined(const api::SeccompProfile& profile);
/// Who names a seccomp profile that confines nothing.
Found find_bad_seccomp(const Subject& subject);

}  // namespace hooklet::admission::security
