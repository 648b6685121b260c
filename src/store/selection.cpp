// SPDX-License-Identifier: Apache-2.0
#include "store/selection.hpp"

namespace hooklet::store {

bool Selection::contains(const Object& object) const {
    return (namespace_.empty() || object.key.namespace_ == namespace_) &&
           (name.empty() || object.key.name == name) && (!predicate || predicate(object));
}

std::string_view name(EventType type) {
    switch (type) {
        case EventType::added:
            return "ADDED";
        case EventType::modified:
            return "MODIFIED";
        case EventType::deleted:
            return "DELETED";
        case EventType::bookmark:
            return "BOOKMARK";
    }
    return "BOOKMARK";
}

std::optional<WatchEvent> seen(const Change& change, const Selection& by) {
    const bool before = change.before && by.contains(*change.before);
    const bool after = change.after && by.contains(*change.after);
    if (after) {
        return WatchEvent{before ? EventType::modified : EventType::added, change.revision, change.after};
    }
    if (before) return WatchEvent{EventType::deleted, change.revision, change.removed()};
    return std::nullopt;
}

}  // namespace hooklet::store
