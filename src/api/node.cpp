// SPDX-License-Identifier: Apache-2.0
#include "api/node.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {
/// Below this a look at all members is faster.
constexpr std::size_t least_indexed = 16;
}  // namespace

const Member* MemberIndex::find(const std::vector<Member>& members, std::string_view key) {
    if (!places_ || places_->known > members.size()) places_ = std::make_unique<Places>();
    for (std::size_t& next = places_->known; next < members.size(); ++next)
        places_->by_key.insert_or_assign(members[next].key, next);
    const auto found = places_->by_key.find(key);
    if (found == places_->by_key.end()) return nullptr;
    assert(members[found->second].key == key);
    return &members[found->second];
}

const Member* Node::find_member(std::string_view key) const {
    const Object* members = as_object();
    if (members == nullptr) return nullptr;
    if (members->size() > least_indexed && index_.is_worthwhile()) return index_.find(*members, key);
    const auto it =
        std::find_if(members->rbegin(), members->rend(), [&](const Member& m) { return m.key == key; });
    return it == members->rend() ? nullptr : &*it;
}

const Node* Node::find(std::string_view key) const {
    const Member* member = find_member(key);
    return member == nullptr ? nullptr : &member->value;
}

Node* Node::find(std::string_view key) {
    return const_cast<Node*>(std::as_const(*this).find(key));
}

Node& Node::set(std::string key, Node value) {
    if (is_null()) value_ = Object{};
    if (Node* existing = find(key)) return *existing = std::move(value);
    auto& members = std::get<Object>(value_);
    members.push_back({std::move(key), std::move(value)});
    return members.back().value;
}

bool Node::erase(std::string_view key) {
    auto* members = as<Object>();
    return members != nullptr && std::erase_if(*members, [&](const Member& m) { return m.key == key; }) > 0;
}

Node& Node::push(Node value) {
    if (is_null()) value_ = Array{};
    return std::get<Array>(value_).emplace_back(std::move(value));
}

std::string Node::describe() const {
    if (const auto* b = as_bool()) return *b ? "boolean true" : "boolean false";
    if (const auto* i = as_int()) return fmt::format("number {}", *i);
    if (const auto* r = as<Real>()) return "number " + r->text;
    if (const auto* s = as_string()) {
        const bool whole = s->size() <= 60;
        return fmt::format("string {}", quote(whole ? *s : fmt::format("{:.57}...", *s)));
    }
    if (as_array() != nullptr) return "array";
    if (as_object() != nullptr) return "object";
    return "null";
}

bool Node::operator==(const Node& other) const {
    return value_ == other.value_;
}

namespace {

/// The members by name; of repeated ones the last.
std::map<std::string_view, const Node*> by_name(const Node::Object& members) {
    std::map<std::string_view, const Node*> names;
    for (const Member& member : members) names[member.key] = &member.value;
    return names;
}

std::optional<double> number_of(const Node& node) {
    if (const auto* i = node.as_int()) return static_cast<double>(*i);
    if (const auto* r = node.as<Real>()) return r->value;
    return std::nullopt;
}

bool same_members(const Node::Object& a, const Node::Object& b) {
    return std::ranges::equal(by_name(a), by_name(b), [](const auto& x, const auto& y) {
        return x.first == y.first && same_value(*x.second, *y.second);
    });
}

}  // namespace

bool same_value(const Node& a, const Node& b) {
    if (a.as_object() && b.as_object()) return same_members(*a.as_object(), *b.as_object());
    if (a.as_array() && b.as_array()) return std::ranges::equal(*a.as_array(), *b.as_array(), same_value);
    if (a.as_int() && b.as_int()) return *a.as_int() == *b.as_int();
    const auto number = number_of(a);
    return number ? number == number_of(b) : a == b;
}

std::string go_text(const Node& node) {
    if (node.is_null()) return "<nil>";
    if (const auto* b = node.as_bool()) return *b ? "true" : "false";
    if (const auto* i = node.as_int()) return std::to_string(*i);
    if (const auto* r = node.as<Real>()) return fmt::format("{}", r->value);
    if (const auto* s = node.as_string()) return *s;
    std::vector<std::string> parts;
    if (const auto* items = node.as_array()) {
        std::ranges::transform(*items, std::back_inserter(parts), go_text);
        return fmt::format("[{}]", fmt::join(parts, " "));
    }
    for (const auto& [key, value] : by_name(*node.as_object()))
        parts.push_back(fmt::format("{}:{}", key, go_text(*value)));
    return fmt::format("map[{}]", fmt::join(parts, " "));
}

namespace {

/// Takes the next step off a field path: a name, or what stands in brackets.
std::string_view next_step(std::string_view& path) {
    if (path.starts_with('.')) path.remove_prefix(1);
    const bool bracket = path.starts_with('[');
    if (bracket) path.remove_prefix(1);
    const std::size_t end = std::min(path.find_first_of(bracket ? "]" : ".["), path.size());
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(std::min(bracket ? end + 1 : end, path.size()));
    return step;
}

/// The way from the root to a value; made a text only where there is something to say.
struct Step {
    const Step* parent = nullptr;
    std::string_view key{};
    std::size_t index = 0;
    bool in_array = false;

    [[nodiscard]] std::string path() const {
        const std::string before = parent == nullptr ? "" : parent->path();
        if (in_array) return fmt::format("{}[{}]", before, index);
        return before.empty() ? std::string(key) : fmt::format("{}.{}", before, key);
    }
};

void collect_duplicates(const Node& node, const Step* parent, Issues& issues) {
    if (const auto* items = node.as_array()) {
        for (std::size_t i = 0; i < items->size(); ++i) {
            const Step step{.parent = parent, .index = i, .in_array = true};
            collect_duplicates((*items)[i], &step, issues);
        }
    }
    const auto* members = node.as_object();
    if (members == nullptr) return;
    std::map<std::string_view, int> first_lines;
    for (const Member& member : *members) {
        const Step step{.parent = parent, .key = member.key};
        const auto [first, inserted] = first_lines.emplace(member.key, member.line);
        if (!inserted) {
            std::string message = fmt::format("key {} already set in map", quote(member.key));
            if (first->second > 0) message += fmt::format(" (line {})", first->second);
            issues.push_back({.line = member.line,
                              .path = step.path(),
                              .message = message,
                              .reason = Reason::duplicate_key});
        }
        collect_duplicates(member.value, &step, issues);
    }
}

}  // namespace

int line_of(const Node& root, std::string_view path) {
    int line = root.line;
    const Node* node = &root;
    while (!path.empty()) {
        const std::string_view step = next_step(path);
        if (node->as_object() != nullptr) {
            const Member* member = node->find_member(step);
            if (member == nullptr) break;
            line = member->line;
            node = &member->value;
        } else if (const auto* items = node->as_array()) {
            const auto index = parse_number<std::size_t>(step);
            if (!index || *index >= items->size()) break;
            node = &(*items)[*index];
            line = node->line;
        } else {
            break;
        }
    }
    return line;
}

Issues duplicate_keys(const Node& root) {
    Issues issues;
    collect_duplicates(root, nullptr, issues);
    return issues;
}

}  // namespace hooklet::api
