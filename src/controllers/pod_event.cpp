// SPDX-License-Identifier: Apache-2.0
#include "controllers/pod_event.hpp"

#include "api/codec.hpp"

namespace hooklet {

api::Event pod_event(const api::Pod& pod, const std::string& controller, WallTime now) {
    const Resource pods{.plural = "pods", .kind = "Pod"};
    return event_about(pods, pod.metadata, controller, now);
}

api::Node condition_patch(const api::Pod& pod, const api::PodCondition& condition) {
    api::Node metadata = api::Node::object();
    metadata.set("uid", api::Node(pod.metadata.uid));
    api::Node status = api::Node::object();
    status.set("conditions", api::Node(api::Node::Array{api::encode(condition)}));
    api::Node patch = api::Node::object();
    patch.set("metadata", std::move(metadata));
    patch.set("status", std::move(status));
    return patch;
}

}  // namespace hooklet
