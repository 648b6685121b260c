// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// OpenAPI v2 (Swagger), which kubectl before 1.27 validates by, and newer ones make patches by. One document
/// for everything.
namespace hooklet::server::openapi {

/// The form in which kubectl asks for it; it reads no other.
inline constexpr std::string_view protobuf_request =
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
/// The same form as answers name it. With the `@` Go's clients would not take it for a media type.
inline constexpr std::string_view protobuf_type =
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// The document as JSON, and as the message openapi.v2.Document of the library gnostic.
const std::string& v2_json();
const std::string& v2_protobuf();

}  // namespace hooklet::server::openapi
