// SPDX-License-Identifier: Apache-2.0
#include "cli/option_checks.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::cli {

namespace {

std::string not_expected(const std::string& expected, const std::string& text) {
    return fmt::format("expected {}, not \"{}\"", expected, text);
}

std::string no_duration(const std::string& text) {
    return fmt::format("\"{}\" is not a duration such as 30s, 1m30s or 500ms", text);
}

/// `a`, `a or b`, `a, b or c`
std::string alternatives(const std::vector<std::string>& words) {
    const auto last = words.end() - 1;
    if (last == words.begin()) return *last;
    return fmt::format("{} or {}", fmt::join(words.begin(), last, ", "), *last);
}

}  // namespace

OptionCheck one_of(std::vector<std::string> words) {
    return [words = std::move(words)](const std::string& text) {
        const bool known = std::ranges::find(words, text) != words.end();
        return known ? std::string{} : not_expected(alternatives(words), text);
    };
}

OptionCheck whole_number(std::int64_t least, std::int64_t most) {
    return [least, most](const std::string& text) {
        std::int64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc{} && rest == end && number >= least && number <= most) return std::string{};
        const bool unlimited = most == std::numeric_limits<std::int64_t>::max();
        return not_expected(unlimited ? fmt::format("a whole number of {} or more", least)
                                      : fmt::format("a whole number from {} to {}", least, most),
                            text);
    };
}

std::string ipv4_problem(const std::string& text) {
    std::string address = text;
    return CLI::ValidIPV4(address).empty() ? "" : not_expected("an IPv4 address", text);
}

std::string signed_duration_problem(const std::string& text) {
    return parse_go_duration(text) ? "" : no_duration(text);
}

std::string duration_problem(const std::string& text) {
    const Result<Duration> duration = parse_go_duration(text);
    return duration && *duration >= Duration::zero() ? "" : no_duration(text);
}

std::unexpected<Error> no_sense(std::string_view why) {
    return fail(Code::invalid, fmt::format("error: {}", why));
}

}  // namespace hooklet::cli
