// SPDX-License-Identifier: Apache-2.0
#include "api/json_patch.hpp"

#include "api/json.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

using Pointer = std::vector<std::string>;

constexpr std::size_t most_copied_bytes = ParseLimits{}.bytes;
constexpr std::size_t deepest = ParseLimits{}.depth;

std::unexpected<Error> refuse(std::string text) {
    return fail(Code::invalid, std::move(text));
}

/// Where an operation works, with the text for messages.
struct Path {
    std::string text;
    Pointer steps;
};

std::string unescape_step(std::string_view step) {
    std::string out;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const char next = i + 1 < step.size() ? step[i + 1] : '\0';
        const bool escaped = step[i] == '~' && (next == '0' || next == '1');
        out += escaped ? (next == '0' ? '~' : '/') : step[i];
        if (escaped) ++i;
    }
    return out;
}

/// The path in a member of the operation: "" is the whole document.
Result<Path> read_path(const Node& operation, std::string_view op, std::string_view member) {
    const Node* node = operation.find(member);
    const std::string* text = node == nullptr ? nullptr : node->as_string();
    if (text == nullptr)
        return refuse(fmt::format("{} operation failed to decode {}: missing value", op, member));
    if (!text->empty() && text->front() != '/')
        return refuse(fmt::format("{} operation does not apply: doc is missing path: \"{}\": missing value",
                                  op, *text));
    Path path{.text = *text, .steps = {}};
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = std::min(text->find('/', at + 1), text->size());
        path.steps.push_back(unescape_step(std::string_view(*text).substr(at + 1, end - at - 1)));
        at = end;
    }
    return path;
}

/// The index that a step names in an array of `size` items; a negative one counts from the end.
std::optional<std::size_t> index_in(std::string_view step, std::size_t size) {
    const auto named = parse_number<long>(step);
    if (!named) return std::nullopt;
    const long index = *named < 0 ? *named + static_cast<long>(size) : *named;
    if (index < 0 || index >= static_cast<long>(size)) return std::nullopt;
    return static_cast<std::size_t>(index);
}

Node* child(Node& parent, const std::string& step) {
    if (parent.as_object() != nullptr) return parent.find(step);
    auto* items = parent.as<Node::Array>();
    const auto index = items == nullptr ? std::nullopt : index_in(step, items->size());
    return index ? &(*items)[*index] : nullptr;
}

std::size_t depth_of(const Node& node) {
    std::size_t inside = 0;
    if (const auto* members = node.as_object()) {
        for (const Member& member : *members) inside = std::max(inside, depth_of(member.value));
    }
    if (const auto* items = node.as_array()) {
        for (const Node& item : *items) inside = std::max(inside, depth_of(item));
    }
    return inside + 1;
}

/// The document while the operations change it.
class Patching {
  public:
    explicit Patching(Node document) : document_(std::move(document)) {}

    Status apply(const Node& operation);
    Node take() { return std::move(document_); }

  private:
    Status add(std::string_view op, const Path& path, Node value);
    Status replace(const Path& path, Node value);
    Status remove(std::string_view op, const Path& path);
    Status transfer(std::string_view op, const Node& operation, const Path& to);
    Status test(const Path& path, const Node& wanted);

    Node* find(const Pointer& steps, std::size_t count);
    /// What holds the path's last step.
    Node* parent(const Path& path) { return find(path.steps, path.steps.size() - 1); }

    Node document_;
    std::size_t copied_ = 0;
};

std::unexpected<Error> missing(std::string_view op, std::string_view what, std::string_view path) {
    return refuse(
        fmt::format("{} operation does not apply: doc is missing {}: \"{}\": missing value", op, what, path));
}

std::unexpected<Error> bad_index(std::string_view op, const Path& path) {
    return refuse(fmt::format(
        "error in {} for path: '{}': Unable to access invalid index: {}: invalid index referenced", op,
        path.text, path.steps.back()));
}

/// Keeps the document shallow enough for all that walks it.
Status check_depth(std::string_view op, const Path& path, const Node& value) {
    if (path.steps.size() + depth_of(value) <= deepest) return {};
    return refuse(fmt::format("error in {} for path: '{}': more than {} levels", op, path.text, deepest));
}

Node* Patching::find(const Pointer& steps, std::size_t count) {
    Node* node = &document_;
    for (std::size_t i = 0; i < count && node != nullptr; ++i) node = child(*node, steps[i]);
    return node;
}

