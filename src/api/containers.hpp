// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <string_view>

namespace hooklet::api {

/// Visits the containers of a Pod, whatever their role: init containers, ordinary and ephemeral ones, each
/// kind in the order of the spec. Their statuses: container_statuses().
template <class Visit>
void for_each_container(const PodSpec& spec, Visit visit) {
    for (const Container& container : spec.initContainers) visit(container);
    for (const Container& container : spec.containers) visit(container);
    for (const Container& container : spec.ephemeralContainers) visit(container);
}

/// The container of this name, whatever its role; null when there is none.
inline const Container* find_container(const PodSpec& spec, std::string_view name) {
    const Container* found = nullptr;
    for_each_container(spec, [&found, name](const Container& container) {
        if (container.name == name) found = &container;
    });
    return found;
}

/// Whether an init container is one that goes on beside those that come after it.
inline bool is_sidecar(const Container& init_container) {
    return init_container.restartPolicy == "Always";
}

}  // namespace hooklet::api
