// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>
#include <vector>

namespace hooklet::client {

/// The container that is meant when nobody says which.
struct DefaultContainer {
    std::string name;
    std::string note;  ///< For people, where there is a choice: `Defaulted container "a" out of: a, b`.
};
/// The annotation's (kubectl.kubernetes.io/default-container), or the first ordinary one.
DefaultContainer default_container(const api::Node& pod);

/// The names of all, in the order in which they start: init containers first.
std::vector<std::string> container_names(const api::Node& pod);

/// The Pod that `NAME` or `pod/NAME` names. Empty when the text names something else.
std::string pod_name(const std::string& text);

}  // namespace hooklet::client
