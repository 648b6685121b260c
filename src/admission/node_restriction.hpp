// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "admission/pod_rules.hpp"

#include <string>
#include <string_view>

/// How nodes are held to their own Pods and their own Node: pure, as the plugin `NodeRestriction` does it.
/// `node` is the name of the node that asks.
namespace hooklet::admission {

/// Only mirrors of its own static Pods, owned by the node, that use nothing of the API. `uid`: of its Node;
/// empty: there is none.
Checked node_may_create(std::string_view node, const api::Pod& pod, std::string_view uid);
Checked node_may_delete(std::string_view node, const api::Pod& pod);
Checked node_may_evict(std::string_view node, const api::Pod& pod);
Checked node_may_write_status(std::string_view node, const api::Pod& now, const api::Pod& before);

/// Its own, without labels that would steer Pods to it, and with the taints that it has. `before`: nullptr
/// when it is created.
Checked node_may_write(std::string_view node, const api::NodeObject& now, const api::NodeObject* before);
/// A lease that has the node's name.
Checked node_may_create_lease(std::string_view node, std::string_view name);

/// Only tokens that are bound to a Pod (by name and uid), and whether the request says so.
Checked node_may_ask_for(const api::TokenRequest& request);
/// Whether the token is for that Pod, which is on the node, and for an audience that the Pod has a token for.
Checked node_may_have(std::string_view node, const api::TokenRequest& request, const api::Pod& pod);

}  // namespace hooklet::admission
