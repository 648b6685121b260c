// SPDX-License-Identifier: Apache-2.0
#include "streams/query.hpp"

#include <algorithm>
#include <optional>

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
        if (!pair.empty() && name && value) parameters_.emplace_back(*std::move(name), *std::move(value));
    }
}

const std::string& Query::get(std::string_view name) const {
    static const std::string none;
    const auto found = std::ranges::find(parameters_, name, &Parameter::first);
    return found == parameters_.end() ? none : found->second;
}

bool Query::has(std::string_view name) const {
    return std::ranges::find(parameters_, name, &Parameter::first) != parameters_.end();
}

std::vector<std::string> Query::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [parameter, value] : parameters_) {
        if (parameter == name) values.push_back(value);
    }
    return values;
}

bool Query::flag(std::string_view name) const {
    const std::string& value = get(name);
    return has(name) && value != "0" && !boost::algorithm::iequals(value, "false");
}

}  // namespace hooklet
