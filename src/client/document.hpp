// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>
#include <string_view>

/// Looking into documents whose types need not be known.
namespace hooklet::client {

/// What is at `metadata.name`; nullptr when there is nothing.
const api::Node* find(const api::Node& document, std::string_view path);
/// The text there; empty when there is none.
std::string text_at(const api::Node& document, std::string_view path);
/// The number (or any other value) there as text; `otherwise` when there is none.
std::string number_at(const api::Node& document, std::string_view path, std::string_view otherwise = "0");
/// Whether it is true that is there.
bool is_true(const api::Node& document, std::string_view path);
/// The items of the array there; none when there is no array.
const api::Node::Array& items(const api::Node& document, std::string_view path);
/// A value as it is shown: a text as it is, nothing as `<none>`, anything else as JSON.
std::string shown(const api::Node& value);

}  // namespace hooklet::client
