// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/fit.hpp"

#include <optional>

namespace hooklet {

/// Whether Pods want to be together or apart: required affinity and anti-affinity of the Pod, anti-affinity
/// of those that are there, and hard topology spread. With one machine each topology is the machine, so that
/// only Pods on it matter; a node without the topology's label is in none. nullopt: nobody minds.
std::optional<Misfit> unwanted_neighbours(const api::Pod& pod, const NodeLoad& load,
                                          const NamespaceLabels& namespaces);

}  // namespace hooklet
