// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>

namespace hooklet {

/// Names one Pod for good: the uid tells a Pod from a later one with the same name.
struct PodRef {
    std::string namespace_;
    std::string name;
    std::string uid;
    auto operator<=>(const PodRef&) const = default;
    /// The kubelet's "full description", used in its messages: `name_namespace(uid)`.
    [[nodiscard]] std::string description() const { return name + "_" + namespace_ + "(" + uid + ")"; }
};

}  // namespace hooklet
