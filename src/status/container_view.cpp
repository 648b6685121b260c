// SPDX-License-Identifier: Apache-2.0
#include "status/container_view.hpp"

#include "api/restart_rules.hpp"

namespace hooklet {

namespace {

RestartPolicy::When parse_when(const std::string& name) {
    if (name == "OnFailure") return RestartPolicy::When::on_failure;
    return name == "Never" ? RestartPolicy::When::never : RestartPolicy::When::always;
}

bool restarts(const RestartPolicy& policy, const ContainerRecord& ended) {
    if (const auto decided = api::restart_by_rules(policy.rules, ended.exit_code)) return *decided;
    if (policy.when == RestartPolicy::When::always) return true;
    return policy.when == RestartPolicy::When::on_failure && !ended.succeeded();
}

}  // namespace

RestartPolicy restart_policy_of(const api::PodSpec& spec, const api::Container& container, Role role) {
    using enum RestartPolicy::When;
    if (role == Role::sidecar) return {always, {}};
    if (role == Role::ephemeral) return {never, {}};
    const bool own = container.restartPolicy.has_value();
    RestartPolicy policy{parse_when(own ? *container.restartPolicy : spec.restartPolicy),
                         own ? container.restartPolicyRules : std::vector<api::ContainerRestartRule>{}};
    // An init container that has succeeded has done its work.
    if (role == Role::init && policy.when == always) policy.when = on_failure;
    return policy;
}

bool wants_start(const RestartPolicy& policy, const std::optional<ContainerRecord>& current) {
    if (!current) return true;
    switch (current->state) {
        case cri::ContainerState::running:
            return false;
        case cri::ContainerState::created:
        case cri::ContainerState::unknown:
            return true;
        case cri::ContainerState::exited:
            break;
    }
    return current->restart || restarts(policy, *current);
}

}  // namespace hooklet
