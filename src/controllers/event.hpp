// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "controllers/resource.hpp"

#include <string>

namespace hooklet {

/// A new Normal event of a controller about an object, in the form of events.k8s.io: with eventTime instead
/// of first and last time and count. Reason, action and message are to come. Those about objects without a
/// namespace are in `default`.
api::Event event_about(const Resource& resource, const api::ObjectMeta& object, const std::string& controller,
                       WallTime now);

/// Stores it. One that is lost is not worth doing anything twice.
Task<void> record_event(Api* api, api::Event event, Call call);

}  // namespace hooklet
