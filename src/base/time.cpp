// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace hooklet {

namespace {

using namespace std::chrono;

struct Unit {
    std::string_view name;
    Duration length;
};
// Longest spelling first where one is a prefix of another.
constexpr std::array<Unit, 8> units{{{"ns", 1ns},
                                     {"us", 1us},
                                     {"\xC2\xB5s", 1us},
                                     {"\xCE\xBCs", 1us},
                                     {"ms", 1ms},
                                     {"s", 1s},
                                     {"m", 1min},
                                     {"h", 1h}}};

std::string civil_seconds(sys_seconds at) {
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss<seconds> clock{at - day};
    return fmt::format("{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

/// Takes digits off the front of `text`; nullopt when there are none.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
    if (error != std::errc{} || end != text.data() + count || text.front() == '-') return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

/// The digits of a fraction as nanoseconds; those beyond the ninth are dropped. nullopt when there are none.
std::optional<Duration> take_fraction(std::string_view& text) {
    const std::size_t before = text.size();
    Duration::rep value = 0;
    Duration::rep scale = 1'000'000'000;
    while (!text.empty() && is_digit(text.front())) {
        scale /= 10;
        value += (text.front() - '0') * scale;
        text.remove_prefix(1);
    }
    if (text.size() == before) return std::nullopt;
    return Duration{value};
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, "Z") || take(text, "z")) return minutes{0};
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    return sign * (hours{*hour} + minutes{*minute});
}

struct Moment {
    sys_seconds second;
    Duration fraction;
};

Result<Moment> read_rfc3339(std::string_view text) {
    const auto bad = fail(Code::invalid, fmt::format("\"{}\" is not an RFC 3339 time", text));
    const auto y = take_digits(text, 4);
    if (!y || !take(text, "-")) return bad;
    const auto mo = take_digits(text, 2);
    if (!mo || !take(text, "-")) return bad;
    const auto d = take_digits(text, 2);
    if (!d || (!take(text, "T") && !take(text, "t"))) return bad;
    const auto h = take_digits(text, 2);
    if (!h || !take(text, ":")) return bad;
    const auto mi = take_digits(text, 2);
    if (!mi || !take(text, ":")) return bad;
    const auto s = take_digits(text, 2);
    if (!s) return bad;
    const std::optional<Duration> fraction = take(text, ".") ? take_fraction(text) : Duration::zero();
    if (!fraction) return bad;
    const auto offset = take_offset(text);
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!offset || !text.empty() || !date.ok() || *h > 23 || *mi > 59 || *s > 60) return bad;
    const sys_seconds second = sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} - *offset;
    const auto years = year_month_day{floor<days>(second)}.year();
    if (years < year{0} || years > year{9999}) return bad;
    return Moment{second, *fraction};
}

std::string trimmed(double value, std::string_view unit) {
    std::string digits = fmt::format("{:.9f}", value);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
    return digits.append(unit);
}

}  // namespace

WallTime wall_time(CalendarTime at) {
    constexpr CalendarTime first = sys_days{year{1920} / 1 / 1};
    constexpr CalendarTime last = sys_days{year{2200} / 1 / 1};
    return std::clamp(at, first, last);
}

std::string rfc3339(WallTime at) {
    return civil_seconds(floor<seconds>(at)) + "Z";
}

std::string rfc3339(CalendarTime at) {
    return civil_seconds(floor<seconds>(at)) + "Z";
}

std::string rfc3339_nano(WallTime at) {
    const auto second = floor<seconds>(at);
    return fmt::format("{}.{:09d}Z", civil_seconds(second), (at - second).count());
}

std::string rfc3339_micro(CalendarTime at) {
    const auto second = floor<seconds>(at);
    return fmt::format("{}.{:06d}Z", civil_seconds(second), (at - second).count());
}

Result<WallTime> parse_rfc3339(std::string_view text) {
    const auto moment = read_rfc3339(text);
    if (!moment) return std::unexpected(moment.error());
    const WallTime second = wall_time(moment->second);
    const bool cut = floor<seconds>(second) != moment->second;
    return cut ? second : second + moment->fraction;
}

Result<CalendarTime> parse_calendar_time(std::string_view text) {
    const auto moment = read_rfc3339(text);
    if (!moment) return std::unexpected(moment.error());
    return moment->second + floor<microseconds>(moment->fraction);
}

std::string go_duration(Duration d) {
    if (d == Duration::zero()) return "0s";
    const std::string sign = d < Duration::zero() ? "-" : "";
    const Duration magnitude = d < Duration::zero() ? -d : d;
    const auto count = static_cast<double>(magnitude.count());
    if (magnitude < 1us) return sign + trimmed(count, "ns");
    if (magnitude < 1ms) return sign + trimmed(count / 1e3, "\xC2\xB5s");
    if (magnitude < 1s) return sign + trimmed(count / 1e6, "ms");
    const auto h = duration_cast<hours>(magnitude);
    const auto m = duration_cast<minutes>(magnitude - h);
    const auto rest = magnitude - h - m;
    std::string out = sign;
    if (h.count() > 0) out += fmt::format("{}h", h.count());
    if (h.count() > 0 || m.count() > 0) out += fmt::format("{}m", m.count());
    return out + trimmed(static_cast<double>(rest.count()) / 1e9, "s");
}

Result<Duration> parse_go_duration(std::string_view text) {
    const auto bad =
        fail(Code::invalid, fmt::format("\"{}\" is not a duration such as 30s, 1m30s or 500ms", text));
    const bool negative = take(text, "-");
    if (!negative) take(text, "+");
    if (text == "0") return Duration::zero();
    if (text.empty()) return bad;
    double total = 0;
    while (!text.empty()) {
        double value = 0;
        if (!is_digit(text.front()) && text.front() != '.') return bad;
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
        if (error != std::errc{}) return bad;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const Unit* unit = nullptr;
        for (const Unit& candidate : units) {
            if (text.starts_with(candidate.name) &&
                (unit == nullptr || candidate.name.size() > unit->name.size())) {
                unit = &candidate;
            }
        }
        if (unit == nullptr) return bad;
        text.remove_prefix(unit->name.size());
        total += value * static_cast<double>(unit->length.count());
    }
    if (total > 9.2e18) return bad;
    const Duration result{static_cast<Duration::rep>(std::llround(total))};
    return negative ? -result : result;
}

}  // namespace hooklet
