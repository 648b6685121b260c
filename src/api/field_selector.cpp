// SPDX-License-Identifier: Apache-2.0
#include "api/selector.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

/// Takes the text up to the next comma that no backslash stands before.
std::string_view next_term(std::string_view& rest) {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != ',') end += rest[end] == '\\' ? 2 : 1;
    end = std::min(end, rest.size());
    const std::string_view term = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return term;
}

Result<std::string> unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ',' || text[i] == '=') {
            return fail(Code::invalid, fmt::format("invalid field selector: unescaped character in value: {}",
                                                   int{text[i]}));
        }
        if (text[i] == '\\') {
            ++i;
            const std::string_view escaped = text.substr(i, 1);
            if (escaped != "\\" && escaped != "," && escaped != "=")
                return fail(Code::invalid,
                            fmt::format("invalid field selector: invalid escape sequence: \\{}", escaped));
        }
        out += text[i];
    }
    return out;
}

/// Splits a term at its first operator; nothing when it has none.
std::optional<FieldRequirement> split(std::string_view term) {
    const std::size_t at = std::min(term.find('='), term.find("!="));
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = term.substr(at);
    const bool equal = rest.front() == '=';
    const std::size_t size = equal && !rest.starts_with("==") ? 1 : 2;
    return FieldRequirement{
        .path = std::string(term.substr(0, at)), .value = std::string(rest.substr(size)), .equal = equal};
}

}  // namespace

Result<FieldRequirements> parse_field_selector(std::string_view text) {
    FieldRequirements requirements;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view term = next_term(rest);
        if (term.empty()) continue;
        auto requirement = split(term);
        if (!requirement) {
            return fail(Code::invalid,
                        fmt::format("invalid selector: '{}'; can't understand '{}'", text, term));
        }
        auto value = unescape(requirement->value);
        if (!value) return std::unexpected(value.error());
        requirement->value = *std::move(value);
        requirements.push_back(*std::move(requirement));
    }
    return requirements;
}

bool matches(const FieldRequirements& requirements,
             const std::function<std::string(std::string_view path)>& value_of) {
    return std::ranges::all_of(requirements, [&](const FieldRequirement& one) {
        return (value_of(one.path) == one.value) == one.equal;
    });
}

}  // namespace hooklet::api
