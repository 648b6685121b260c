// SPDX-License-Identifier: Apache-2.0
#include "api/protobuf.hpp"

#include "api/wire.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

using wire::Type;

constexpr std::string_view envelope_mark{"k8s\0", 4};

// The fields of the messages that stand for scalars of the tables.
constexpr int map_key = 1;
constexpr int map_value = 2;
constexpr int time_seconds = 1;
constexpr int time_nanos = 2;
constexpr std::int64_t nanos_per_second = 1'000'000'000;
constexpr int int_or_string_type = 1;
constexpr int int_or_string_number = 2;
constexpr int int_or_string_text = 3;
constexpr int wrapped = 1;  ///< Of Quantity, of raw JSON and of lists in a list or map.

std::int64_t as_signed(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

const FieldDescriptor* find_number(const TypeDescriptor& type, int number) {
    for (const FieldDescriptor& field : type.fields) {
        if (field.number == number) return &field;
    }
    return nullptr;
}

bool is_number(Kind kind) {
    return kind == Kind::boolean || kind == Kind::int32 || kind == Kind::int64;
}

void assign_number(Kind kind, std::uint64_t value, void* out) {
    if (kind == Kind::boolean) *static_cast<bool*>(out) = value != 0;
    if (kind == Kind::int32) *static_cast<std::int32_t*>(out) = static_cast<std::int32_t>(as_signed(value));
    if (kind == Kind::int64) *static_cast<std::int64_t*>(out) = as_signed(value);
}

/// One decoding run: where it stands, and how much it has read. Its depth is that of the tables, which are
/// finite.
class Decoder {
  public:
    explicit Decoder(const ParseLimits& limits) : limits_(limits) {}

    Status message(const TypeDescriptor& type, std::string_view bytes, void* out);

  private:
    Status field(const FieldDescriptor& field, const wire::Field& from, void* out);
    Status single(const FieldDescriptor& field, const wire::Field& from, void* place);
    Status entry(const FieldDescriptor& field, const wire::Field& from, void* map);
    Status packed(const FieldDescriptor& field, std::string_view bytes, void* list);
    Status item(const FieldDescriptor& field, const wire::Field& from, void* out);
    Status quantity(std::string_view bytes, Quantity& out);
    Status int_or_string(std::string_view bytes, IntOrString& out);
    Status time(std::string_view bytes, bool micro, Time& out);
    Status strings(std::string_view bytes, std::vector<std::string>& out);
    Status json(std::string_view bytes, Node& out);

    /// Gives each field of a message to `visit`, until that fails.
    template <class Visit>
    Status each(std::string_view bytes, Visit visit);
    Status expect(const wire::Field& from, Type type) const;
    /// Counts one more value.
    Status count();
    [[nodiscard]] std::unexpected<Error> here(std::string_view what) const;

    const ParseLimits& limits_;
    std::size_t values_ = 0;
    std::vector<std::string_view> path_;
};

std::unexpected<Error> Decoder::here(std::string_view what) const {
    if (path_.empty()) return fail(Code::invalid, std::string(what));
    return fail(Code::invalid, fmt::format("{}: {}", fmt::join(path_, "."), what));
}

template <class Visit>
Status Decoder::each(std::string_view bytes, Visit visit) {
    wire::Reader reader(bytes);
    while (!reader.at_end()) {
        const auto from = reader.next();
        if (!from) return here(from.error().message);
        if (Status done = visit(*from); !done) return done;
    }
    return {};
}

Status Decoder::expect(const wire::Field& from, Type type) const {
    if (from.type != type) return here("a protobuf field has the wrong wire type");
    return {};
}

Status Decoder::count() {
    if (++values_ > limits_.nodes)
        return here(fmt::format("the protobuf message has more than {} values", limits_.nodes));
    return {};
}

Status Decoder::message(const TypeDescriptor& type, std::string_view bytes, void* out) {
    return each(bytes, [&](const wire::Field& from) -> Status {
        const FieldDescriptor* known = find_number(type, from.number);
        if (known == nullptr) return {};
        if (!known->inlined()) path_.push_back(known->name);
        Status done = field(*known, from, out);
        if (done && !known->inlined()) path_.pop_back();
        return done;
    });
}

Status Decoder::field(const FieldDescriptor& field, const wire::Field& from, void* out) {
    void* place = field.in(out);
    if (field.shape == Shape::list && is_number(field.kind) && from.type == Type::bytes)
        return packed(field, from.bytes, place);
    if (Status counted = count(); !counted) return counted;
    switch (field.shape) {
        case Shape::one:
            return item(field, from, place);
        case Shape::optional:
            return single(field, from, place);
        case Shape::list:
            return item(field, from, field.access->add(place, {}));
        case Shape::map:
            return entry(field, from, place);
    }
    return {};
}

/// A pointer field. A message that comes in pieces is put together; an empty time stays unset.
Status Decoder::single(const FieldDescriptor& field, const wire::Field& from, void* place) {
    if (field.kind == Kind::time || field.kind == Kind::micro_time) {
        Time value;
        if (Status read = item(field, from, &value); !read) return read;
        if (!value.is_zero()) *static_cast<Time*>(field.access->add(place, {})) = value;
        return {};
    }
    void* existing = nullptr;
    field.access->each(place,
                       [&](std::string_view, const void* value) { existing = const_cast<void*>(value); });
    return item(field, from, existing != nullptr ? existing : field.access->add(place, {}));
}

Status Decoder::entry(const FieldDescriptor& field, const wire::Field& from, void* map) {
    if (Status fits = expect(from, Type::bytes); !fits) return fits;
    std::string_view key;
    const Status keyed = each(from.bytes, [&](const wire::Field& part) -> Status {
        if (part.number != map_key) return {};
        key = part.bytes;
        return expect(part, Type::bytes);
    });
    if (!keyed) return keyed;
    void* value = field.access->add(map, key);
    return each(from.bytes, [&](const wire::Field& part) -> Status {
        return part.number == map_value ? item(field, part, value) : Status{};
    });
}

Status Decoder::packed(const FieldDescriptor& field, std::string_view bytes, void* list) {
    wire::Reader reader(bytes);
    while (!reader.at_end()) {
        const auto value = reader.varint();
        if (!value) return here(value.error().message);
        if (Status counted = count(); !counted) return counted;
        assign_number(field.kind, *value, field.access->add(list, {}));
    }
    return {};
}

Status Decoder::item(const FieldDescriptor& field, const wire::Field& from, void* out) {
    const Status fits = expect(from, is_number(field.kind) ? Type::varint : Type::bytes);
    if (!fits) return fits;
    switch (field.kind) {
        case Kind::boolean:
        case Kind::int32:
        case Kind::int64:
            assign_number(field.kind, from.value, out);
            return {};
        case Kind::string:
        case Kind::bytes:
            static_cast<std::string*>(out)->assign(from.bytes);
            return {};
        case Kind::quantity:
            return quantity(from.bytes, *static_cast<Quantity*>(out));
        case Kind::int_or_string:
            return int_or_string(from.bytes, *static_cast<IntOrString*>(out));
        case Kind::strings:
            return strings(from.bytes, *static_cast<std::vector<std::string>*>(out));
        case Kind::time:
        case Kind::micro_time:
            return time(from.bytes, field.kind == Kind::micro_time, *static_cast<Time*>(out));
        case Kind::json:
            return json(from.bytes, *static_cast<Node*>(out));
        case Kind::object:
            return message(*field.type, from.bytes, out);
    }
    return {};
}

Status Decoder::quantity(std::string_view bytes, Quantity& out) {
    return each(bytes, [&](const wire::Field& from) -> Status {
        if (from.number != wrapped) return {};
        if (Status fits = expect(from, Type::bytes); !fits) return fits;
        const auto parsed = Quantity::parse(from.bytes);
        if (!parsed) return here(parsed.error().message);
        out = *parsed;
        return {};
    });
}

Status Decoder::int_or_string(std::string_view bytes, IntOrString& out) {
    std::uint64_t type = 0;
    std::int32_t number = 0;
    std::string_view text;
    const Status read = each(bytes, [&](const wire::Field& from) -> Status {
        if (from.number == int_or_string_type) type = from.value;
        if (from.number == int_or_string_number) assign_number(Kind::int32, from.value, &number);
        if (from.number == int_or_string_text) text = from.bytes;
        if (from.number > int_or_string_text) return {};
        return expect(from, from.number == int_or_string_text ? Type::bytes : Type::varint);
    });
    if (!read) return read;
    if (type > 1) return here(fmt::format("{} is no type of a number or string", type));
    out = type == 0 ? IntOrString(number) : IntOrString(std::string(text));
    return {};
}

Status Decoder::time(std::string_view bytes, bool micro, Time& out) {
    using std::chrono::sys_days;
    using std::chrono::year;
    constexpr auto first = std::chrono::sys_seconds{sys_days{year{0} / 1 / 1}}.time_since_epoch().count();
    constexpr auto end = std::chrono::sys_seconds{sys_days{year{10000} / 1 / 1}}.time_since_epoch().count();
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    const Status read = each(bytes, [&](const wire::Field& from) -> Status {
        if (from.number != time_seconds && from.number != time_nanos) return {};
        (from.number == time_seconds ? seconds : nanos) = as_signed(from.value);
        return expect(from, Type::varint);
    });
    if (!read) return read;
    if (seconds < first || seconds >= end || nanos < 0 || nanos >= nanos_per_second)
        return here("the time is out of range");
    out.at = CalendarTime{std::chrono::seconds(seconds)};
    if (micro) out.at += std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(nanos));
    return {};
}

