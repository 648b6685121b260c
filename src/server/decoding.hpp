// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/manifest.hpp"
#include "api/node.hpp"
#include "server/status.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::server {

/// What becomes of fields that the type does not have, and of repeated ones.
enum class FieldValidation { ignore, warn, strict };

/// What was wrong with a document.
struct Misfits {
    /// `unknown field "spec.nam"`, `duplicate field "x"`: refused only where fieldValidation is strict.
    std::vector<std::string> strict;
    /// What cannot become the type at all; empty when everything fits.
    std::string other;

    /// `strict decoding error: A, B`
    [[nodiscard]] std::string strict_text() const;
};

/// Fills the object. The last of repeated members counts. `yaml` decides about the words only.
Misfits decode_document(const api::TypeDescriptor& type, api::Node document, bool yaml, void* object);

/// A request's body before it becomes an object.
struct Body {
    enum class Form { json, yaml, protobuf };
    Form form = Form::json;
    api::Node document{};   ///< Of json and yaml.
    std::string message{};  ///< Of protobuf.
    std::string kind{};     ///< As the body says; may be empty.
    std::string api_version{};
};

/// The media type without its parameters, in lower case.
std::string media_type(std::string_view content_type);

/// Reads a body; one without content type is JSON. 415 for another type, 400 for what is not of its form.
/// `wanted` is the name of the kind for messages.
Answer<Body> read_body(std::string_view content_type, std::string_view text, std::string_view wanted,
                       const api::DocumentParser& yaml);

/// An object of a kind out of a body.
struct DecodedObject {
    kinds::Object object;
    std::vector<std::string> warnings{};
};
/// The object with its defaults. 400 for what does not fit.
Answer<DecodedObject> decode_body(const kinds::Kind& kind, Body body, FieldValidation validation);

}  // namespace hooklet::server
