// SPDX-License-Identifier: Apache-2.0
#include "server/openapi_v2.hpp"

#include "api/json.hpp"
#include "api/wire.hpp"
#include "server/openapi_schema.hpp"

#include <utility>

namespace hooklet::server::openapi {

namespace {

using api::Node;
using api::wire::put_bytes;

/// kubectl looks here whether the server can do a dry run, and which patches it takes.
Node patch_operation(const kinds::Kind& kind) {
    Node types = Node::array();
    for (const char* type : {"application/json-patch+json", "application/merge-patch+json",
                             "application/strategic-merge-patch+json", "application/apply-patch+yaml"})
        types.push(Node(type));
    Node parameters = Node::array();
    for (const char* name : {"dryRun", "fieldManager", "fieldValidation"})
        parameters.push(object({{"name", Node(name)}, {"in", Node("query")}, {"type", Node("string")}}));
    return object({{"consumes", std::move(types)},
                   {"parameters", std::move(parameters)},
                   {"responses", Node::object()},
                   {"x-kubernetes-group-version-kind", group_version_kind(kind)}});
}

Node describe_all() {
    Node paths = Node::object();
    Schemas schemas(Version::v2);
    for (const kinds::Kind& kind : kinds::all()) {
        paths.set(collection_path(kind) + "/{name}", object({{"patch", patch_operation(kind)}}));
        schemas.add(kind);
    }
    return object({{"swagger", Node("2.0")},
                   {"info", info()},
                   {"paths", std::move(paths)},
                   {"definitions", std::move(schemas.all)}});
}

// The messages, named as in gnostic; the numbers are its field numbers.

void put_text(std::string& message, int number, const Node* text) {
    if (text != nullptr) put_bytes(message, number, *text->as_string());
}

/// NamedAny {name 1, value 2: Any {yaml 2}}; JSON is YAML.
std::string named_any(std::string_view name, const Node& value) {
    std::string any;
    put_bytes(any, 2, api::write_json(value));
    std::string message;
    put_bytes(message, 1, name);
    put_bytes(message, 2, any);
    return message;
}

void put_extensions(std::string& message, int number, const Node& from) {
    for (const api::Member& member : *from.as_object()) {
        if (member.key.starts_with("x-")) put_bytes(message, number, named_any(member.key, member.value));
    }
}

std::string schema_message(const Node& schema);

/// Properties and Definitions {additional_properties 1: NamedSchema {name 1, value 2}}
std::string named_schemas(const Node& schemas) {
    std::string message;
    for (const api::Member& member : *schemas.as_object()) {
        std::string named;
        put_bytes(named, 1, member.key);
        put_bytes(named, 2, schema_message(member.value));
        put_bytes(message, 1, named);
    }
    return message;
}

/// A message that holds one thing in its first field: TypeItem, ItemsItem, AdditionalPropertiesItem.
std::string holding(std::string_view what) {
    std::string message;
    put_bytes(message, 1, what);
    return message;
}

std::string schema_message(const Node& schema) {
    std::string message;
    put_text(message, 1, schema.find("$ref"));
    put_text(message, 2, schema.find("format"));
    put_text(message, 4, schema.find("description"));
    if (const Node* required = schema.find("required")) {
        for (const Node& name : *required->as_array()) put_text(message, 19, &name);
    }
    if (const Node* values = schema.find("additionalProperties"))
        put_bytes(message, 21, holding(schema_message(*values)));
    if (const Node* type = schema.find("type")) put_bytes(message, 22, holding(*type->as_string()));
    if (const Node* items = schema.find("items")) put_bytes(message, 23, holding(schema_message(*items)));
    if (const Node* properties = schema.find("properties"))
        put_bytes(message, 25, named_schemas(*properties));
    put_extensions(message, 31, schema);
    return message;
}

/// ParametersItem {parameter 1: Parameter {non_body_parameter 2: NonBodyParameter {query_parameter_sub_schema
/// 3: QueryParameterSubSchema {in 2, name 4, type 6}}}}
std::string parameter_message(const Node& parameter) {
    std::string query;
    put_text(query, 2, parameter.find("in"));
    put_text(query, 4, parameter.find("name"));
    put_text(query, 6, parameter.find("type"));
    std::string non_body;
    put_bytes(non_body, 3, query);
    std::string any;
    put_bytes(any, 2, non_body);
    return holding(any);
}

/// NamedPathItem {name 1, value 2: PathItem {patch 8: Operation {consumes 7, parameters 8, vendor_extension
/// 13}}}
std::string path_message(const api::Member& path) {
    const Node& patch = *path.value.find("patch");
    std::string operation;
    for (const Node& type : *patch.find("consumes")->as_array()) put_text(operation, 7, &type);
    for (const Node& parameter : *patch.find("parameters")->as_array())
        put_bytes(operation, 8, parameter_message(parameter));
    put_extensions(operation, 13, patch);
    std::string item;
    put_bytes(item, 8, operation);
    std::string named;
    put_bytes(named, 1, path.key);
    put_bytes(named, 2, item);
    return named;
}

/// Document {swagger 1, info 2: Info {title 1, version 2}, paths 8: Paths {path 2}, definitions 9}
std::string document_message(const Node& document) {
    std::string info;
    put_text(info, 1, document.find("info")->find("title"));
    put_text(info, 2, document.find("info")->find("version"));
    std::string paths;
    for (const api::Member& path : *document.find("paths")->as_object())
        put_bytes(paths, 2, path_message(path));
    std::string message;
    put_text(message, 1, document.find("swagger"));
    put_bytes(message, 2, info);
    put_bytes(message, 8, paths);
    put_bytes(message, 9, named_schemas(*document.find("definitions")));
    return message;
}

}  // namespace

const std::string& v2_json() {
    static const std::string text = api::write_json(describe_all());
    return text;
}

const std::string& v2_protobuf() {
    static const std::string message = document_message(describe_all());
    return message;
}

}  // namespace hooklet::server::openapi