Status Decoder::strings(std::string_view bytes, std::vector<std::string>& out) {
    return each(bytes, [&](const wire::Field& from) -> Status {
        if (from.number != wrapped) return {};
        if (Status fits = expect(from, Type::bytes); !fits) return fits;
        out.emplace_back(from.bytes);
        return count();
    });
}

Status Decoder::json(std::string_view bytes, Node& out) {
    return each(bytes, [&](const wire::Field& from) -> Status {
        if (from.number != wrapped) return {};
        if (Status fits = expect(from, Type::bytes); !fits) return fits;
        auto parsed = parse_json(from.bytes, limits_);
        if (!parsed) return here(parsed.error().message);
        out = *std::move(parsed);
        return {};
    });
}

std::string encode_time(const Time& time, bool micro) {
    std::string out;
    if (time.is_zero()) return out;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.at.time_since_epoch());
    wire::put_varint(out, time_seconds, static_cast<std::uint64_t>(seconds.count()));
    const std::chrono::nanoseconds rest = time.at.time_since_epoch() - seconds;
    wire::put_varint(out, time_nanos, micro ? static_cast<std::uint64_t>(rest.count()) : 0);
    return out;
}

std::string encode_strings(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) wire::put_bytes(out, wrapped, item);
    return out;
}

std::string encode_int_or_string(const IntOrString& value) {
    std::string out;
    const auto number = value.number() ? std::int64_t{*value.number()} : 0;
    wire::put_varint(out, int_or_string_type, value.number() ? 0 : 1);
    wire::put_varint(out, int_or_string_number, static_cast<std::uint64_t>(number));
    wire::put_bytes(out, int_or_string_text, value.name() ? *value.name() : std::string_view{});
    return out;
}