Status Patching::add(std::string_view op, const Path& path, Node value) {
    if (Status fits = check_depth(op, path, value); !fits) return fits;
    if (path.steps.empty()) {
        document_ = std::move(value);
        return {};
    }
    Node* into = parent(path);
    const std::string& step = path.steps.back();
    if (into != nullptr && into->as_object() != nullptr) {
        into->set(step, std::move(value));
        return {};
    }
    auto* items = into == nullptr ? nullptr : into->as<Node::Array>();
    if (items == nullptr) return missing(op, "path", path.text);
    // An item can be put behind the last one too.
    const auto index = step == "-" ? std::optional(items->size()) : index_in(step, items->size() + 1);
    if (!index) return bad_index(op, path);
    items->insert(items->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
}

Status Patching::replace(const Path& path, Node value) {
    if (path.steps.empty()) return add("replace", path, std::move(value));
    Node* into = parent(path);
    if (into == nullptr) return missing("replace", "path", path.text);
    Node* old = child(*into, path.steps.back());
    if (old == nullptr) return missing("replace", "key", path.text);
    if (Status fits = check_depth("replace", path, value); !fits) return fits;
    *old = std::move(value);
    return {};
}

Status Patching::remove(std::string_view op, const Path& path) {
    Node* from = path.steps.empty() ? nullptr : parent(path);
    if (from == nullptr) return missing(op, "path", path.text);
    const std::string& step = path.steps.back();
    if (auto* items = from->as<Node::Array>()) {
        const auto index = index_in(step, items->size());
        if (!index) return bad_index(op, path);
        items->erase(items->begin() + static_cast<std::ptrdiff_t>(*index));
        return {};
    }
    if (!from->erase(step))
        return refuse(
            fmt::format("error in {} for path: '{}': Unable to remove nonexistent key: {}: missing value", op,
                        path.text, step));
    return {};
}

Status Patching::transfer(std::string_view op, const Node& operation, const Path& to) {
    const auto from = read_path(operation, op, "from");
    if (!from) return std::unexpected(from.error());
    Node* source = find(from->steps, from->steps.size());
    if (source == nullptr) return missing(op, "from path", from->text);
    if (op == "move") {
        const bool into_itself =
            to.steps.size() > from->steps.size() &&
            std::ranges::equal(from->steps, to.steps | std::views::take(from->steps.size()));
        if (into_itself) return missing(op, "path", to.text);
        if (to.steps == from->steps) return {};
        Node value = std::move(*source);
        if (Status removed = remove(op, *from); !removed) return removed;
        return add(op, to, std::move(value));
    }
    copied_ += write_json(*source).size();
    if (copied_ > most_copied_bytes)
        return refuse(
            fmt::format("Unable to complete the copy, the accumulated size increase of copy is {}, "
                        "exceeding the limit {}",
                        copied_, most_copied_bytes));
    return add(op, to, *source);
}

Status Patching::test(const Path& path, const Node& wanted) {
    const Node* found = find(path.steps, path.steps.size());
    // A missing value is as good as null.
    const bool same = found == nullptr ? wanted.is_null() : same_value(*found, wanted);
    if (!same) return refuse(fmt::format("testing value {} failed: test failed", path.text));
    return {};
}

Status Patching::apply(const Node& operation) {
    const Node* kind = operation.find("op");
    const std::string op = kind != nullptr && kind->as_string() ? *kind->as_string() : "unknown";
    constexpr std::string_view known[] = {"add", "copy", "move", "remove", "replace", "test"};
    if (std::ranges::find(known, op) == std::end(known))
        return refuse(fmt::format("Unexpected kind: {}", op));
    const auto path = read_path(operation, op, "path");
    if (!path) return std::unexpected(path.error());
    if (op == "remove") return remove(op, *path);
    if (op == "move" || op == "copy") return transfer(op, operation, *path);
    const Node* given = operation.find("value");
    const Node value = given == nullptr ? Node() : *given;
    if (op == "add") return add(op, *path, value);
    return op == "replace" ? replace(*path, value) : test(*path, value);
}

}  // namespace

Result<Node> apply_json_patch(Node document, const Node& patch) {
    const Node::Array* operations = patch.as_array();
    if (operations == nullptr)
        return refuse(fmt::format("error decoding patch: expected an array, found {}", patch.describe()));
    Patching patching(std::move(document));
    for (const Node& operation : *operations) {
        if (operation.as_object() == nullptr)
            return refuse(
                fmt::format("error decoding patch: expected an object, found {}", operation.describe()));
        if (Status applied = patching.apply(operation); !applied) return std::unexpected(applied.error());
    }
    return patching.take();
}

Node apply_merge_patch(Node document, const Node& patch) {
    const Node::Object* changes = patch.as_object();
    if (changes == nullptr) return patch;
    if (document.as_object() == nullptr) document = Node::object();
    std::set<std::string_view> removed;
    for (const Member& change : *changes) {
        if (change.value.is_null()) {
            removed.insert(change.key);
            continue;
        }
        const bool was_there = removed.erase(change.key) == 0;
        Node* old = was_there ? document.find(change.key) : nullptr;
        Node next = apply_merge_patch(old == nullptr ? Node() : std::move(*old), change.value);
        document.set(change.key, std::move(next));
    }
    std::erase_if(*document.as<Node::Object>(),
                  [&removed](const Member& member) { return removed.contains(member.key); });
    return document;
}

}  // namespace hooklet::api
