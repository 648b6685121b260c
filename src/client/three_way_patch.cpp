// SPDX-License-Identifier: Apache-2.0
#include "client/three_way_patch.hpp"

#include "api/json.hpp"
#include "client/document.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::FieldDescriptor;
using api::Node;
using api::TypeDescriptor;

const Node& member(const Node& object, std::string_view key) {
    static const Node nothing;
    const Node* found = object.find(key);
    return found == nullptr ? nothing : *found;
}

const Node* with_key(const Node& list, const std::string& merge_key, const Node& value) {
    for (const Node& item : items(list, "")) {
        if (member(item, merge_key) == value) return &item;
    }
    return nullptr;
}

bool contains(const Node& list, const Node& value) {
    const Node::Array& all = items(list, "");
    return std::ranges::find(all, value) != all.end();
}

/// Of lists whose items have a key. Null: nothing changes.
Node list_patch(const FieldDescriptor& field, const Node& before, const Node& wanted, const Node& current) {
    const std::string merge_key(field.merge_key);
    Node patch;
    for (const Node& item : items(wanted, "")) {
        const Node& key = member(item, merge_key);
        const Node* there = with_key(current, merge_key, key);
        if (there == nullptr) {
            patch.push(item);
            continue;
        }
        const Node* earlier = with_key(before, merge_key, key);
        Node change = three_way_patch(field.type, earlier == nullptr ? Node() : *earlier, item, *there);
        if (change.as_object()->empty()) continue;
        change.set(merge_key, key);
        patch.push(std::move(change));
    }
    for (const Node& item : items(before, "")) {
        const Node& key = member(item, merge_key);
        if (with_key(wanted, merge_key, key) != nullptr || with_key(current, merge_key, key) == nullptr)
            continue;
        Node removal;
        removal.set("$patch", Node("delete"));
        removal.set(merge_key, key);
        patch.push(std::move(removal));
    }
    return patch;
}

/// Of lists of scalars that are sets.
void set_patch(const std::string& name, const Node& before, const Node& wanted, const Node& current,
               Node& patch) {
    Node added;
    Node removed;
    for (const Node& item : items(wanted, "")) {
        if (!contains(current, item)) added.push(item);
    }
    for (const Node& item : items(before, "")) {
        if (!contains(wanted, item) && contains(current, item)) removed.push(item);
    }
    if (!added.is_null()) patch.set(name, std::move(added));
    if (!removed.is_null()) patch.set("$deleteFromPrimitiveList/" + name, std::move(removed));
}

/// What one member of `wanted` adds to the patch.
void add_member(const FieldDescriptor* field, const std::string& name, const Node& before, const Node& wanted,
                const Node& current, Node& patch) {
    const bool joined = field != nullptr && field->merge && wanted.as_array() != nullptr;
    if (joined && field->merge_key.empty()) return set_patch(name, before, wanted, current, patch);
    if (joined && current.as_array() != nullptr) {
        Node change = list_patch(*field, before, wanted, current);
        if (!change.is_null()) patch.set(name, std::move(change));
    } else if (wanted.as_object() != nullptr && current.as_object() != nullptr) {
        const bool is_struct = field != nullptr && field->shape != api::Shape::map;
        Node change = three_way_patch(is_struct ? field->type : nullptr, before, wanted, current);
        if (!change.as_object()->empty()) patch.set(name, std::move(change));
    } else if (!api::same_value(wanted, current)) {
        patch.set(name, wanted);
    }
}

Node with_sorted_keys(const Node& node) {
    if (const Node::Array* array = node.as_array()) {
        Node::Array sorted;
        for (const Node& item : *array) sorted.push_back(with_sorted_keys(item));
        return Node(std::move(sorted));
    }
    if (node.as_object() == nullptr) return node;
    Node::Object members = *node.as_object();
    std::ranges::sort(members, {}, &api::Member::key);
    for (api::Member& one : members) one.value = with_sorted_keys(one.value);
    return Node(std::move(members));
}

}  // namespace

std::string json_of_kubectl(const Node& document) {
    std::string text;
    for (const char c : api::write_json(with_sorted_keys(document))) {
        const bool markup = c == '<' || c == '>' || c == '&';
        text += markup ? fmt::format("\\u{:04x}", static_cast<unsigned>(c)) : std::string(1, c);
    }
    return text;
}

api::Node three_way_patch(const TypeDescriptor* type, const Node& before, const Node& wanted,
                          const Node& current) {
    Node patch = Node::object();
    if (const Node::Object* members = wanted.as_object()) {
        for (const api::Member& one : *members) {
            const FieldDescriptor* field = type == nullptr ? nullptr : api::find_field(*type, one.key);
            add_member(field, one.key, member(before, one.key), one.value, member(current, one.key), patch);
        }
    }
    if (const Node::Object* members = before.as_object()) {
        for (const api::Member& one : *members) {
            if (wanted.find(one.key) == nullptr && current.find(one.key) != nullptr)
                patch.set(one.key, Node());
        }
    }
    return patch;
}

api::Node with_last_applied(const Node& document) {
    Node annotated = document;
    if (annotated.find("metadata") == nullptr) annotated.set("metadata", Node::object());
    Node& metadata = *annotated.find("metadata");
    if (metadata.find("annotations") == nullptr) metadata.set("annotations", Node::object());
    metadata.find("annotations")->erase(last_applied);
    metadata.find("annotations")->set(last_applied, Node(json_of_kubectl(annotated) + "\n"));
    return annotated;
}

api::Node last_applied_of(const Node& object) {
    const Node* annotations = find(object, "metadata.annotations");
    const Node* text = annotations == nullptr ? nullptr : annotations->find(last_applied);
    if (text == nullptr || text->as_string() == nullptr) return {};
    auto document = api::parse_json(*text->as_string());
    return document ? *std::move(document) : Node();
}

}  // namespace hooklet::client
