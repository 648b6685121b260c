// SPDX-License-Identifier: Apache-2.0
#include "api/codec.hpp"

#include "api/base64.hpp"
#include "api/hint.hpp"
#include "api/scalar_place.hpp"
#include "base/ascii.hpp"
#include "base/parse_number.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view wanted_string = "a string";
constexpr std::string_view wanted_boolean = "true or false";
constexpr std::string_view wanted_integer = "an integer";

/// One decoding run: where problems go.
class Decoder {
  public:
    explicit Decoder(Issues& issues) : issues_(issues) {}

    void object(const TypeDescriptor& type, const Node& node, void* out, const std::string& path);
    void field(const FieldDescriptor& field, const Node& node, void* out, const std::string& path);

  private:
    void item(const FieldDescriptor& field, const Node& node, void* out, const std::string& path);
    /// An item of a container. A scalar that cannot be read adds none: no rule shall take its zero for what
    /// somebody wrote.
    void added(const FieldDescriptor& field, const Node& node, void* container, std::string_view key,
               const std::string& path);
    void string(const FieldDescriptor& field, const Node& node, std::string& out, const std::string& path);
    void list(const FieldDescriptor& field, const Node& node, void* out, const std::string& path);
    void map(const FieldDescriptor& field, const Node& node, void* out, const std::string& path);
    template <class Integer>
    void integer(const Node& node, void* out, const std::string& path);
    void bytes(const Node& node, std::string& out, const std::string& path);
    void quantity(const Node& node, Quantity& out, const std::string& path);
    void int_or_string(const Node& node, IntOrString& out, const std::string& path);
    void time(const Node& node, Time& out, const std::string& path);
    void strings(const Node& node, std::vector<std::string>& out, const std::string& path);

    void expected(std::string_view what, const Node& node, const std::string& path);
    /// A problem of a value that must not be shown.
    void secret(const Node& node, std::string message, const std::string& path);
    void unknown(const TypeDescriptor& type, const Member& member, const std::string& path);

    Issues& issues_;
};

std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

/// What to do about a scalar of the wrong type, when quotes are all that is wrong with it.
std::string_view quotes_hint(std::string_view expected, const Node& node) {
    if (expected == wanted_string && (node.as_bool() || node.as_int() || node.as<Real>()))
        return ": put it in quotes";
    const std::string* text = node.as_string();
    if (text == nullptr || text->empty()) return "";
    const bool digits = std::ranges::all_of(*text, is_digit);
    const bool unquotable = (expected.starts_with(wanted_integer) && digits) ||
                            (expected == wanted_boolean && (*text == "true" || *text == "false"));
    return unquotable ? ": remove the quotes" : "";
}

void Decoder::expected(std::string_view what, const Node& node, const std::string& path) {
    issues_.push_back(
        {.line = node.line,
         .path = path,
         .message = fmt::format("expected {}, found {}{}", what, node.describe(), quotes_hint(what, node)),
         .reason = Reason::wrong_type});
}

void Decoder::secret(const Node& node, std::string message, const std::string& path) {
    issues_.push_back(
        {.line = node.line, .path = path, .message = std::move(message), .reason = Reason::wrong_type});
}

void Decoder::unknown(const TypeDescriptor& type, const Member& member, const std::string& path) {
    std::string message = fmt::format("unknown field {}", quote(join(path, member.key)));
    const std::string_view meant = closest(member.key, field_names(type));
    if (!meant.empty()) message += fmt::format(" (did you mean {}?)", quote(meant));
    issues_.push_back({.line = member.line, .message = message, .reason = Reason::unknown_field});
}

void Decoder::object(const TypeDescriptor& type, const Node& node, void* out, const std::string& path) {
    if (node.is_null()) return;
    const Node::Object* members = node.as_object();
    if (members == nullptr) return expected("an object", node, path);
    for (const Member& member : *members) {
        if (const FieldDescriptor* found = find_field(type, member.key)) {
            field(*found, member.value, out, join(path, member.key));
        } else {
            unknown(type, member, path);
        }
    }
}

void Decoder::field(const FieldDescriptor& field, const Node& node, void* out, const std::string& path) {
    void* place = field.in(out);
    if (node.is_null()) return;
    switch (field.shape) {
        case Shape::one:
            return item(field, node, place, path);
        case Shape::optional:
            return added(field, node, place, {}, path);
        case Shape::list:
            return list(field, node, place, path);
        case Shape::map:
            return map(field, node, place, path);
    }
}

