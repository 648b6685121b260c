// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/node.hpp"
#include "api/types.hpp"

#include <string_view>

namespace hooklet::api {

/// Everything wrong with an object about to be created, with the API's paths, texts and reasons; empty when
/// it is valid. The object has its defaults set. With `source_for_lines` (the document it was decoded from)
/// issues get their lines.
Issues validate(const Pod& pod, const Node* source_for_lines = nullptr);
Issues validate(const ConfigMap& config_map, const Node* source_for_lines = nullptr);
/// No issue tells anything of the Secret's values.
Issues validate(const Secret& secret, const Node* source_for_lines = nullptr);
/// With the rules of the Pods that can be made of it.
Issues validate(const PodTemplate& pod_template);
Issues validate(const Namespace& ns);
Issues validate(const NodeObject& node);
Issues validate(const ServiceAccount& account);
Issues validate(const LimitRange& range);
Issues validate(const Service& service);
Issues validate(const Endpoints& endpoints);
Issues validate(const EndpointSlice& slice);
/// An event without eventTime only has to be in the namespace of its object.
Issues validate(const Event& event);
Issues validate(const EventsV1Event& event);
Issues validate(const Lease& lease);
Issues validate(const PriorityClass& priority);
Issues validate(const RuntimeClass& runtime_class);
Issues validate(const Binding& binding);
Issues validate(const TokenRequest& request);

/// Everything wrong with `next` as what `old` becomes: also that an immutable object's data stays.
Issues validate_update(const ConfigMap& next, const ConfigMap& old);
Issues validate_update(const Secret& next, const Secret& old);
Issues validate_update(const NodeObject& next, const NodeObject& old);
Issues validate_update(const Service& next, const Service& old);
/// The type of the addresses stays.
Issues validate_update(const EndpointSlice& next, const EndpointSlice& old);
/// All but the series is immutable.
Issues validate_update(const EventsV1Event& next, const EventsV1Event& old);
Issues validate_update(const PriorityClass& next, const PriorityClass& old);
Issues validate_update(const RuntimeClass& next, const RuntimeClass& old);
/// Of a Pod, by the part that is written: empty, `status`, `ephemeralcontainers` or `resize`. What the part
/// does not decide is the same in both; containers of a resize stand in the same order.
Issues validate_update(std::string_view part, const Pod& next, const Pod& old);

}  // namespace hooklet::api
