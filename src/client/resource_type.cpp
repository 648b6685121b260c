// SPDX-License-Identifier: Apache-2.0
#include "client/resource_type.hpp"

#include "api/issue.hpp"
#include "base/ascii.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <iterator>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

namespace hooklet::client {

namespace {

std::string lower(std::string_view text) {
    return boost::algorithm::to_lower_copy(std::string(text));
}

bool is_called(const ResourceType& type, const std::string& word) {
    return type.plural == word || type.singular == word || lower(type.kind) == word ||
           std::ranges::find(type.short_names, word) != type.short_names.end();
}

ResourceType read_resource(const std::string& group, const std::string& version, const api::Node& resource) {
    ResourceType type{.group = group,
                      .version = version,
                      .kind = text_at(resource, "responseKind.kind"),
                      .plural = text_at(resource, "resource"),
                      .singular = text_at(resource, "singularResource"),
                      .namespaced = text_at(resource, "scope") == "Namespaced"};
    for (const api::Node& name : items(resource, "shortNames")) type.short_names.push_back(shown(name));
    for (const api::Node& name : items(resource, "categories")) type.categories.push_back(shown(name));
    return type;
}

}  // namespace

std::string ResourceType::named(std::string_view name) const {
    const std::string& word = singular.empty() ? plural : singular;
    return group.empty() ? fmt::format("{}/{}", word, name) : fmt::format("{}.{}/{}", word, group, name);
}

std::string ResourceType::path(std::string_view namespace_, std::string_view name) const {
    std::string path = fmt::format("/{}/{}", group.empty() ? "api" : "apis", api_version());
    if (namespaced && !namespace_.empty()) path += "/namespaces/" + escaped(namespace_);
    path += "/" + plural;
    if (!name.empty()) path += "/" + escaped(name);
    return path;
}

void add_discovered(const api::Node& list, ResourceTypes& types) {
    for (const api::Node& group : items(list, "items")) {
        const api::Node::Array& versions = items(group, "versions");
        if (versions.empty()) continue;
        const std::string version = text_at(versions.front(), "version");
        for (const api::Node& resource : items(versions.front(), "resources"))
            types.push_back(read_resource(text_at(group, "metadata.name"), version, resource));
    }
}

Result<ResourceType> find_type(const ResourceTypes& types, std::string_view word) {
    const std::string called = lower(word);
    const std::size_t dot = called.find('.');
    const std::string name = called.substr(0, dot);
    for (const ResourceType& type : types) {
        if (!is_called(type, name)) continue;
        if (dot == std::string::npos || type.group == called.substr(dot + 1)) return type;
    }
    return fail(Code::not_found, fmt::format("error: the server doesn't have a resource type {}",
                                             api::quote(std::string(word))));
}

Result<ResourceTypes> find_types(const ResourceTypes& types, std::string_view word) {
    ResourceTypes found;
    const auto is_in = [&word](const ResourceType& type) {
        return std::ranges::find(type.categories, word) != type.categories.end();
    };
    std::ranges::copy_if(types, std::back_inserter(found), is_in);
    if (!found.empty()) return found;
    auto type = find_type(types, word);
    if (!type) return std::unexpected(type.error());
    return ResourceTypes{*std::move(type)};
}

Result<ResourceType> type_of(const ResourceTypes& types, const api::Node& document) {
    const std::string kind = text_at(document, "kind");
    const std::string version = text_at(document, "apiVersion");
    for (const ResourceType& type : types) {
        if (type.kind == kind && type.api_version() == version) return type;
    }
    return fail(Code::not_found, fmt::format("error: no matches for kind {} in version {}", api::quote(kind),
                                             api::quote(version)));
}

Result<std::vector<Wanted>> read_wanted(const std::vector<std::string>& arguments) {
    std::vector<Wanted> wanted;
    if (arguments.empty()) return fail(Code::invalid, "error: You must specify the type of resource to get.");
    const auto is_pair = [](const std::string& text) { return text.contains('/'); };
    if (std::ranges::any_of(arguments, is_pair)) {
        for (const std::string& argument : arguments) {
            const std::size_t slash = argument.find('/');
            const bool good = slash != std::string::npos && slash > 0 && slash + 1 < argument.size() &&
                              argument.find('/', slash + 1) == std::string::npos;
            if (!good)
                return fail(Code::invalid,
                            "error: arguments in resource/name form must have a single resource and name");
            wanted.push_back({argument.substr(0, slash), argument.substr(slash + 1)});
        }
        return wanted;
    }
    std::vector<std::string> types;
    boost::algorithm::split(types, arguments.front(), boost::algorithm::is_any_of(","));
    for (const std::string& type : types) {
        if (arguments.size() == 1) wanted.push_back({type});
        for (std::size_t i = 1; i < arguments.size(); ++i) wanted.push_back({type, arguments[i]});
    }
    return wanted;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = is_alphanumeric(c) || std::string_view("-._~").contains(c);
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return out;
}

}  // namespace hooklet::client
