// SPDX-License-Identifier: Apache-2.0
#include "api/strategic_patch.hpp"

#include "api/json.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view directive = "$patch";
constexpr std::string_view retain_keys = "$retainKeys";
constexpr std::string_view element_order = "$setElementOrder/";
constexpr std::string_view delete_from_list = "$deleteFromPrimitiveList/";

/// What is known of an object: its type, or that it is a map to objects of that type. No type: nothing.
struct Schema {
    const TypeDescriptor* type = nullptr;
    bool map = false;

    [[nodiscard]] const FieldDescriptor* field(std::string_view name) const {
        return type == nullptr || map ? nullptr : find_field(*type, name);
    }
    /// Of the object, or of the items of the list, in that member.
    [[nodiscard]] Schema member(std::string_view name) const {
        if (map) return {type, false};
        const FieldDescriptor* known = field(name);
        return known == nullptr ? Schema{} : Schema{known->type, known->shape == Shape::map};
    }
};

std::unexpected<Error> bad_type(const Node& value, const Node& object) {
    return fail(Code::internal,
                fmt::format("unknown patch type: {} in map: {}", go_text(value), go_text(object)));
}

std::unexpected<Error> bad_element_order() {
    return fail(Code::invalid, "invalid patch format of setElementOrder list");
}

bool is_directive(std::string_view key) {
    return key == directive || key == retain_keys || key.starts_with(element_order) ||
           key.starts_with(delete_from_list);
}

bool has_directive(const Node& item) {
    return item.find(directive) != nullptr;
}

/// What a value becomes where the document has none: nulls and objects with `$patch` are left out.
std::optional<Node> as_new(const Node& value) {
    if (has_directive(value)) return std::nullopt;
    if (const auto* items = value.as_array()) {
        Node list = Node::array();
        for (const Node& item : *items) {
            if (auto kept = as_new(item)) list.push(*std::move(kept));
        }
        return list;
    }
    const auto* members = value.as_object();
    if (members == nullptr) return value;
    Node object = Node::object();
    for (const Member& member : *members) {
        if (member.value.is_null() || is_directive(member.key)) continue;
        if (auto kept = as_new(member.value)) object.set(member.key, *std::move(kept));
    }
    return object;
}

/// What tells the items of a list apart, as JSON: the item itself, or its merge key.
Result<std::string> identity(const Node& item, std::string_view key) {
    if (item.as_array() != nullptr) return fail(Code::invalid, "lists of lists are not supported");
    if (key.empty()) return write_json(item);
    const Node* value = item.find(key);
    if (value == nullptr) {
        return fail(Code::internal,
                    fmt::format("map: {} does not contain declared merge key: {}", go_text(item), key));
    }
    return write_json(*value);
}

/// Where each identity is first found in a list.
using Positions = std::map<std::string, std::size_t, std::less<>>;

Result<Positions> positions(const Node::Array& items, std::string_view key) {
    Positions found;
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto id = identity(items[i], key);
        if (!id) return std::unexpected(id.error());
        found.try_emplace(*std::move(id), i);
    }
    return found;
}

/// An item of a merged list with its places in the list that gives the order and in the document's.
struct Placed {
    std::size_t item = 0;
    std::optional<std::size_t> wanted;
    std::optional<std::size_t> old;
};

std::optional<std::size_t> position(const Positions& all, const std::string& id) {
    const auto it = all.find(id);
    return it == all.end() ? std::nullopt : std::optional(it->second);
}

/// Puts `items` in order: those in `order` as they stand there, the others as in the document, and one of the
/// others before one of `order` only when it stood before it in the document.
Result<Node> arranged(Node::Array items, const Node::Array& order, const Positions& old,
                      std::string_view key) {
    const auto wanted = positions(order, key);
    if (!wanted) return std::unexpected(wanted.error());
    std::vector<Placed> ordered;
    std::vector<Placed> others;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto id = identity(items[i], key);
        if (!id) return std::unexpected(id.error());
        const Placed placed{.item = i, .wanted = position(*wanted, *id), .old = position(old, *id)};
        (placed.wanted ? ordered : others).push_back(placed);
    }
    std::ranges::stable_sort(ordered, {}, &Placed::wanted);
    std::ranges::stable_sort(others, {}, &Placed::old);
    Node result = Node::array();
    for (auto o = ordered.begin(), s = others.begin(); o != ordered.end() || s != others.end();) {
        const bool other = o == ordered.end() || (s != others.end() && s->old && o->old && *s->old < *o->old);
        result.push(std::move(items[other ? (s++)->item : (o++)->item]));
    }
    return result;
}

Result<Node> merge_object(Node original, const Node& patch, Schema schema);

