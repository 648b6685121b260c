// SPDX-License-Identifier: Apache-2.0
#include "controllers/event.hpp"

#include "api/codec.hpp"
#include "api/event_forms.hpp"

#include <utility>

namespace hooklet {

api::Event event_about(const Resource& resource, const api::ObjectMeta& object, const std::string& controller,
                       WallTime now) {
    api::Event event;
    event.kind = "Event";
    event.apiVersion = "v1";
    event.metadata.namespace_ = object.namespace_.empty() ? "default" : object.namespace_;
    event.metadata.name = api::event_name(object.name, now);
    event.involvedObject.kind = resource.kind;
    event.involvedObject.apiVersion = resource.api_version();
    event.involvedObject.namespace_ = object.namespace_;
    event.involvedObject.name = object.name;
    event.involvedObject.uid = object.uid;
    event.involvedObject.resourceVersion = object.resourceVersion;
    event.type = "Normal";
    event.eventTime = now;
    event.reportingComponent = controller;
    event.reportingInstance = controller;
    return event;
}

Task<void> record_event(Api* api, api::Event event, Call call) {
    const ApiPath path{"", "v1", "events", event.metadata.namespace_};
    (void)co_await api->create(path, api::encode(event), std::move(call));
}

}  // namespace hooklet