void Decoder::list(const FieldDescriptor& field, const Node& node, void* out, const std::string& path) {
    const Node::Array* items = node.as_array();
    if (items == nullptr) return expected("an array", node, path);
    for (std::size_t i = 0; i < items->size(); ++i) {
        item(field, (*items)[i], field.access->add(out, {}), fmt::format("{}[{}]", path, i));
    }
}

void Decoder::map(const FieldDescriptor& field, const Node& node, void* out, const std::string& path) {
    const Node::Object* members = node.as_object();
    if (members == nullptr) return expected("an object", node, path);
    for (const Member& member : *members) {
        added(field, member.value, out, member.key, fmt::format("{}[{}]", path, member.key));
    }
}

void Decoder::added(const FieldDescriptor& field, const Node& node, void* container, std::string_view key,
                    const std::string& path) {
    const bool may_fail = field.kind != Kind::object && field.kind != Kind::json &&
                          (field.kind != Kind::string || node.as_string() == nullptr);
    if (may_fail) {
        Issues problems;
        ScalarPlace unused;
        Decoder(problems).item(field, node, unused.of(field.kind), path);
        issues_.insert(issues_.end(), problems.begin(), problems.end());
        if (!problems.empty()) return;
    }
    item(field, node, field.access->add(container, key), path);
}

void Decoder::item(const FieldDescriptor& field, const Node& node, void* out, const std::string& path) {
    if (node.is_null() && field.kind != Kind::json) return;
    switch (field.kind) {
        case Kind::boolean:
            if (const auto* b = node.as_bool())
                *static_cast<bool*>(out) = *b;
            else
                expected(wanted_boolean, node, path);
            return;
        case Kind::string:
            return string(field, node, *static_cast<std::string*>(out), path);
        case Kind::bytes:
            return bytes(node, *static_cast<std::string*>(out), path);
        case Kind::int32:
            return integer<std::int32_t>(node, out, path);
        case Kind::int64:
            return integer<std::int64_t>(node, out, path);
        case Kind::quantity:
            return quantity(node, *static_cast<Quantity*>(out), path);
        case Kind::int_or_string:
            return int_or_string(node, *static_cast<IntOrString*>(out), path);
        case Kind::strings:
            return strings(node, *static_cast<std::vector<std::string>*>(out), path);
        case Kind::time:
        case Kind::micro_time:
            return time(node, *static_cast<Time*>(out), path);
        case Kind::json:
            *static_cast<Node*>(out) = node;
            return;
        case Kind::object:
            return object(*field.type, node, out, path);
    }
}

void Decoder::string(const FieldDescriptor& field, const Node& node, std::string& out,
                     const std::string& path) {
    if (const auto* text = node.as_string()) {
        out = *text;
        return;
    }
    if (field.secret)
        secret(node, "expected a string: put it in quotes", path);
    else
        expected(wanted_string, node, path);
    // With its text in place, the rules about other fields judge what was meant.
    const bool scalar = node.as_array() == nullptr && node.as_object() == nullptr;
    if (scalar) out = go_text(node);
}

template <class Integer>
void Decoder::integer(const Node& node, void* out, const std::string& path) {
    using Limits = std::numeric_limits<Integer>;
    const auto* number = node.as_int();
    if (number != nullptr && *number >= Limits::min() && *number <= Limits::max()) {
        *static_cast<Integer*>(out) = static_cast<Integer>(*number);
    } else {
        expected(sizeof(Integer) == 4 ? "an integer of 32 bits" : wanted_integer, node, path);
    }
}

void Decoder::bytes(const Node& node, std::string& out, const std::string& path) {
    const std::string* text = node.as_string();
    if (text == nullptr) return secret(node, "expected base64", path);
    Result<std::string> decoded = from_base64(*text);
    if (!decoded) return secret(node, decoded.error().message, path);
    out = *std::move(decoded);
}

void Decoder::quantity(const Node& node, Quantity& out, const std::string& path) {
    std::string text;
    if (const auto* s = node.as_string())
        text = *s;
    else if (const auto* i = node.as_int())
        text = std::to_string(*i);
    else if (const auto* r = node.as<Real>())
        text = r->text;
    else
        return expected("a quantity such as 500m or 1Gi", node, path);
    const auto parsed = Quantity::parse(text);
    if (parsed) {
        out = *parsed;
    } else {
        issues_.push_back({.line = node.line,
                           .path = path,
                           .message = fmt::format("{} (found {})", parsed.error().message, node.describe()),
                           .reason = Reason::wrong_type});
    }
}

void Decoder::int_or_string(const Node& node, IntOrString& out, const std::string& path) {
    if (const auto* s = node.as_string()) {
        out = *s;
        return;
    }
    std::int32_t number = 0;
    if (node.as_int() == nullptr) return expected("an integer or a string", node, path);
    integer<std::int32_t>(node, &number, path);
    out = number;
}

