// SPDX-License-Identifier: Apache-2.0
#include "api/event_forms.hpp"
#include "api/types.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

Kind events() {
    return kind_of<api::Event>({.name = "Event",
                                .plural = "events",
                                .singular = "event",
                                .verbs = every_verb,
                                .short_names = {"ev"},
                                .create_on_update = true},
                               {});
}

Kind events_v1_events() {
    Kind kind = kind_of<api::EventsV1Event>({.group = "events.k8s.io",
                                             .name = "Event",
                                             .plural = "events",
                                             .singular = "event",
                                             .verbs = every_verb,
                                             .short_names = {"ev"},
                                             .create_on_update = true,
                                             .stored_as = "events"},
                                            {});
    kind.to_stored = [](const void* event) {
        return std::make_shared<api::Event>(api::core_event(*static_cast<const api::EventsV1Event*>(event)));
    };
    kind.from_stored = [](const void* event) {
        return std::make_shared<api::EventsV1Event>(
            api::events_v1_event(*static_cast<const api::Event*>(event)));
    };
    return kind;
}

}  // namespace hooklet::kinds
