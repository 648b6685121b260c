// SPDX-License-Identifier: Apache-2.0
#include "api/validation/checks.hpp"

#include "api/signal_name.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <span>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr auto label_text =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr auto label_1035_text =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
    "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr auto subdomain_text =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr auto qualified_name_text =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr auto qualified_form_text =
    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
    "an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
    "'example.com/MyName')";
constexpr auto label_value_text =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    "validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr auto config_key_text =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
    "'KEY_NAME',  "
    "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
constexpr auto sysctl_text =
    "must have at most 253 characters and match regex "
    "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
constexpr auto header_text =
    "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used "
    "for "
    "validation is '[-A-Za-z0-9]+')";

bool is_lower_or_digit(char c) {
    return is_lower_case(c) || is_digit(c);
}

/// Non-empty, `edge` at both ends and `edge` or one of `inner` between.
bool framed(std::string_view value, bool (*edge)(char), std::string_view inner) {
    if (value.empty() || !edge(value.front()) || !edge(value.back())) return false;
    return std::all_of(value.begin(), value.end(),
                       [&](char c) { return edge(c) || inner.find(c) != std::string_view::npos; });
}

/// Whether every part between the separators is framed.
bool all_framed(std::string_view value, std::string_view separators, std::string_view inner) {
    while (true) {
        const std::size_t end = value.find_first_of(separators);
        if (!framed(value.substr(0, end), is_lower_or_digit, inner)) return false;
        if (end == std::string_view::npos) return true;
        value.remove_prefix(end + 1);
    }
}

bool only(std::string_view value, std::string_view others) {
    return !value.empty() && std::all_of(value.begin(), value.end(), [&](char c) {
        return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

std::string at_most(int characters) {
    return fmt::format("must be no more than {} characters", characters);
}

Problems one(bool fine, std::string_view problem) {
    return fine ? Problems{} : Problems{std::string(problem)};
}

Problems env_name(std::string_view value) {
    const bool fine =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != '='; });
    return one(
        fine && !value.empty(),
        "a valid environment variable name must consist only of printable ASCII characters other than '='");
}

Problems config_key(std::string_view value) {
    Problems problems;
    if (value.size() > 253) problems.push_back(at_most(253));
    if (!only(value, "-_.")) problems.emplace_back(config_key_text);
    if (value == ".")
        problems.emplace_back("must not be '.'");
    else if (value == "..")
        problems.emplace_back("must not be '..'");
    else if (value.starts_with(".."))
        problems.emplace_back("must not start with '..'");
    return problems;
}

Problems sysctl_name(std::string_view value) {
    return one(value.size() <= 253 && all_framed(value, "./", "-_"), sysctl_text);
}

Problems ip(std::string_view value) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const std::string text(value);
    const bool fine = inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
                      inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
    return one(fine, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
}

/// An address that leads to a machine from outside of it.
Problems public_ip(std::string_view value) {
    Problems problems = ip(value);
    if (!problems.empty()) return problems;
    const std::string text(value);
    in_addr four{};
    in6_addr six{};
    const bool is_four = inet_pton(AF_INET, text.c_str(), &four) == 1;
    if (!is_four) inet_pton(AF_INET6, text.c_str(), &six);
    const std::uint32_t bits = ntohl(four.s_addr);
    const auto any = [&](bool v4, bool v6, std::string_view problem) {
        if (is_four ? v4 : v6) problems.emplace_back(problem);
    };
    any(bits == INADDR_ANY, IN6_IS_ADDR_UNSPECIFIED(&six), fmt::format("may not be unspecified ({})", value));
    any(bits >> 24U == 127, IN6_IS_ADDR_LOOPBACK(&six),
        "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    any(bits >> 16U == 0xA9FE, IN6_IS_ADDR_LINKLOCAL(&six),
        "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    any(bits >> 8U == 0xE00000, IN6_IS_ADDR_MC_LINKLOCAL(&six),
        "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    return problems;
}

bool has_dot_dot(std::string_view path) {
    while (true) {
        const std::size_t end = path.find('/');
        if (path.substr(0, end) == "..") return true;
        if (end == std::string_view::npos) return false;
        path.remove_prefix(end + 1);
    }
}

Problems no_dot_dot(std::string_view value) {
    return one(!has_dot_dot(value), "must not contain '..'");
}

/// A path that stays below where it starts.
Problems descending_path(std::string_view value) {
    Problems problems = no_dot_dot(value);
    if (value.starts_with('/')) problems.emplace(problems.begin(), "must be a relative path");
    return problems;
}

/// A path inside a volume; it may neither leave it nor look like the volume's own `..data`.
Problems local_path(std::string_view value) {
    Problems problems = descending_path(value);
    if (value.starts_with("..") && !value.starts_with("../"))
        problems.emplace_back("must not start with '..'");
    return problems;
}

Problems absolute_path(std::string_view value) {
    return one(value.starts_with('/'), "must be an absolute path");
}

Problems trimmed(std::string_view value) {
    const auto space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    return one(!space(value.front()) && !space(value.back()), "must not have leading or trailing whitespace");
}

Problems signal(std::string_view value) {
    return one(signal_number(value).has_value(),
               "must be the name of a Linux signal, such as SIGTERM or SIGRTMIN+3");
}

Problems header_name(std::string_view value) {
    return one(only(value, "-"), header_text);
}

Problems in_range(std::int64_t value, std::int64_t least, std::int64_t most) {
    return one(value >= least && value <= most,
               fmt::format("must be between {} and {}, inclusive", least, most));
}
constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();

struct TextRule {
    std::string_view name;
    Problems (*check)(std::string_view);
};
constexpr std::array<TextRule, 17> text_rules{{{"dns_label", dns_label},
                                               {"label_value", label_value},
                                               {"dns_subdomain", dns_subdomain},
                                               {"qualified_name", qualified_name},
                                               {"port_name", port_name},
                                               {"env_name", env_name},
                                               {"config_key", config_key},
                                               {"sysctl_name", sysctl_name},
                                               {"ip", ip},
                                               {"public_ip", public_ip},
                                               {"no_dot_dot", no_dot_dot},
                                               {"descending_path", descending_path},
                                               {"local_path", local_path},
                                               {"absolute_path", absolute_path},
                                               {"trimmed", trimmed},
                                               {"signal", signal},
                                               {"header_name", header_name}}};

struct NumberRule {
    std::string_view name;
    Problems (*check)(std::int64_t);
};
constexpr std::array<NumberRule, 11> number_rules{{
    {"port", [](std::int64_t v) { return in_range(v, 1, 65535); }},
    {"port_or_zero", [](std::int64_t v) { return v == 0 ? Problems{} : in_range(v, 1, 65535); }},
    {"id", [](std::int64_t v) { return in_range(v, 0, int32_max); }},
    {"deadline", [](std::int64_t v) { return in_range(v, 1, int32_max); }},
    {"non_negative", [](std::int64_t v) { return one(v >= 0, "must be greater than or equal to 0"); }},
    {"positive", [](std::int64_t v) { return one(v > 0, "must be greater than 0"); }},
    {"above_zero", [](std::int64_t v) { return one(v > 0, "must be greater than zero"); }},
    {"weight", [](std::int64_t v) { return one(v >= 1 && v <= 100, "must be in the range 1-100"); }},
    {"lun", [](std::int64_t v) { return in_range(v, 0, 255); }},
    {"file_mode",
     [](std::int64_t v) {
         return one(v >= 0 && v <= 0777, "must be a number between 0 and 0777 (octal), both inclusive");
     }},
    {"token_expiration",
     [](std::int64_t v) {
         if (v > (std::int64_t{1} << 32))
             return Problems{"may not specify a duration larger than 2^32 seconds"};
         return one(v >= 600, "may not specify a duration less than 10 minutes");
     }},
}};

template <class Rules>
auto find_rule(const Rules& rules, std::string_view name) {
    return std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.name == name; });
}

}  // namespace

