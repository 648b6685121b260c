// SPDX-License-Identifier: Apache-2.0
#include "server/openapi.hpp"

#include "api/json.hpp"
#include "kinds/kind.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace hooklet::server::openapi {

namespace {

using api::Node;

Node object(std::initializer_list<std::pair<const char*, Node>> members) {
    Node node = Node::object();
    for (const auto& [key, value] : members) node.set(key, value);
    return node;
}

/// `io.k8s.api.core.v1.Pod`
std::string schema_name(const api::TypeDescriptor& type) {
    const std::string_view group = type.group.substr(0, type.group.find_first_of("./"));
    const std::size_t slash = type.group.find('/');
    const std::string_view version = slash == std::string_view::npos ? "v1" : type.group.substr(slash + 1);
    if (group == "meta") return fmt::format("io.k8s.apimachinery.pkg.apis.meta.{}.{}", version, type.name);
    return fmt::format("io.k8s.api.{}.{}.{}", group, version, type.name);
}

/// Collects the schemas of types and of all that they hold.
class Schemas {
  public:
    void add(const api::TypeDescriptor& type) {
        if (!known_.insert(&type).second) return;
        Node properties = Node::object();
        Node required = Node::array();
        add_fields(type, properties, required);
        Node schema = object({{"type", Node("object")}, {"properties", std::move(properties)}});
        if (!required.as_array()->empty()) schema.set("required", std::move(required));
        all.set(schema_name(type), std::move(schema));
    }
    void set_kind(const kinds::Kind& kind, Node group_version_kind) {
        Node kinds = Node::array();
        kinds.push(std::move(group_version_kind));
        all.find(schema_name(*kind.type))->set("x-kubernetes-group-version-kind", std::move(kinds));
    }

    Node all = Node::object();

  private:
    void add_fields(const api::TypeDescriptor& type, Node& properties, Node& required) {
        for (const api::FieldDescriptor& field : type.fields) {
            if (field.inlined()) {
                add_fields(*field.type, properties, required);
                continue;
            }
            if (field.required) required.push(Node(field.name));
            properties.set(std::string(field.name), property(field));
        }
    }

    Node property(const api::FieldDescriptor& field) {
        Node item = scalar(field);
        if (field.shape == api::Shape::list)
            return object({{"type", Node("array")}, {"items", std::move(item)}});
        if (field.shape == api::Shape::map)
            return object({{"type", Node("object")}, {"additionalProperties", std::move(item)}});
        return item;
    }

    Node scalar(const api::FieldDescriptor& field) {
        switch (field.kind) {
            case api::Kind::boolean:
                return object({{"type", Node("boolean")}});
            case api::Kind::int32:
                return object({{"type", Node("integer")}, {"format", Node("int32")}});
            case api::Kind::int64:
                return object({{"type", Node("integer")}, {"format", Node("int64")}});
            case api::Kind::bytes:
                return object({{"type", Node("string")}, {"format", Node("byte")}});
            case api::Kind::json:
                return object({{"type", Node("object")}});
            case api::Kind::object: {
                add(*field.type);
                return object({{"$ref", Node("#/components/schemas/" + schema_name(*field.type))}});
            }
            case api::Kind::int_or_string:
                return object({{"type", Node("string")}, {"format", Node("int-or-string")}});
            case api::Kind::strings: {
                Node text = object({{"type", Node("string")}});
                return object({{"type", Node("array")}, {"items", std::move(text)}});
            }
            case api::Kind::time:
            case api::Kind::micro_time:
                return object({{"type", Node("string")}, {"format", Node("date-time")}});
            case api::Kind::string:
            case api::Kind::quantity:
                return object({{"type", Node("string")}});
        }
        return {};
    }

    std::set<const api::TypeDescriptor*> known_;
};

std::string path_of(const kinds::Kind& kind) {
    return (kind.group.empty() ? "api/" : "apis/") + kind.api_version();
}

Node group_version_kind(const kinds::Kind& kind) {
    return object({{"group", Node(kind.group)}, {"version", Node(kind.version)}, {"kind", Node(kind.name)}});
}

/// kubectl looks here whether the server validates fields itself. A request body would make it apply patches
/// by its schema instead of by what kubectl knows.
Node operation(const kinds::Kind& kind, bool validates) {
    Node parameters = Node::array();
    if (validates) parameters.push(object({{"name", Node("fieldValidation")}, {"in", Node("query")}}));
    return object({{"parameters", std::move(parameters)},
                   {"responses", Node::object()},
                   {"x-kubernetes-group-version-kind", group_version_kind(kind)}});
}

void add_paths(Node& paths, const kinds::Kind& kind) {
    const std::string base =
        fmt::format("/{}/{}{}", path_of(kind), kind.namespaced ? "namespaces/{namespace}/" : "", kind.plural);
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
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return fmt::format("{:016X}", hash);
}

Node describe(std::string_view group_version) {
    Node paths = Node::object();
    Schemas schemas;
    for (const kinds::Kind& kind : kinds::all()) {
        if (path_of(kind) != group_version) continue;
        add_paths(paths, kind);
        schemas.add(*kind.type);
        schemas.set_kind(kind, group_version_kind(kind));
    }
    return object({{"openapi", Node("3.0.0")},
                   {"info", object({{"title", Node("Kubernetes")}, {"version", Node("v1.34.0")}})},
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
            if (!made.contains(path)) made.emplace(path, api::write_json(describe(path)));
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
