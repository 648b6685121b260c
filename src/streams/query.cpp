// SPDX-License-Identifier: Apache-2.0
#include "streams/query.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/url.hpp>

namespace hooklet {

namespace {

std::optional<std::string> unescaped(std::string_view text) {
    const auto parsed = boost::urls::make_pct_string_view(text);
    if (!parsed) return std::nullopt;
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    return parsed->decode(options);
}

}  // namespace

Query::Query(std::string_view target) {
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) return;
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        auto name = unescaped(pair.substr(0, equals));
        auto value = unescaped(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
        if (!pair.empty() && name && value) parameters_.push_back({std::move(*name), std::move(*value)});
    }
}

std::optional<std::string> Query::first(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    if (found == parameters_.end()) return std::nullopt;
    return found->value;
}

std::vector<std::string> Query::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const Parameter& parameter : parameters_) {
        if (parameter.name == name) values.push_back(parameter.value);
    }
    return values;
}

bool Query::flag(std::string_view name) const {
    const auto value = first(name);
    return value && *value != "0" && !boost::algorithm::iequals(*value, "false");
}

}  // namespace hooklet
