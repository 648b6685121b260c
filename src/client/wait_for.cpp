// SPDX-License-Identifier: Apache-2.0
#include "client/wait_for.hpp"

#include "client/document.hpp"

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
    const std::size_t closed = path.rfind('}');
    if (path.starts_with('{') && closed != std::string_view::npos) {
        const std::string_view behind = path.substr(closed + 1);
        if (!behind.empty() && behind.front() != '=')
            return fail(Code::invalid,
                        "error: jsonpath wait format must be --for=jsonpath='{.status.x}'=value");
        if (!behind.empty()) wanted.value = without_quotes(behind.substr(1));
        path = path.substr(1, closed - 1);
    } else if (const std::size_t equal = path.rfind('='); equal != std::string_view::npos) {
        wanted.value = without_quotes(path.substr(equal + 1));
        path = path.substr(0, equal);
    }
    auto steps = parse_path(path);
    if (!steps) return std::unexpected(steps.error());
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

bool is_met(const WaitFor& wanted, const api::Node& object) {
    switch (wanted.kind) {
        case WaitFor::Kind::condition:
            return condition_met(wanted, object);
        case WaitFor::Kind::json_path: {
            const auto found = follow(wanted.path, object);
            if (found.empty()) return false;
            return !wanted.value || shown(*found.front()) == *wanted.value;
        }
        case WaitFor::Kind::creation:
            return true;
        case WaitFor::Kind::deletion:
            return false;
    }
    return false;
}

}  // namespace hooklet::client
