// SPDX-License-Identifier: Apache-2.0
#include "server/openapi_schema.hpp"

#include <string_view>

#include <fmt/format.h>

namespace hooklet::server::openapi {

namespace {

using api::Node;

constexpr const char* list_type = "x-kubernetes-list-type";
constexpr const char* map_type = "x-kubernetes-map-type";

/// `dev.hooklet` of `hooklet.dev`
std::string reversed_domain(std::string_view domain) {
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos) return std::string(domain);
    return fmt::format("{}.{}", domain.substr(dot + 1), reversed_domain(domain.substr(0, dot)));
}

/// `io.k8s.api.core.v1.Pod`, `dev.hooklet.v1.HookRun`
std::string schema_name(const api::TypeDescriptor& type) {
    const std::size_t slash = type.group.find('/');
    const std::string_view version = slash == std::string_view::npos ? "v1" : type.group.substr(slash + 1);
    const std::string_view domain = type.group.substr(0, slash);
    if (domain.contains('.') && !domain.ends_with(".k8s.io"))
        return fmt::format("{}.{}.{}", reversed_domain(domain), version, type.name);
    const std::string_view group = domain.substr(0, domain.find('.'));
    if (group == "meta") return fmt::format("io.k8s.apimachinery.pkg.apis.meta.{}.{}", version, type.name);
    return fmt::format("io.k8s.api.{}.{}.{}", group, version, type.name);
}

Node scalar(const char* type, const char* format = nullptr) {
    Node node = object({{"type", Node(type)}});
    if (format != nullptr) node.set("format", Node(format));
    return node;
}

/// How server-side apply and patches share a list or map.
void add_sharing(const api::FieldDescriptor& field, Node& property) {
    if (field.shape == api::Shape::map && field.atomic) property.set(map_type, Node("atomic"));
    if (field.shape == api::Shape::list) {
        const bool keyed = !field.atomic && !field.keys.empty();
        const bool set = !field.atomic && field.merge && field.keys.empty();
        property.set(list_type, Node(keyed ? "map" : set ? "set" : "atomic"));
        if (keyed) {
            Node keys = Node::array();
            for (const std::string_view key : field.keys) keys.push(Node(key));
            property.set("x-kubernetes-list-map-keys", std::move(keys));
        }
    }
    if (field.merge) {
        property.set("x-kubernetes-patch-strategy", Node(field.retain_keys ? "merge,retainKeys" : "merge"));
        if (!field.merge_key.empty()) property.set("x-kubernetes-patch-merge-key", Node(field.merge_key));
    } else if (field.retain_keys) {
        property.set("x-kubernetes-patch-strategy", Node("retainKeys"));
    }
}

}  // namespace

Node object(std::initializer_list<std::pair<const char*, Node>> members) {
    Node node = Node::object();
    for (const auto& [key, value] : members) node.set(key, value);
    return node;
}

Node group_version_kind(const kinds::Kind& kind) {
    return object({{"group", Node(kind.group)}, {"version", Node(kind.version)}, {"kind", Node(kind.name)}});
}

std::string path_of(const kinds::Kind& kind) {
    return (kind.group.empty() ? "api/" : "apis/") + kind.api_version();
}

std::string collection_path(const kinds::Kind& kind) {
    return fmt::format("/{}/{}{}", path_of(kind), kind.namespaced ? "namespaces/{namespace}/" : "",
                       kind.plural);
}

Node info() {
    return object({{"title", Node("Kubernetes")}, {"version", Node("v1.34.0")}});
}

void Schemas::add(const kinds::Kind& kind) {
    add_type(*kind.type);
    Node& schema = *all.find(schema_name(*kind.type));
    Node kinds = Node::array();
    if (const Node* before = schema.find("x-kubernetes-group-version-kind")) kinds = *before;
    kinds.push(group_version_kind(kind));
    schema.set("x-kubernetes-group-version-kind", std::move(kinds));
}

void Schemas::add_type(const api::TypeDescriptor& type) {
    if (!known_.insert(&type).second) return;
    Node properties = Node::object();
    Node required = Node::array();
    add_fields(type, properties, required);
    Node schema = Node::object();
    if (!type.description.empty()) schema.set("description", Node(type.description));
    schema.set("type", Node("object"));
    schema.set("properties", std::move(properties));
    if (!required.as_array()->empty()) schema.set("required", std::move(required));
    if (type.atomic) schema.set(map_type, Node("atomic"));
    all.set(schema_name(type), std::move(schema));
}

void Schemas::add_fields(const api::TypeDescriptor& type, Node& properties, Node& required) {
    for (const api::FieldDescriptor& field : type.fields) {
        if (field.inlined()) {
            add_fields(*field.type, properties, required);
            continue;
        }
        // What may be left out since the server fills it in is not written always.
        if (field.required && field.always && !field.default_value) required.push(Node(field.name));
        properties.set(std::string(field.name), property(field));
    }
}

Node Schemas::property(const api::FieldDescriptor& field) {
    Node value = item(field);
    if (field.shape == api::Shape::list) {
        value = object({{"type", Node("array")}, {"items", std::move(value)}});
    } else if (field.shape == api::Shape::map) {
        value = object({{"type", Node("object")}, {"additionalProperties", std::move(value)}});
    }
    add_sharing(field, value);
    if (field.description.empty()) return value;
    // Beside a reference nothing else counts in OpenAPI v3.
    if (version_ == Version::v3 && value.find("$ref") != nullptr) {
        Node parts = Node::array();
        parts.push(std::move(value));
        value = object({{"allOf", std::move(parts)}});
    }
    value.set("description", Node(field.description));
    return value;
}

Node Schemas::item(const api::FieldDescriptor& field) {
    switch (field.kind) {
        case api::Kind::boolean:
            return scalar("boolean");
        case api::Kind::int32:
            return scalar("integer", "int32");
        case api::Kind::int64:
            return scalar("integer", "int64");
        case api::Kind::bytes:
            return scalar("string", "byte");
        case api::Kind::json:
            return scalar("object");
        case api::Kind::object:
            return reference(*field.type);
        case api::Kind::int_or_string:
            return scalar("string", "int-or-string");
        case api::Kind::strings:
            return object({{"type", Node("array")}, {"items", scalar("string")}});
        case api::Kind::time:
        case api::Kind::micro_time:
            return scalar("string", "date-time");
        case api::Kind::string:
        case api::Kind::quantity:
            return scalar("string");
    }
    return {};
}

Node Schemas::reference(const api::TypeDescriptor& type) {
    add_type(type);
    const std::string_view place = version_ == Version::v3 ? "#/components/schemas/" : "#/definitions/";
    return object({{"$ref", Node(std::string(place) + schema_name(type))}});
}

}  // namespace hooklet::server::openapi
