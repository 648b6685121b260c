// SPDX-License-Identifier: Apache-2.0
#include "placement/tolerations.hpp"

#include <algorithm>

namespace hooklet {

bool tolerates(const std::vector<api::Toleration>& tolerations, const Taint& taint) {
    return std::ranges::any_of(tolerations, [&taint](const api::Toleration& toleration) {
        if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
        if (!toleration.key.empty() && toleration.key != taint.key) return false;
        if (toleration.operator_ == "Exists") return true;
        return !toleration.key.empty() && toleration.value == taint.value;
    });
}

}  // namespace hooklet
