// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "kinds/kind.hpp"

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>

/// What the documents of both versions of OpenAPI have in common.
namespace hooklet::server::openapi {

enum class Version : std::uint8_t { v2, v3 };

api::Node object(std::initializer_list<std::pair<const char*, api::Node>> members);
api::Node group_version_kind(const kinds::Kind& kind);
/// `api/v1`, `apis/node.k8s.io/v1`
std::string path_of(const kinds::Kind& kind);
/// `/api/v1/namespaces/{namespace}/pods`
std::string collection_path(const kinds::Kind& kind);
/// The document's `info`.
api::Node info();

/// Collects the schemas of kinds and of all that they hold, by their names.
class Schemas {
  public:
    explicit Schemas(Version version) : version_(version) {}

    void add(const kinds::Kind& kind);

    api::Node all = api::Node::object();

  private:
    void add_type(const api::TypeDescriptor& type);
    void add_fields(const api::TypeDescriptor& type, api::Node& properties, api::Node& required);
    api::Node property(const api::FieldDescriptor& field);
    api::Node item(const api::FieldDescriptor& field);
    api::Node reference(const api::TypeDescriptor& type);

    Version version_;
    std::set<const api::TypeDescriptor*> known_;
};

}  // namespace hooklet::server::openapi