Result<Node> merge_scalars(Node::Array original, const Node::Array& patch) {
    const auto old = positions(original, "");
    if (!old) return std::unexpected(old.error());
    original.insert(original.end(), patch.begin(), patch.end());
    const auto first = positions(original, "");
    if (!first) return std::unexpected(first.error());
    Node::Array merged;
    for (std::size_t i = 0; i < original.size(); ++i) {
        if (first->at(write_json(original[i])) == i) merged.push_back(original[i]);
    }
    return arranged(std::move(merged), patch, *old, "");
}

/// Does what the items with `$patch` say; whether they say that the list is to be replaced.
Result<bool> apply_directives(Node::Array& original, const Node::Array& patch, std::string_view key) {
    bool replace = false;
    std::set<std::string> gone;
    for (const Node& item : patch) {
        const Node* what = item.find(directive);
        if (what == nullptr) continue;
        const std::string* name = what->as_string();
        if (name == nullptr || (*name != "delete" && *name != "replace")) return bad_type(*what, item);
        replace = replace || *name == "replace";
        if (*name == "replace") continue;
        const auto id = identity(item, key);
        if (!id) return std::unexpected(id.error());
        gone.insert(*id);
    }
    std::erase_if(original, [&](const Node& old) {
        const auto id = identity(old, key);
        return id && gone.contains(*id);
    });
    return replace;
}

Result<Node> merge_objects(Node::Array original, const Node::Array& patch, Schema items,
                           std::string_view key) {
    const auto replace = apply_directives(original, patch, key);
    if (!replace) return std::unexpected(replace.error());
    Node::Array changes;
    std::ranges::remove_copy_if(patch, std::back_inserter(changes), has_directive);
    if (*replace) return Node(std::move(changes));
    const auto old = positions(original, key);
    if (!old) return std::unexpected(old.error());
    Positions places = *old;
    for (const Node& change : changes) {
        auto id = identity(change, key);
        if (!id) return std::unexpected(id.error());
        const auto [place, added] = places.try_emplace(*std::move(id), original.size());
        if (added) {
            original.push_back(as_new(change).value_or(Node()));
            continue;
        }
        Node& target = original[place->second];
        auto merged = merge_object(std::move(target), change, items);
        if (!merged) return merged;
        target = *std::move(merged);
    }
    return arranged(std::move(original), changes, *old, key);
}

Result<Node> merge_list(Node::Array original, const Node::Array& patch, Schema items, std::string_view key) {
    if (key.empty()) return merge_scalars(std::move(original), patch);
    return merge_objects(std::move(original), patch, items, key);
}

/// Checks that the items of the patch that stay are in `order`, one after the other.
Status check_order(const Node::Array& patch, const Node::Array& order, std::string_view key) {
    auto from = order.begin();
    for (const Node& item : patch) {
        if (has_directive(item)) continue;
        const auto id = identity(item, key);
        if (!id) return std::unexpected(id.error());
        from = std::find_if(from, order.end(), [&](const Node& other) {
            const auto wanted = identity(other, key);
            return wanted && *wanted == *id;
        });
        if (from == order.end()) {
            return fail(Code::internal,
                        fmt::format("The order in patch list:\n{}\n doesn't match {} list:\n{}\n",
                                    go_text(Node(patch)), element_order.substr(0, element_order.size() - 1),
                                    go_text(Node(order))));
        }
        ++from;
    }
    return {};
}

/// Merges the list `name` and puts it in the order that the patch asks for.
Status merge_in_order(Node& original, const Node& patch, std::string_view name, const Node& wanted,
                      Schema schema) {
    const FieldDescriptor* field = schema.field(name);
    const std::string_view key = field == nullptr ? std::string_view{} : field->merge_key;
    const Node* change = patch.find(name);
    Node* old = original.find(name);
    if (change == nullptr && old == nullptr) return {};
    const Node::Array* order = wanted.as_array();
    const Node::Array* changes = change == nullptr ? nullptr : change->as_array();
    Node::Array* items = old == nullptr ? nullptr : old->as<Node::Array>();
    const bool lists =
        order != nullptr && (changes != nullptr || change == nullptr) && (items != nullptr || old == nullptr);
    if (!lists) return bad_element_order();
    if (changes != nullptr) {
        if (Status fits = check_order(*changes, *order, key); !fits) return fits;
    }
    const auto before = positions(items == nullptr ? Node::Array{} : *items, key);
    if (!before) return std::unexpected(before.error());
    Result<Node> merged = changes == nullptr ? Result<Node>(std::move(*old))
                          : items == nullptr
                              ? Result<Node>(as_new(*change).value_or(Node::array()))
                              : merge_list(std::move(*items), *changes, schema.member(name), key);
    if (!merged) return std::unexpected(merged.error());
    merged = arranged(std::move(*merged->as<Node::Array>()), *order, *before, key);
    if (!merged) return std::unexpected(merged.error());
    original.set(std::string(name), *std::move(merged));
    return {};
}