Problems dns_label(std::string_view value) {
    if (framed(value, is_lower_or_digit, "-")) return one(value.size() <= 63, at_most(63));
    Problems problems = one(value.size() <= 63, at_most(63));
    problems.emplace_back(dns_subdomain(value).empty() ? "must not contain dots" : label_text);
    return problems;
}

Problems dns_1035_label(std::string_view value) {
    Problems problems = one(value.size() <= 63, at_most(63));
    if (!framed(value, is_lower_or_digit, "-") || !is_lower_case(value.front()))
        problems.emplace_back(label_1035_text);
    return problems;
}

Problems dns_subdomain(std::string_view value) {
    Problems problems = one(value.size() <= 253, at_most(253));
    if (!all_framed(value, ".", "-")) problems.emplace_back(subdomain_text);
    return problems;
}

Problems qualified_name(std::string_view value) {
    Problems problems;
    const std::size_t slash = value.find('/');
    std::string_view name = value;
    if (slash != std::string_view::npos) {
        const std::string_view prefix = value.substr(0, slash);
        name = value.substr(slash + 1);
        if (name.find('/') != std::string_view::npos) return {qualified_form_text};
        if (prefix.empty())
            problems.emplace_back("prefix part must be non-empty");
        else
            for (const std::string& p : dns_subdomain(prefix)) problems.push_back("prefix part " + p);
    }
    if (name.empty())
        problems.emplace_back("name part must be non-empty");
    else if (name.size() > 63)
        problems.push_back("name part " + at_most(63));
    if (!framed(name, is_alphanumeric, "-_.")) problems.emplace_back(qualified_name_text);
    return problems;
}

std::string_view without_dash(std::string_view start) {
    if (start.ends_with('-')) start.remove_suffix(1);
    return start;
}

Problems label_value(std::string_view value) {
    Problems problems = one(value.size() <= 63, at_most(63));
    if (!value.empty() && !framed(value, is_alphanumeric, "-_.")) problems.emplace_back(label_value_text);
    return problems;
}

Problems port_name(std::string_view value) {
    Problems problems = one(value.size() <= 15, at_most(15));
    const bool letters = std::any_of(value.begin(), value.end(), is_lower_case);
    const bool allowed =
        std::all_of(value.begin(), value.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
    if (value.empty() || !allowed) {
        problems.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!letters) problems.emplace_back("must contain at least one letter (a-z)");
    if (value.find("--") != std::string_view::npos)
        problems.emplace_back("must not contain consecutive hyphens");
    if (value.starts_with('-') || value.ends_with('-'))
        problems.emplace_back("must not begin or end with a hyphen");
    return problems;
}

bool is_rule(std::string_view rule) {
    return find_rule(text_rules, rule) != text_rules.end() ||
           find_rule(number_rules, rule) != number_rules.end();
}

Problems check_text(std::string_view rule, std::string_view value) {
    const auto it = find_rule(text_rules, rule);
    if (it == text_rules.end()) throw std::logic_error(fmt::format("no check for texts is called {}", rule));
    return it->check(value);
}

Problems check_number(std::string_view rule, std::int64_t value) {
    const auto it = find_rule(number_rules, rule);
    if (it == number_rules.end())
        throw std::logic_error(fmt::format("no check for numbers is called {}", rule));
    return it->check(value);
}

}  // namespace hooklet::api
