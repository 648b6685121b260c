// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "placement/tolerations.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Whether a Pod may be given to a node: pure, in the order and with the texts of the Kubernetes scheduler.
namespace hooklet {

using Labels = std::map<std::string, std::string>;
/// The labels of all namespaces.
using NamespaceLabels = std::map<std::string, Labels>;

/// A node and the Pods that are on it or on their way to it, and have not ended.
struct NodeLoad {
    std::shared_ptr<const api::NodeObject> node;
    std::vector<std::shared_ptr<const api::Pod>> pods{};
};

/// Why a Pod may not go to a node.
struct Misfit {
    std::vector<std::string> reasons;  ///< `Insufficient cpu`, ...; more than one only for resources.
    bool room_would_help = false;      ///< The end of other Pods would change it.
};

/// The node's taints, and those that stand for its conditions: not ready, under pressure, without network.
std::vector<Taint> taints_of(const api::NodeObject& node);

/// nullopt: the Pod may go there.
std::optional<Misfit> misfit(const api::Pod& pod, const NodeLoad& load, const NamespaceLabels& namespaces);

/// What is told of a Pod that fits nowhere; one Misfit for each node.
std::string unschedulable_text(const api::Pod& pod, const std::vector<Misfit>& misfits);

}  // namespace hooklet
