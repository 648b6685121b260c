// SPDX-License-Identifier: Apache-2.0
#include "server/openapi.hpp"

#include "api/json.hpp"
#include "base/fnv.hpp"
#include "server/openapi_schema.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server::openapi {

namespace {

using api::Node;

/// kubectl looks here whether the server validates fields itself. A request body would make it apply patches
/// by its schema instead of by what kubectl knows.
Node operation(const kinds::Kind& kind, bool validates) {
    Node it = object(
        {{"responses", Node::object()}, {"x-kubernetes-group-version-kind", group_version_kind(kind)}});
    if (validates) {
        Node parameters = Node::array();
        parameters.push(object({{"name", Node("fieldValidation")}, {"in", Node("query")}}));
        it.set("parameters", std::move(parameters));
    }
    return it;
}

void add_paths(Node& paths, const kinds::Kind& kind) {
    const std::string base = collection_path(kind);
    const auto can = [&kind](std::string_view verb) {
        return std::ranges::find(kind.verbs, verb) != kind.verbs.end();
    };
    if (can("create")) paths.set(base, object({{"post", operation(kind, true)}}));
    Node one = object({{"get", operation(kind, false)}});
    if (can("patch")) one.set("patch", operation(kind, true));
    paths.set(base + "/{name}", std::move(one));
}

/// Changes with the text, which kubectl keeps by it.
std::string fingerprint(std::string_view text) {
    return fmt::format("{:016X}", fnv1a_64(text));
}

Node describe_group(std::string_view group_version) {
    Node paths = Node::object();
    Schemas schemas(Version::v3);
    for (const kinds::Kind& kind : kinds::all()) {
        if (path_of(kind) != group_version) continue;
        add_paths(paths, kind);
        schemas.add(kind);
    }
    return object({{"openapi", Node("3.0.0")},
                   {"info", info()},
                   {"paths", std::move(paths)},
                   {"components", object({{"schemas", std::move(schemas.all)}})}});
}

using Documents = std::map<std::string, std::string, std::less<>>;

/// By their paths. They are large, and kinds do not change.
const Documents& documents() {
    static const Documents all = [] {
        Documents made;
        for (const kinds::Kind& kind : kinds::all()) {
            const std::string path = path_of(kind);
            if (!made.contains(path)) made.emplace(path, api::write_json(describe_group(path)));
        }
        return made;
    }();
    return all;
}

}  // namespace

const std::string* document(std::string_view group_version) {
    const auto found = documents().find(group_version);
    return found == documents().end() ? nullptr : &found->second;
}

Node index() {
    Node paths = Node::object();
    for (const auto& [path, text] : documents()) {
        paths.set(path, object({{"serverRelativeURL",
                                 Node(fmt::format("/openapi/v3/{}?hash={}", path, fingerprint(text)))}}));
    }
    return object({{"paths", std::move(paths)}});
}

}  // namespace hooklet::server::openapi
