// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

namespace hooklet::api {

/// The same event as events.k8s.io/v1 shows it, and back. Nothing is lost either way. kind and apiVersion are
/// those of the new form.
EventsV1Event events_v1_event(const Event& event);
Event core_event(const EventsV1Event& event);

}  // namespace hooklet::api
