// SPDX-License-Identifier: Apache-2.0
#include "templates/functions.hpp"

#include "api/base64.hpp"
#include "templates/comparisons.hpp"
#include "templates/escapes.hpp"
#include "templates/go_format.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Arguments = std::span<const Value>;
using api::Node;

std::unexpected<Error> refuse(std::string why) {
    return fail(Code::invalid, std::move(why));
}

Value text_value(std::string text) {
    return Value::made(Node(std::move(text)));
}

/// Go's words for a question to a value that is not there.
constexpr const char* nothing_asked = "reflect: call of reflect.Value.Type on zero Value";

Result<Value> length(Arguments arguments) {
    const Value& value = arguments.front();
    if (value.is_null()) return refuse("len of nil pointer");
    if (value.is_missing()) return refuse(nothing_asked);
    if (value.kind() == Value::Kind::text || value.kind() == Value::Kind::list ||
        value.kind() == Value::Kind::map)
        return Value::made(Node(value.size()));
    return refuse(fmt::format("len of type {}", value.type_name()));
}

/// A place in something that has `size` of them, the one behind the last included.
Result<std::size_t> place_of(const Value& index, std::size_t size) {
    if (index.kind() == Value::Kind::nothing) return refuse("cannot index slice/array with nil");
    if (index.kind() != Value::Kind::whole)
        return refuse(fmt::format("cannot index slice/array with type {}", index.type_name()));
    if (index.whole() < 0 || static_cast<std::uint64_t>(index.whole()) > size)
        return refuse(fmt::format("index out of range: {}", index.whole()));
    return static_cast<std::size_t>(index.whole());
}

Result<Value> item_at(const Value& value, const Value& index) {
    const bool text = value.kind() == Value::Kind::text;
    const auto place = place_of(index, value.size());
    if (!place) return std::unexpected(place.error());
    if (*place == value.size())
        return refuse(fmt::format("reflect: {} index out of range", text ? "string" : "slice"));
    return value.item(*place);
}

/// A null where there is no such member.
Value member_or_null(const Value& map, std::string_view key) {
    static const Node null;
    const Value found = map.member(key);
    return found.is_missing() ? Value::part(null) : found;
}

Result<Value> index(Arguments arguments) {
    Value value = arguments.front().alone();
    if (value.is_missing()) return refuse("index of untyped nil");
    for (const Value& key : arguments.subspan(1)) {
        if (value.is_null()) return refuse("index of nil pointer");
        if (value.kind() == Value::Kind::text || value.kind() == Value::Kind::list) {
            auto item = item_at(value, key);
            if (!item) return item;
            value = *std::move(item);
        } else if (value.kind() == Value::Kind::map) {
            if (key.kind() == Value::Kind::nothing) return refuse("value is nil; should be of type string");
            if (key.kind() != Value::Kind::text)
                return refuse(fmt::format("value has type {}; should be string", key.type_name()));
            value = member_or_null(value, key.text());
        } else {
            return refuse(fmt::format("can't index item of type {}", value.type_name()));
        }
    }
    return value;
}

/// kubectl's: whether index() leads to something. No value at all counts as something, as it does there.
Result<Value> exists(Arguments arguments) {
    const Value no = Value::made(Node(false));
    Value value = arguments.front().alone();
    for (const Value& key : arguments.subspan(1)) {
        const bool row = value.kind() == Value::Kind::text || value.kind() == Value::Kind::list;
        if (row && key.kind() == Value::Kind::whole && key.whole() >= 0 &&
            static_cast<std::uint64_t>(key.whole()) < value.size()) {
            value = value.item(static_cast<std::size_t>(key.whole()));
        } else if (value.kind() == Value::Kind::map && key.kind() == Value::Kind::text) {
            value = member_or_null(value, key.text());
        } else {
            return no;
        }
    }
    return value.is_null() ? no : Value::made(Node(true));
}

Result<Value> slice(Arguments arguments) {
    const Value value = arguments.front().alone();
    const Arguments bounds = arguments.subspan(1);
    if (value.is_missing()) return refuse("slice of untyped nil");
    if (bounds.size() > 3) return refuse(fmt::format("too many slice indexes: {}", bounds.size()));
    if (value.kind() != Value::Kind::text && value.kind() != Value::Kind::list)
        return refuse(fmt::format("can't slice item of type {}", value.type_name()));
    if (value.kind() == Value::Kind::text && bounds.size() == 3)
        return refuse("cannot 3-index slice a string");
    std::array<std::size_t, 3> places{0, value.size(), value.size()};
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const auto place = place_of(bounds[i], value.size());
        if (!place) return std::unexpected(place.error());
        places[i] = *place;
    }
    for (std::size_t i = 0; i < 2; ++i) {
        if (places[i] > places[i + 1])
            return refuse(fmt::format("invalid slice index: {} > {}", places[i], places[i + 1]));
    }
    return value.slice(places[0], places[1]);
}

Result<Value> negation(Arguments arguments) {
    return Value::made(Node(!arguments.front().is_true()));
}

Result<Value> print(Arguments arguments) {
    return text_value(go_print(arguments));
}
Result<Value> print_line(Arguments arguments) {
    return text_value(go_print_line(arguments));
}
Result<Value> print_format(Arguments arguments) {
    return text_value(go_printf(arguments.front().text(), arguments.subspan(1)));
}

/// What the functions that escape see: nothing has a text of its own here.
std::string joined(Arguments arguments) {
    std::vector<Value> shown;
    for (const Value& value : arguments)
        shown.push_back(value.kind() == Value::Kind::nothing ? text_value("<no value>") : value);
    return go_print(shown);
}

Result<Value> html(Arguments arguments) {
    return text_value(html_escaped(joined(arguments)));
}
Result<Value> script(Arguments arguments) {
    return text_value(script_escaped(joined(arguments)));
}
Result<Value> query(Arguments arguments) {
    return text_value(query_escaped(joined(arguments)));
}

Result<Value> decode(Arguments arguments) {
    auto bytes = api::from_base64(arguments.front().text());
    if (!bytes) return refuse(fmt::format("base64 decode failed: {}", bytes.error().message));
    return text_value(*std::move(bytes));
}

constexpr std::array<Function, 20> functions{{
    {"and", 1, true, false, nullptr},
    {"base64decode", 1, false, true, decode},
    {"eq", 1, true, false, is_equal},
    {"exists", 1, true, false, exists},
    {"ge", 2, false, false, is_greater_or_equal},
    {"gt", 2, false, false, is_greater},
    {"html", 0, true, false, html},
    {"index", 1, true, false, index},
    {"js", 0, true, false, script},
    {"le", 2, false, false, is_less_or_equal},
    {"len", 1, false, false, length},
    {"lt", 2, false, false, is_less},
    {"ne", 2, false, false, is_different},
    {"not", 1, false, false, negation},
    {"or", 1, true, false, nullptr},
    {"print", 0, true, false, print},
    {"printf", 1, true, true, print_format},
    {"println", 0, true, false, print_line},
    {"slice", 1, true, false, slice},
    {"urlquery", 0, true, false, query},
}};

}  // namespace

const Function* find_function(std::string_view name) {
    const auto* const found = std::ranges::find(functions, name, &Function::name);
    return found == functions.end() ? nullptr : found;
}

}  // namespace hooklet::templates
