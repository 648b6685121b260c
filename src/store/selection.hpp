// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/history.hpp"

#include <optional>

namespace hooklet::store {

/// Which objects of one resource a list or a watch is about.
struct Selection {
    std::string resource;
    std::string namespace_;  ///< Empty: of every namespace, or of the whole cluster.
    std::string name;        ///< Empty: any.
    Predicate predicate;

    [[nodiscard]] bool contains(const Object& object) const;
};

enum class EventType { added, modified, deleted, bookmark };
std::string_view name(EventType type);  ///< `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK`

struct WatchEvent {
    EventType type = EventType::bookmark;
    Revision revision = 0;
    ObjectPtr object;  ///< Shared by all who see it. None with a bookmark.
};

/// The change as one sees it who watches the selection: an object that enters it is added, one that leaves it
/// is deleted. Empty when it is not of the selection before or after.
std::optional<WatchEvent> seen(const Change& change, const Selection& by);

}  // namespace hooklet::store
