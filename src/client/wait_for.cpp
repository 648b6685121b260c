// SPDX-License-Identifier: Apache-2.0
#include "client/wait_for.hpp"

#include "client/document.hpp"
#include "client/json_path_reader.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace hooklet::client {

namespace {

constexpr std::string_view condition_word = "condition=";
constexpr std::string_view path_word = "jsonpath=";

std::string without_quotes(std::string_view text) {
    if (text.size() > 1 && std::string_view("'\"").contains(text.front()) && text.ends_with(text.front()))
        text = text.substr(1, text.size() - 2);
    return std::string(text);
}

/// `'{PATH}'=VALUE` without its quotes, where the shell has left them.
std::string without_path_quotes(std::string_view text) {
    const bool quoted = text.starts_with('\'') || text.starts_with('"');
    const std::size_t end = quoted ? text.find(text.front(), 1) : std::string_view::npos;
    if (end == std::string_view::npos) return std::string(text);
    return std::string(text.substr(1, end - 1)) + std::string(text.substr(end + 1));
}

Result<WaitFor> parse_json_path(std::string_view text) {
    const std::string whole = without_path_quotes(text);
    std::string_view path = whole;
    WaitFor wanted{.kind = WaitFor::Kind::json_path};
    if (const std::size_t equal = find_outside(path, '='); equal != std::string_view::npos) {
        wanted.value = without_quotes(path.substr(equal + 1));
        path = path.substr(0, equal);
    }
    if (path.empty() || path.starts_with('{') != path.ends_with('}'))
        return fail(Code::invalid, "error: jsonpath wait format must be --for=jsonpath='{.status.x}'=value");
    auto steps = parse_path(path);
    if (!steps) return fail(steps.error().code, fmt::format("error: {}", steps.error().message));
    wanted.path = *std::move(steps);
    return wanted;
}

bool condition_met(const WaitFor& wanted, const api::Node& object) {
    for (const api::Node& condition : items(object, "status.conditions")) {
        if (boost::algorithm::iequals(text_at(condition, "type"), wanted.condition))
            return boost::algorithm::iequals(text_at(condition, "status"), *wanted.value);
    }
    return false;
}

Result<bool> path_met(const WaitFor& wanted, const api::Node& object) {
    const auto found = follow(wanted.path, object);
    if (!found) return fail(found.error().code, fmt::format("error: {}", found.error().message));
    if (found->empty()) return false;
    if (found->size() > 1)
        return fail(Code::invalid, "error: given jsonpath expression matches more than one value");
    if (!wanted.value) return true;
    const api::Node& value = *found->front();
    if (value.as_array() != nullptr || value.as_object() != nullptr)
        return fail(Code::invalid, "error: jsonpath leads to a nested object or list which is not supported");
    return shown(value) == *wanted.value;
}

}  // namespace

Result<WaitFor> parse_wait_for(std::string_view text) {
    if (boost::algorithm::iequals(text, "delete")) return WaitFor{.kind = WaitFor::Kind::deletion};
    if (boost::algorithm::iequals(text, "create")) return WaitFor{.kind = WaitFor::Kind::creation};
    if (text.starts_with(path_word)) return parse_json_path(text.substr(path_word.size()));
    if (!text.starts_with(condition_word))
        return fail(Code::invalid, fmt::format("error: unrecognized condition: \"{}\"", text));
    text.remove_prefix(condition_word.size());
    const std::size_t equal = text.find('=');
    return WaitFor{.condition = std::string(text.substr(0, equal)),
                   .value = equal == std::string_view::npos ? "true" : std::string(text.substr(equal + 1))};
}

Result<bool> is_met(const WaitFor& wanted, const api::Node& object) {
    switch (wanted.kind) {
        case WaitFor::Kind::condition:
            return condition_met(wanted, object);
        case WaitFor::Kind::json_path:
            return path_met(wanted, object);
        case WaitFor::Kind::creation:
            return true;
        case WaitFor::Kind::deletion:
            return false;
    }
    return false;
}

}  // namespace hooklet::client
