// SPDX-License-Identifier: Apache-2.0
#include "fields/comparison.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hooklet::fields {

namespace {

void put(Comparison& into, const std::string& name, Comparison child) {
    into.removed.put(name, std::move(child.removed));
    into.modified.put(name, std::move(child.modified));
    into.added.put(name, std::move(child.added));
}

bool is_empty(const api::Node& value) {
    return value.is_null() || (value.as_object() != nullptr && value.as_object()->empty());
}

const api::Node* member_of(const api::Node* object, std::string_view key) {
    return object == nullptr ? nullptr : object->find(key);
}

void add_keys(const api::Node* object, std::set<std::string>& keys) {
    if (object == nullptr) return;
    for (const api::Member& member : *object->as_object()) keys.insert(member.key);
}

using Items = std::map<std::string, std::vector<const api::Node*>>;

Items items_of(const Place& place, const api::Node* list) {
    Items items;
    if (list == nullptr) return items;
    for (const api::Node& item : *list->as_array()) items[place.name_of(item)].push_back(&item);
    return items;
}

bool same(const std::vector<const api::Node*>& a, const std::vector<const api::Node*>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!api::same_value(*a[i], *b[i])) return false;
    }
    return true;
}

Comparison compare_items(const Place& item, const std::vector<const api::Node*>& before,
                         const std::vector<const api::Node*>& now) {
    if (before.size() <= 1 && now.size() <= 1) {
        return compare(item, before.empty() ? nullptr : before.front(), now.empty() ? nullptr : now.front());
    }
    Comparison found;
    found.added.here = before.empty();
    found.removed.here = now.empty();
    found.modified.here = !before.empty() && !now.empty() && !same(before, now);
    return found;
}

Comparison compare_lists(const Place& place, const api::Node* before, const api::Node* now) {
    Comparison found;
    const Items old_items = items_of(place, before);
    const Items new_items = items_of(place, now);
    for (const auto& [name, items] : old_items) {
        const auto other = new_items.find(name);
        put(found, name,
            compare_items(place.item(), items,
                          other == new_items.end() ? Items::mapped_type{} : other->second));
    }
    for (const auto& [name, items] : new_items) {
        if (!old_items.contains(name)) put(found, name, compare_items(place.item(), {}, items));
    }
    return found;
}

Comparison compare_objects(const Place& place, const api::Node* before, const api::Node* now) {
    Comparison found;
    std::set<std::string> keys;
    add_keys(before, keys);
    add_keys(now, keys);
    for (const std::string& key : keys)
        put(found, member_name(key), compare(place.member(key), member_of(before, key), member_of(now, key)));
    return found;
}

}  // namespace

FieldSet fields_of(const Place& place, const api::Node& document) {
    FieldSet set;
    const Place::Form form = place.form(&document);
    if (form == Place::Form::leaf) set.here = true;
    if (form == Place::Form::items) {
        for (const api::Node& item : *document.as_array()) {
            FieldSet child = fields_of(place.item(), item);
            child.here = true;
            set.put(place.name_of(item), std::move(child));
        }
    }
    if (form == Place::Form::members) {
        for (const api::Member& member : *document.as_object()) {
            FieldSet child = fields_of(place.member(member.key), member.value);
            child.here = child.here || is_empty(member.value) || !place.names_members();
            set.put(member_name(member.key), std::move(child));
        }
    }
    return set;
}

Comparison compare(const Place& place, const api::Node* before, const api::Node* now) {
    // Most of two versions of an object is the same.
    if (before != nullptr && now != nullptr && *before == *now) return {};
    const Place::Form form = before == nullptr                                         ? place.form(now)
                             : now == nullptr || place.form(now) == place.form(before) ? place.form(before)
                                                                                       : Place::Form::leaf;
    Comparison found;
    if (form == Place::Form::leaf) {
        found.modified.here = before != nullptr && now != nullptr && !api::same_value(*before, *now);
    } else if (form == Place::Form::items) {
        found = compare_lists(place, before, now);
    } else {
        found = compare_objects(place, before, now);
    }
    found.added.here = before == nullptr;
    found.removed.here = now == nullptr;
    return found;
}

}  // namespace hooklet::fields
