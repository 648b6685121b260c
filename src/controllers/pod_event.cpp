// SPDX-License-Identifier: Apache-2.0
#include "controllers/pod_event.hpp"

#include <fmt/format.h>

namespace hooklet {

api::Event scheduler_event(const api::Pod& pod, bool warning, std::string reason, std::string action,
                           std::string message, WallTime now) {
    constexpr const char* scheduler = "default-scheduler";
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
    event.type = warning ? "Warning" : "Normal";
    event.reason = std::move(reason);
    event.action = std::move(action);
    event.message = std::move(message);
    event.eventTime = now;
    event.reportingComponent = scheduler;
    event.reportingInstance = scheduler;
    return event;
}

}  // namespace hooklet
