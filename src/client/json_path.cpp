// SPDX-License-Identifier: Apache-2.0
#include "client/json_path.hpp"

#include "api/issue.hpp"
#include "client/document.hpp"
#include "client/json_path_reader.hpp"

#include <algorithm>
#include <compare>
#include <span>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

/// The types' names in kubectl's messages.
std::string_view go_type(const Node& node) {
    if (node.is_null()) return "<nil>";
    if (node.as_bool() != nullptr) return "bool";
    if (node.as_int() != nullptr) return "int64";
    if (node.as<api::Real>() != nullptr) return "float64";
    if (node.as_string() != nullptr) return "string";
    return node.as_array() != nullptr ? "[]interface {}" : "map[string]interface {}";
}

/// Only values of the same plain type have an order.
Result<std::partial_ordering> order_of(const Node& a, const Node& b) {
    for (const Node* node : {&a, &b}) {
        if (node->is_null() || node->as_array() != nullptr || node->as_object() != nullptr)
            return fail(Code::invalid, "invalid type for comparison");
    }
    if (a.as_bool() != nullptr && b.as_bool() != nullptr) return *a.as_bool() <=> *b.as_bool();
    if (a.as_int() != nullptr && b.as_int() != nullptr) return *a.as_int() <=> *b.as_int();
    if (a.as_string() != nullptr && b.as_string() != nullptr) return *a.as_string() <=> *b.as_string();
    const auto *left = a.as<api::Real>(), *right = b.as<api::Real>();
    if (left != nullptr && right != nullptr) return left->value <=> right->value;
    return fail(Code::invalid, "incompatible types for comparison");
}

Result<bool> compare(const std::string& operation, const Node& a, const Node& b) {
    const auto order = order_of(a, b);
    if (!order) return std::unexpected(order.error());
    if (operation == "==") return *order == 0;
    if (operation == "!=") return *order != 0;
    if (a.as_bool() != nullptr) return fail(Code::invalid, "invalid type for comparison");
    if (operation == "<") return *order < 0;
    if (operation == "<=") return *order <= 0;
    return operation == ">" ? *order > 0 : *order >= 0;
}

/// Whether the item goes through the filter. Where one side of a comparison is missing, it does not.
Result<bool> passes(const PathStep& filter, const Node& item) {
    const auto left = follow(filter.paths.front(), item);
    if (filter.name.empty()) return left && !left->empty();
    if (!left) return std::unexpected(left.error());
    if (left->empty()) return false;
    const auto right = follow(filter.paths.back(), item);
    if (!right) return std::unexpected(right.error());
    if (right->empty()) return false;
    if (left->size() > 1 || right->size() > 1)
        return fail(Code::invalid, "can only compare one element at a time");
    return compare(filter.name, *left->front(), *right->front());
}

Status take_matching(const PathStep& filter, const Node& node, Found& found) {
    const Node::Array* array = node.as_array();
    if (array == nullptr)
        return fail(Code::invalid,
                    fmt::format("{} is not array or slice and cannot be filtered", go_type(node)));
    for (const Node& item : *array) {
        const auto passed = passes(filter, item);
        if (!passed) return std::unexpected(passed.error());
        if (*passed) found.push_back(&item);
    }
    return {};
}

std::unexpected<Error> out_of_bounds(std::int64_t index, std::int64_t size) {
    return fail(Code::invalid, fmt::format("array index out of bounds: index {}, length {}", index, size));
}

Status take_slice(const Slice& slice, const Node& node, Found& found) {
    if (node.is_null()) return {};
    const Node::Array* array = node.as_array();
    if (array == nullptr) return fail(Code::invalid, fmt::format("{} is not array or slice", go_type(node)));
    const auto size = static_cast<std::int64_t>(array->size());
    std::int64_t first = slice.first.value_or(0);
    if (first < 0) first += size;
    std::int64_t last = slice.last.value_or(size);
    if (last < 0) last += size;
    if (!slice.single && last == first) return {};
    if (first < 0 || first >= size) return out_of_bounds(first, size);
    if (slice.single) last = first + 1;
    if (last < 0 || last > size) return out_of_bounds(last - 1, size);
    if (first > last)
        return fail(Code::invalid,
                    fmt::format("starting index {} is greater than ending index {}", first, last));
    const std::int64_t step = slice.step.value_or(1);
    if (step <= 0) return fail(Code::invalid, "step must be > 0");
    const std::span items = std::span(*array).subspan(static_cast<std::size_t>(first));
    for (std::int64_t i = 0; i < last - first; i += std::min(step, size))
        found.push_back(&items[static_cast<std::size_t>(i)]);
    return {};
}

