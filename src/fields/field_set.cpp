// SPDX-License-Identifier: Apache-2.0
#include "fields/field_set.hpp"

#include "api/issue.hpp"
#include "api/json.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::fields {

namespace {

constexpr std::string_view itself = ".";

std::unexpected<Error> malformed(std::string_view name) {
    return fail(Code::invalid, fmt::format("{} is no name in FieldsV1", api::quote(name)));
}

/// The name in the one form in which names are compared.
Result<std::string> normal(const std::string& name) {
    if (name.starts_with("f:") || name.starts_with("i:")) return name;
    if (!name.starts_with("k:") && !name.starts_with("v:")) return malformed(name);
    const auto value = api::parse_json(std::string_view(name).substr(2));
    if (!value) return malformed(name);
    if (name.front() == 'v') return value_name(*value);
    if (value->as_object() == nullptr) return malformed(name);
    std::map<std::string, api::Node, std::less<>> keys;
    for (const api::Member& member : *value->as_object()) keys.insert_or_assign(member.key, member.value);
    return item_name(keys);
}

std::string shown(const api::Node& value) {
    return value.as_string() != nullptr ? api::quote(*value.as_string()) : api::write_json(value);
}

void add_paths(const FieldSet& set, const std::string& path, std::vector<std::string>& into) {
    if (set.here) into.push_back(path);
    for (const auto& [name, child] : set.below) add_paths(child, path + path_step(name), into);
}

}  // namespace

const FieldSet* FieldSet::find(std::string_view name) const {
    const auto found = below.find(name);
    return found == below.end() ? nullptr : &found->second;
}

void FieldSet::put(std::string name, FieldSet set) {
    if (!set.empty()) below.insert_or_assign(std::move(name), std::move(set));
}

FieldSet united(FieldSet a, const FieldSet& b) {
    a.here = a.here || b.here;
    for (const auto& [name, child] : b.below) a.put(name, united(std::move(a.below[name]), child));
    return a;
}

FieldSet without(FieldSet a, const FieldSet& b) {
    a.here = a.here && !b.here;
    for (const auto& [name, child] : b.below) {
        const auto mine = a.below.find(name);
        if (mine == a.below.end()) continue;
        mine->second = without(std::move(mine->second), child);
        if (mine->second.empty()) a.below.erase(mine);
    }
    return a;
}

FieldSet common(const FieldSet& a, const FieldSet& b) {
    FieldSet both{.here = a.here && b.here};
    for (const auto& [name, child] : a.below) {
        if (const FieldSet* other = b.find(name)) both.put(name, common(child, *other));
    }
    return both;
}

std::string item_name(const std::map<std::string, api::Node, std::less<>>& keys) {
    api::Node object = api::Node::object();
    for (const auto& [key, value] : keys) object.set(key, value);
    return "k:" + api::write_json(object);
}

std::string value_name(const api::Node& value) {
    return "v:" + api::write_json(value);
}

Result<FieldSet> read_fields(const api::Node& document) {
    const api::Node::Object* members = document.as_object();
    if (members == nullptr) return fail(Code::invalid, "FieldsV1 must be an object");
    FieldSet set;
    for (const api::Member& member : *members) {
        if (member.key == itself) {
            set.here = true;
            continue;
        }
        auto name = normal(member.key);
        if (!name) return std::unexpected(name.error());
        auto child = read_fields(member.value);
        if (!child) return child;
        if (child->empty()) child->here = true;
        set.put(*std::move(name), *std::move(child));
    }
    return set;
}

api::Node write_fields(const FieldSet& set) {
    api::Node document = api::Node::object();
    if (set.here && !set.below.empty()) document.set(std::string(itself), api::Node::object());
    for (const auto& [name, child] : set.below) document.set(name, write_fields(child));
    return document;
}

std::string path_step(std::string_view name) {
    const std::string_view rest = name.substr(2);
    if (name.starts_with("f:")) return fmt::format(".{}", rest);
    const auto value = api::parse_json(rest);
    if (!value || name.starts_with("i:")) return fmt::format("[{}]", rest);
    if (name.starts_with("v:")) return fmt::format("[={}]", shown(*value));
    std::vector<std::string> keys;
    for (const api::Member& key : *value->as_object())
        keys.push_back(fmt::format("{}={}", key.key, shown(key.value)));
    return fmt::format("[{}]", fmt::join(keys, ","));
}

std::vector<std::string> paths(const FieldSet& set) {
    std::vector<std::string> all;
    add_paths(set, "", all);
    return all;
}

}  // namespace hooklet::fields
