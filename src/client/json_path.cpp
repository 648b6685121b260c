// SPDX-License-Identifier: Apache-2.0
#include "client/json_path.hpp"

#include "client/document.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

using api::Node;

/// Reads the steps of one path from the front of a text.
class PathReader {
  public:
    explicit PathReader(std::string_view text) : rest_(text) {}

    Result<Path> read() {
        Path path;
        if (rest_.starts_with('$') || rest_.starts_with('@')) rest_.remove_prefix(1);
        while (!rest_.empty()) {
            const bool member = rest_.starts_with('.');
            if (!member && !rest_.starts_with('[')) {
                if (!path.empty()) return broken();
                path.push_back({.name = word()});
                continue;
            }
            rest_.remove_prefix(1);
            if (member && (rest_.empty() || rest_.starts_with('['))) continue;
            auto step = member ? Result<PathStep>(member_step()) : bracket_step();
            if (!step) return std::unexpected(step.error());
            path.push_back(*std::move(step));
        }
        return path;
    }

  private:
    std::unexpected<Error> broken() const {
        return fail(Code::invalid, fmt::format("error: this path cannot be read at \"{}\"", rest_));
    }
    std::string word() {
        std::string name;
        while (!rest_.empty() && !std::string_view(".[").contains(rest_.front())) {
            if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
            name += rest_.front();
            rest_.remove_prefix(1);
        }
        return name;
    }
    PathStep member_step() {
        PathStep step{.name = word()};
        if (step.name == "*") step.kind = PathStep::Kind::all;
        return step;
    }
    Result<PathStep> bracket_step() {
        if (rest_.starts_with("?(")) return filter_step();
        const std::size_t end = rest_.find(']');
        if (end == std::string_view::npos) return broken();
        const std::string_view inside = rest_.substr(0, end);
        PathStep step;
        if (inside == "*") {
            step.kind = PathStep::Kind::all;
        } else if (inside.size() > 1 && std::string_view("'\"").contains(inside.front())) {
            step.name = inside.substr(1, inside.size() - 2);
        } else {
            step.kind = PathStep::Kind::index;
            const auto [last, error] =
                std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
            if (error != std::errc() || last != inside.data() + inside.size()) return broken();
        }
        rest_.remove_prefix(end + 1);
        return step;
    }
    Result<PathStep> filter_step() {
        const std::size_t end = rest_.find(")]");
        if (end == std::string_view::npos) return broken();
        std::string_view inside = rest_.substr(2, end - 2);
        PathStep step{.kind = PathStep::Kind::filter};
        for (const char* operation : {"==", "!="}) {
            const std::size_t at = inside.find(operation);
            if (at == std::string_view::npos) continue;
            step.operation = operation;
            step.value = unquoted(inside.substr(at + 2));
            inside = inside.substr(0, at);
        }
        while (inside.ends_with(' ')) inside.remove_suffix(1);
        auto path = PathReader(inside).read();
        if (!path) return std::unexpected(path.error());
        step.path = *std::move(path);
        rest_.remove_prefix(end + 2);
        return step;
    }
    static std::string unquoted(std::string_view text) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        if (text.size() > 1 && std::string_view("'\"").contains(text.front()))
            text = text.substr(1, text.size() - 2);
        return std::string(text);
    }

    std::string_view rest_;
};

bool passes(const PathStep& filter, const Node& item) {
    const auto found = follow(filter.path, item);
    if (filter.operation.empty()) return !found.empty();
    const bool equal = !found.empty() && shown(*found.front()) == filter.value;
    return equal == (filter.operation == "==");
}

void take(const PathStep& step, const Node& node, std::vector<const Node*>& found) {
    const Node::Array* array = node.as_array();
    const auto size = array == nullptr ? 0 : static_cast<std::int64_t>(array->size());
    switch (step.kind) {
        case PathStep::Kind::member:
            if (const Node* member = node.find(step.name)) found.push_back(member);
            break;
        case PathStep::Kind::index: {
            const std::int64_t index = step.index < 0 ? size + step.index : step.index;
            if (index >= 0 && index < size) found.push_back(&(*array)[static_cast<std::size_t>(index)]);
            break;
        }
        case PathStep::Kind::all:
        case PathStep::Kind::filter: {
            const bool all = step.kind == PathStep::Kind::all;
            for (std::int64_t i = 0; i < size; ++i) {
                const Node& item = (*array)[static_cast<std::size_t>(i)];
                if (all || passes(step, item)) found.push_back(&item);
            }
            if (const Node::Object* members = node.as_object(); all && members != nullptr) {
                for (const api::Member& member : *members) found.push_back(&member.value);
            }
            break;
        }
    }
}

std::string with_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
    }
    return out;
}

/// Where the brace that is open at `from` is closed, quotes passed over.
std::size_t closing(std::string_view text, std::size_t from) {
    char quote = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (quote != 0) {
            if (text[i] == quote) quote = 0;
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (text[i] == '}') {
            return i;
        }
    }
    return std::string_view::npos;
}

/// Fills in what comes before the `{end}` of this range; `rest` is left behind it.
Result<std::string> fill_range(std::string_view& rest, const Node& document) {
    std::string out;
    while (!rest.empty()) {
        const std::size_t open = std::min(rest.find('{'), rest.size());
        out += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) break;
        const std::size_t end = closing(rest, 1);
        if (end == std::string_view::npos)
            return fail(Code::invalid, "error: unclosed action in the template");
        const std::string_view action = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (action == "end") return out;
        if (action.starts_with('"') || action.starts_with('\'')) {
            out += with_escapes(action.substr(1, action.size() - 2));
            continue;
        }
        const bool range = action.starts_with("range ");
        const auto path = parse_path(range ? action.substr(6) : action);
        if (!path) return std::unexpected(path.error());
        const auto found = follow(*path, document);
        if (!range) {
            for (const Node* node : found) out += (node == found.front() ? "" : " ") + shown(*node);
            continue;
        }
        std::string_view behind = rest;
        const Node nothing;
        if (auto skipped = fill_range(behind, nothing); !skipped) return skipped;
        for (const Node* node : found) {
            std::string_view body = rest;
            auto filled = fill_range(body, *node);
            if (!filled) return filled;
            out += *filled;
        }
        rest = behind;
    }
    return out;
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
    return PathReader(text).read();
}

std::vector<const api::Node*> follow(const Path& path, const api::Node& document) {
    std::vector<const Node*> found{&document};
    for (const PathStep& step : path) {
        std::vector<const Node*> next;
        for (const Node* node : found) take(step, *node, next);
        found = std::move(next);
    }
    return found;
}

Result<std::string> fill_in(std::string_view text, const api::Node& document) {
    const std::string braced = text.contains('{') ? std::string(text) : fmt::format("{{{}}}", text);
    std::string_view rest = braced;
    return fill_range(rest, document);
}

}  // namespace hooklet::client