void take_children(const Node& node, Found& found) {
    if (const Node::Array* items = node.as_array()) {
        for (const Node& item : *items) found.push_back(&item);
    }
    if (const Node::Object* members = node.as_object()) {
        for (const api::Member& member : *members) found.push_back(&member.value);
    }
}

/// The value and all that is in it, without what has nothing in it: numbers, empty texts.
void take_tree(const Node& node, Found& found) {
    Found children;
    take_children(node, children);
    const bool text = node.as_string() != nullptr && !node.as_string()->empty();
    if (text || !children.empty()) found.push_back(&node);
    for (const Node* child : children) take_tree(*child, found);
}

Result<Found> walk(const Path& path, Found found);

Status take_path(const Path& path, Found from, Found& found) {
    const auto some = walk(path, std::move(from));
    if (!some) return std::unexpected(some.error());
    found.insert(found.end(), some->begin(), some->end());
    return {};
}

Status take_one(const PathStep& step, const Node& node, Found& found) {
    switch (step.kind) {
        case PathStep::Kind::member:
        case PathStep::Kind::key:
            if (const Node* member = node.find(step.name)) {
                found.push_back(member);
            } else if (!step.paths.empty()) {
                return take_path(step.paths.front(), {&node}, found);
            }
            return {};
        case PathStep::Kind::slice:
            return take_slice(step.slice, node, found);
        case PathStep::Kind::all:
            take_children(node, found);
            return {};
        case PathStep::Kind::descent:
            take_tree(node, found);
            return {};
        case PathStep::Kind::filter:
            return take_matching(step, node, found);
        default:
            return {};
    }
}

/// All that one step leads to from these values.
Status take_all(const PathStep& step, const Found& from, Found& found) {
    if (step.kind == PathStep::Kind::literal) {
        found.push_back(&step.value);
        return {};
    }
    if (step.kind == PathStep::Kind::choice) {
        for (const Path& path : step.paths) {
            if (Status taken = take_path(path, from, found); !taken) return taken;
        }
        return {};
    }
    for (const Node* node : from) {
        if (Status taken = take_one(step, *node, found); !taken) return taken;
    }
    return {};
}

Result<Found> walk(const Path& path, Found found) {
    for (const PathStep& step : path) {
        Found next;
        if (const Status taken = take_all(step, found, next); !taken) return std::unexpected(taken.error());
        found = std::move(next);
    }
    return found;
}

/// Where the range that begins at `from` has its end; the number of actions when it has none.
std::size_t end_of_range(std::span<const TemplateAction> actions, std::size_t from) {
    std::size_t open = 0;
    for (std::size_t i = from; i < actions.size(); ++i) {
        if (actions[i].kind == TemplateAction::Kind::range) ++open;
        if (actions[i].kind == TemplateAction::Kind::end && --open == 0) return i;
    }
    return actions.size();
}

std::string joined(const Found& found) {
    std::string out;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (i > 0) out += ' ';
        out += found[i]->is_null() ? "null" : shown(*found[i]);
    }
    return out;
}

Result<std::string> fill_actions(std::span<const TemplateAction> actions, const Node& document) {
    std::string out;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        if (actions[i].kind == TemplateAction::Kind::end)
            return fail(Code::invalid, "not in range, nothing to end");
        const auto found = follow(actions[i].path, document);
        if (!found) return std::unexpected(found.error());
        if (actions[i].kind == TemplateAction::Kind::path) {
            out += joined(*found);
            continue;
        }
        const std::size_t end = end_of_range(actions, i);
        for (const Node* node : *found) {
            const auto body = fill_actions(actions.subspan(i + 1, end - i - 1), *node);
            if (!body) return body;
            out += *body;
        }
        i = end;
    }
    return out;
}

}  // namespace

Result<Found> follow(const Path& path, const api::Node& document) {
    return walk(path, {&document});
}

Result<std::string> fill_in(std::string_view text, const api::Node& document) {
    if (text.empty()) return fail(Code::invalid, "error: template format specified but no template given");
    const auto actions = parse_template(text);
    if (!actions)
        return fail(actions.error().code,
                    fmt::format("error: error parsing jsonpath {}, {}", text, actions.error().message));
    auto filled = fill_actions(*actions, document);
    if (!filled)
        return fail(filled.error().code,
                    fmt::format("error: error executing jsonpath {}: Error executing template: {}",
                                api::quote(text), filled.error().message));
    return filled;
}

}  // namespace hooklet::client
