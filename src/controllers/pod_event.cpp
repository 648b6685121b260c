// SPDX-License-Identifier: Apache-2.0
#include "controllers/pod_event.hpp"

#include "api/codec.hpp"

#include <fmt/format.h>

namespace hooklet {

api::Event pod_event(const api::Pod& pod, const std::string& controller, WallTime now) {
    api::Event event;
    event.kind = "Event";
    event.apiVersion = "v1";
    event.metadata.namespace_ = pod.metadata.namespace_;
    event.metadata.name = fmt::format("{}.{:x}", pod.metadata.name, now.time_since_epoch().count());
    event.involvedObject.kind = "Pod";
    event.involvedObject.apiVersion = "v1";
    event.involvedObject.namespace_ = pod.metadata.namespace_;
    event.involvedObject.name = pod.metadata.name;
    event.involvedObject.uid = pod.metadata.uid;
    event.involvedObject.resourceVersion = pod.metadata.resourceVersion;
    event.type = "Normal";
    event.eventTime = now;
    event.reportingComponent = controller;
    event.reportingInstance = controller;
    return event;
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
