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

}  // namespace hooklet::api
