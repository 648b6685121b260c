// SPDX-License-Identifier: Apache-2.0
#include "api/restart_rules.hpp"

#include <algorithm>

namespace hooklet::api {

std::optional<bool> restart_by_rules(const std::vector<ContainerRestartRule>& rules, std::int32_t exit_code) {
    for (const ContainerRestartRule& rule : rules) {
        if (!rule.exitCodes) continue;
        const auto& codes = rule.exitCodes->values;
        const bool listed = std::ranges::find(codes, exit_code) != codes.end();
        if (listed == (rule.exitCodes->operator_ == "In")) return rule.action == "Restart";
    }
    return std::nullopt;
}

bool may_restart(const PodSpec& spec, std::string_view name, std::int32_t exit_code) {
    std::string policy = spec.restartPolicy;
    for (const auto* containers : {&spec.initContainers, &spec.containers}) {
        const auto own = std::ranges::find(*containers, name, &Container::name);
        if (own == containers->end() || !own->restartPolicy) continue;
        if (const auto decided = restart_by_rules(own->restartPolicyRules, exit_code)) return *decided;
        policy = *own->restartPolicy;
    }
    return policy == "Always" || (policy == "OnFailure" && exit_code != 0);
}

}  // namespace hooklet::api