/// Removes what `$retainKeys` does not name.
Status retain(Node& original, const Node& patch) {
    const Node* wanted = patch.find(retain_keys);
    if (wanted == nullptr) return {};
    const auto named = [&](std::string_view key) {
        return std::ranges::any_of(*wanted->as_array(), [&](const Node& name) { return name == Node(key); });
    };
    const auto fits = [&](const Member& change) {
        return change.value.is_null() || is_directive(change.key) || named(change.key);
    };
    if (wanted->as_array() == nullptr || !std::ranges::all_of(*patch.as_object(), fits))
        return fail(Code::invalid, "invalid patch format of retainKeys");
    std::erase_if(*original.as<Node::Object>(), [&](const Member& member) { return !named(member.key); });
    return {};
}

Status delete_values(Node& original, std::string_view name, const Node& values) {
    if (values.as_array() == nullptr) return fail(Code::invalid, "invalid patch format of primitive list");
    const auto gone = positions(*values.as_array(), "");
    if (!gone) return std::unexpected(gone.error());
    Node* list = original.find(name);
    if (auto* items = list == nullptr ? nullptr : list->as<Node::Array>())
        std::erase_if(*items, [&](const Node& item) { return gone->contains(write_json(item)); });
    return {};
}

bool removes(const Member& change) {
    return change.value.is_null() && !change.key.starts_with(delete_from_list);
}

/// All at once: one after the other would go through a large object for each.
void remove_members(Node& original, const Node::Object& changes) {
    std::set<std::string_view> removed;
    for (const Member& change : changes) {
        if (removes(change)) removed.insert(change.key);
    }
    if (removed.empty()) return;
    std::erase_if(*original.as<Node::Object>(),
                  [&removed](const Member& member) { return removed.contains(member.key); });
}

Status merge_member(Node& original, const Member& change, Schema schema) {
    const std::string_view key = change.key;
    if (key.starts_with(delete_from_list))
        return delete_values(original, key.substr(delete_from_list.size()), change.value);
    Node* old = original.find(key);
    const FieldDescriptor* field = schema.field(key);
    Result<Node> merged;
    if (old != nullptr && old->as_object() && change.value.as_object()) {
        merged = merge_object(std::move(*old), change.value, schema.member(key));
    } else if (old != nullptr && old->as_array() && change.value.as_array() && field != nullptr &&
               field->merge) {
        merged = merge_list(std::move(*old->as<Node::Array>()), *change.value.as_array(), schema.member(key),
                            field->merge_key);
    } else if (old != nullptr && old->as_array() && change.value.as_array()) {
        merged = change.value;
    } else {
        auto next = as_new(change.value);
        if (!next) return original.erase(key), Status{};
        merged = *std::move(next);
    }
    if (!merged) return std::unexpected(merged.error());
    original.set(change.key, *std::move(merged));
    return {};
}

Result<Node> merge_object(Node original, const Node& patch, Schema schema) {
    if (const Node* what = patch.find(directive)) {
        if (*what == Node("delete")) return Node::object();
        if (*what != Node("replace")) return bad_type(*what, patch);
        Node next = patch;
        next.erase(directive);
        return next;
    }
    if (Status kept = retain(original, patch); !kept) return std::unexpected(kept.error());
    const Node::Object& changes = *patch.as_object();
    for (const Member& change : changes) {
        if (!change.key.starts_with(element_order)) continue;
        const std::string_view name = std::string_view(change.key).substr(element_order.size());
        if (Status done = merge_in_order(original, patch, name, change.value, schema); !done)
            return std::unexpected(done.error());
    }
    remove_members(original, changes);
    for (const Member& change : changes) {
        const bool done = removes(change) || change.key == retain_keys ||
                          change.key.starts_with(element_order) ||
                          patch.find(std::string(element_order) + change.key) != nullptr;
        if (done) continue;
        if (Status merged = merge_member(original, change, schema); !merged)
            return std::unexpected(merged.error());
    }
    return original;
}

}  // namespace

Result<Node> apply_strategic_patch(const TypeDescriptor& type, Node document, const Node& patch) {
    if (patch.is_null()) return document;
    if (patch.as_object() == nullptr) {
        return fail(
            Code::invalid,
            fmt::format("json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                        patch.as_array() ? "array" : patch.describe().substr(0, patch.describe().find(' '))));
    }
    return merge_object(std::move(document), patch, {.type = &type, .map = false});
}

}  // namespace hooklet::api