std::string encode_wrapped(std::string_view text) {
    std::string out;
    wire::put_bytes(out, wrapped, text);
    return out;
}

void put_item(std::string& out, int number, const FieldDescriptor& field, const void* item) {
    const auto put_integer = [&](std::int64_t value) {
        wire::put_varint(out, number, static_cast<std::uint64_t>(value));
    };
    switch (field.kind) {
        case Kind::boolean:
            return put_integer(*static_cast<const bool*>(item) ? 1 : 0);
        case Kind::int32:
            return put_integer(*static_cast<const std::int32_t*>(item));
        case Kind::int64:
            return put_integer(*static_cast<const std::int64_t*>(item));
        case Kind::string:
        case Kind::bytes:
            return wire::put_bytes(out, number, *static_cast<const std::string*>(item));
        case Kind::quantity:
            return wire::put_bytes(out, number, encode_wrapped(static_cast<const Quantity*>(item)->text()));
        case Kind::int_or_string:
            return wire::put_bytes(out, number, encode_int_or_string(*static_cast<const IntOrString*>(item)));
        case Kind::strings:
            return wire::put_bytes(out, number,
                                   encode_strings(*static_cast<const std::vector<std::string>*>(item)));
        case Kind::time:
        case Kind::micro_time:
            return wire::put_bytes(
                out, number, encode_time(*static_cast<const Time*>(item), field.kind == Kind::micro_time));
        case Kind::json:
            return wire::put_bytes(out, number, encode_wrapped(write_json(*static_cast<const Node*>(item))));
        case Kind::object:
            return wire::put_bytes(out, number, encode_protobuf(*field.type, item));
    }
}

}  // namespace

Status decode_protobuf(const TypeDescriptor& type, std::string_view message, void* object,
                       const ParseLimits& limits) {
    if (message.size() > limits.bytes)
        return fail(Code::invalid, fmt::format("the protobuf message is larger than {} bytes", limits.bytes));
    return Decoder(limits).message(type, message, object);
}

std::string encode_protobuf(const TypeDescriptor& type, const void* object) {
    std::string out;
    for (const FieldDescriptor& field : type.fields) {
        if (field.number == 0) continue;
        for_each_item(field, object, [&](std::string_view key, const void* item) {
            if (field.shape != Shape::map) return put_item(out, field.number, field, item);
            std::string entry;
            wire::put_bytes(entry, map_key, key);
            put_item(entry, map_value, field, item);
            wire::put_bytes(out, field.number, entry);
        });
    }
    return out;
}

Result<Unknown> open_envelope(std::string_view body, const ParseLimits& limits) {
    if (!body.starts_with(envelope_mark))
        return fail(Code::invalid,
                    "the body does not begin with the mark of Kubernetes protobuf, \"k8s\\x00\"");
    Unknown content;
    const Status read =
        decode_protobuf(describe<Unknown>(), body.substr(envelope_mark.size()), &content, limits);
    if (!read) return std::unexpected(read.error());
    if (!content.contentEncoding.empty())
        return fail(Code::invalid, "the content of a protobuf body must not be encoded");
    return content;
}

std::string seal_envelope(const Unknown& content) {
    return std::string(envelope_mark) + encode_protobuf(describe<Unknown>(), &content);
}

}  // namespace hooklet::api