void Decoder::time(const Node& node, Time& out, const std::string& path) {
    const auto* text = node.as_string();
    const auto parsed = text ? parse_calendar_time(*text) : fail(Code::invalid, "");
    constexpr CalendarTime unset = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
    if (parsed)
        out.at = *parsed == unset ? CalendarTime{} : *parsed;
    else
        expected("a time such as 2026-01-02T03:04:05Z", node, path);
}

void Decoder::strings(const Node& node, std::vector<std::string>& out, const std::string& path) {
    const Node::Array* items = node.as_array();
    if (items == nullptr) return expected("an array", node, path);
    for (std::size_t i = 0; i < items->size(); ++i) {
        if (const auto* text = (*items)[i].as_string())
            out.push_back(*text);
        else
            expected(wanted_string, (*items)[i], fmt::format("{}[{}]", path, i));
    }
}

bool is_time(const FieldDescriptor& field) {
    return field.kind == Kind::time || field.kind == Kind::micro_time;
}

/// Whether the API leaves the field out of what it writes.
bool left_out(const FieldDescriptor& field, const void* object) {
    if (field.always) return false;
    if (field.shape == Shape::one && is_time(field)) return field.omitzero && is_empty(field, object);
    return is_empty(field, object);
}

Node encode_item(const FieldDescriptor& field, const void* item) {
    switch (field.kind) {
        case Kind::boolean:
            return Node(*static_cast<const bool*>(item));
        case Kind::int32:
            return Node(*static_cast<const std::int32_t*>(item));
        case Kind::int64:
            return Node(*static_cast<const std::int64_t*>(item));
        case Kind::string:
            return Node(*static_cast<const std::string*>(item));
        case Kind::bytes:
            return Node(to_base64(*static_cast<const std::string*>(item)));
        case Kind::quantity:
            return Node(static_cast<const Quantity*>(item)->text());
        case Kind::json:
            return *static_cast<const Node*>(item);
        case Kind::object:
            return encode_from(*field.type, item);
        case Kind::strings: {
            Node list = Node::array();
            for (const std::string& text : *static_cast<const std::vector<std::string>*>(item))
                list.push(Node(text));
            return list;
        }
        case Kind::time:
        case Kind::micro_time: {
            const auto& time = *static_cast<const Time*>(item);
            if (time.is_zero()) return {};
            return Node(field.kind == Kind::time ? rfc3339(time.at) : rfc3339_micro(time.at));
        }
        case Kind::int_or_string: {
            const auto& value = *static_cast<const IntOrString*>(item);
            return value.number() ? Node(*value.number()) : Node(*value.name());
        }
    }
    return {};
}

Node encode_field(const FieldDescriptor& field, const void* object) {
    Node out;
    if (field.shape == Shape::list) out = Node::array();
    if (field.shape == Shape::map) out = Node::object();
    for_each_item(field, object, [&](std::string_view key, const void* item) {
        Node value = encode_item(field, item);
        if (field.shape == Shape::list)
            out.push(std::move(value));
        else if (field.shape == Shape::map)
            out.set(std::string(key), std::move(value));
        else
            out = std::move(value);
    });
    return out;
}

void encode_fields(const TypeDescriptor& type, const void* object, Node::Object& members) {
    for (const FieldDescriptor& field : type.fields) {
        if (field.inlined())
            encode_fields(*field.type, field.in(object), members);
        else if (!left_out(field, object))
            members.push_back({std::string(field.name), encode_field(field, object)});
    }
}

Node node_of_text(const FieldDescriptor& field, std::string_view text) {
    if (field.kind == Kind::string) return Node(text);
    if (field.kind == Kind::boolean) return Node(text == "true");
    if (field.kind == Kind::object) return Node::object();
    const auto number = parse_number<std::int64_t>(text);
    if (!number)
        throw std::logic_error(fmt::format("the table's default for {} is no number: {}", field.name, text));
    return Node(*number);
}

}  // namespace

void decode_into(const TypeDescriptor& type, const Node& node, void* object, const std::string& path,
                 Issues& issues) {
    Decoder(issues).object(type, node, object, path);
}

Node encode_from(const TypeDescriptor& type, const void* object) {
    Node::Object members;
    encode_fields(type, object, members);
    return Node(std::move(members));
}

void assign_text(const FieldDescriptor& field, std::string_view text, void* object) {
    Issues issues;
    Decoder(issues).field(field, node_of_text(field, text), object, std::string(field.name));
    if (!issues.empty()) throw std::logic_error(field_text(issues.front()));
}

}  // namespace hooklet::api
