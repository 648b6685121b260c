// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <string>
#include <string_view>

namespace hooklet::api {

/// The name of an event about an object: `<object>.<hex of the time in nanoseconds>`, the object's name cut
/// so that it is a name that the API takes.
std::string event_name(std::string_view object, WallTime at);

/// The same event as events.k8s.io/v1 shows it, and back. Nothing is lost either way. kind and apiVersion are
/// those of the new form.
EventsV1Event events_v1_event(const Event& event);
Event core_event(const EventsV1Event& event);

}  // namespace hooklet::api
