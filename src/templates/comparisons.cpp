// SPDX-License-Identifier: Apache-2.0
#include "templates/comparisons.hpp"

#include "templates/go_format.hpp"

#include <array>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Compared = std::span<const Value>;

bool is_plain(Value::Kind kind) {
    return kind != Value::Kind::nothing && kind != Value::Kind::list && kind != Value::Kind::map;
}

bool same_plain(const Value& a, const Value& b) {
    switch (a.kind()) {
        case Value::Kind::boolean:
            return a.boolean() == b.boolean();
        case Value::Kind::whole:
            return a.whole() == b.whole();
        case Value::Kind::real:
            return a.real() == b.real();
        default:
            return a.text() == b.text();
    }
}

std::string as_text(const Value& value) {
    const std::array shown{value};
    return go_printf("%s", shown);
}

Result<bool> same(const Value& a, const Value& b) {
    const bool plain = is_plain(a.kind()) || is_plain(b.kind());
    if (plain && a.kind() == b.kind()) return same_plain(a, b);
    if (a.kind() == Value::Kind::nothing || b.kind() == Value::Kind::nothing) return a.kind() == b.kind();
    if (plain) return fail(Code::invalid, "incompatible types for comparison");
    if (a.kind() != b.kind())
        return fail(Code::invalid, fmt::format("non-comparable types {}: {}, {}: {}", as_text(a),
                                               a.type_name(), b.type_name(), go_text(b)));
    return fail(Code::invalid, fmt::format("non-comparable type {}: {}", as_text(b), b.type_name()));
}

Result<bool> one_of_them(Compared arguments) {
    if (arguments.size() < 2) return fail(Code::invalid, "missing argument for comparison");
    for (const Value& other : arguments.subspan(1)) {
        const auto equal = same(arguments.front(), other);
        if (!equal || *equal) return equal;
    }
    return false;
}

Result<bool> less(const Value& a, const Value& b) {
    if (!is_plain(a.kind()) || !is_plain(b.kind())) return fail(Code::invalid, "invalid type for comparison");
    if (a.kind() != b.kind()) return fail(Code::invalid, "incompatible types for comparison");
    switch (a.kind()) {
        case Value::Kind::whole:
            return a.whole() < b.whole();
        case Value::Kind::real:
            return a.real() < b.real();
        case Value::Kind::text:
            return a.text() < b.text();
        default:
            return fail(Code::invalid, "invalid type for comparison");
    }
}

Result<bool> less_or_equal(const Value& a, const Value& b) {
    const auto below = less(a, b);
    return !below || *below ? below : same(a, b);
}

Result<Value> answer(const Result<bool>& result, bool wanted) {
    if (!result) return std::unexpected(result.error());
    return Value::made(api::Node(*result == wanted));
}

}  // namespace

Result<Value> is_equal(Compared arguments) {
    return answer(one_of_them(arguments), true);
}
Result<Value> is_different(Compared arguments) {
    return answer(one_of_them(arguments), false);
}
Result<Value> is_less(Compared arguments) {
    return answer(less(arguments[0], arguments[1]), true);
}
Result<Value> is_less_or_equal(Compared arguments) {
    return answer(less_or_equal(arguments[0], arguments[1]), true);
}
Result<Value> is_greater(Compared arguments) {
    return answer(less_or_equal(arguments[0], arguments[1]), false);
}
Result<Value> is_greater_or_equal(Compared arguments) {
    return answer(less(arguments[0], arguments[1]), false);
}

}  // namespace hooklet::templates
