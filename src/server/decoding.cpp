// SPDX-License-Identifier: Apache-2.0
#include "server/decoding.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/protobuf.hpp"

#include <map>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

/// Finds repeated members and keeps the last of each.
class Duplicates {
  public:
    explicit Duplicates(bool yaml) : yaml_(yaml) {}

    void drop(api::Node& node, const std::string& path) {
        if (auto* items = node.as<api::Node::Array>()) {
            for (std::size_t i = 0; i < items->size(); ++i) drop((*items)[i], fmt::format("{}[{}]", path, i));
        }
        auto* members = node.as<api::Node::Object>();
        if (members == nullptr) return;
        api::Node::Object kept;
        std::map<std::string, std::size_t> places;
        for (api::Member& member : *members) {
            const std::string place = path.empty() ? member.key : path + "." + member.key;
            drop(member.value, place);
            const auto [before, is_new] = places.try_emplace(member.key, kept.size());
            if (is_new) {
                kept.push_back(std::move(member));
                continue;
            }
            report(member, place);
            kept[before->second] = std::move(member);
        }
        *members = std::move(kept);
    }

    std::vector<std::string> found;

  private:
    void report(const api::Member& member, const std::string& place) {
        found.push_back(
            yaml_ ? fmt::format("line {}: key {} already set in map", member.line, api::quote(member.key))
                  : fmt::format("duplicate field {}", api::quote(place)));
    }

    bool yaml_;
};

/// The API's own words, which have no suggestion.
std::string without_hint(const std::string& message) {
    return message.substr(0, message.rfind(R"( (did you mean ")"));
}

ApiStatus unrecognized(std::string_view wanted, std::string_view why) {
    return status::bad_request(
        fmt::format("the object provided is unrecognized (must be of type {}): couldn't get version/kind; {}",
                    wanted, why));
}

ApiStatus unhandled(std::string_view kind, std::string_view api_version, std::string_view wanted,
                    std::string_view why) {
    return status::bad_request(fmt::format("{} in version {} cannot be handled as a {}: {}", kind,
                                           api::quote(api_version), wanted, why));
}

std::string text_of(const api::Node& document, std::string_view name) {
    const api::Node* member = document.find(name);
    const std::string* text = member == nullptr ? nullptr : member->as_string();
    return text == nullptr ? "" : *text;
}

Answer<Body> of_document(Body::Form form, api::Node document) {
    Body body;
    body.form = form;
    body.kind = text_of(document, "kind");
    body.api_version = text_of(document, "apiVersion");
    body.document = std::move(document);
    return body;
}

Answer<Body> read_json(std::string_view text, std::string_view wanted) {
    if (text.empty()) {
        return std::unexpected(
            unrecognized(wanted, "json parse error: unexpected end of JSON input (<empty>)"));
    }
    auto document = api::parse_json(text);
    if (document) return of_document(Body::Form::json, *std::move(document));
    return std::unexpected(
        unrecognized(wanted, fmt::format("json parse error: {}", api::to_string(document.error()))));
}

Answer<Body> read_yaml(std::string_view text, std::string_view wanted, const api::DocumentParser& yaml) {
    auto documents = yaml(text);
    if (!documents) {
        return std::unexpected(
            unrecognized(wanted, fmt::format("yaml: {}", api::to_string(documents.error()))));
    }
    if (documents->empty()) return of_document(Body::Form::yaml, {});
    return of_document(Body::Form::yaml, std::move(documents->front()));
}

Answer<Body> read_protobuf(std::string_view text) {
    auto envelope = api::open_envelope(text);
    if (!envelope) return std::unexpected(status::bad_request(envelope.error().text()));
    Body body;
    body.form = Body::Form::protobuf;
    body.message = std::move(envelope->raw);
    body.kind = std::move(envelope->typeMeta.kind);
    body.api_version = std::move(envelope->typeMeta.apiVersion);
    return body;
}

/// `core.Pod`, `coordination.Lease`: the kind inside the real server, which its message shows.
std::string internal_name(const kinds::Kind& kind) {
    const std::string group = kind.group.substr(0, kind.group.find('.'));
    return fmt::format("{}.{}", group.empty() ? "core" : group, kind.name);
}

/// Refuses a body that says it is of another kind.
Answer<void> check_kind(const kinds::Kind& kind, const Body& body) {
    const std::string& version = body.api_version.empty() ? kind.api_version() : body.api_version;
    const std::string& name = body.kind.empty() ? kind.name : body.kind;
    if (name == kind.name && version == kind.api_version()) return {};
    const auto known = std::ranges::find_if(kinds::all(), [&](const kinds::Kind& other) {
        return other.name == name && other.api_version() == version;
    });
    const std::string why =
        known != kinds::all().end()
            ? fmt::format("converting ({}.{}) to ({}): unknown conversion", known->version, name,
                          internal_name(kind))
            : fmt::format("no kind {} is registered for version {} in scheme {}", api::quote(name),
                          api::quote(version), api::quote("pkg/api/legacyscheme/scheme.go:30"));
    return std::unexpected(unhandled(name, version, kind.name, why));
}

}  // namespace

std::string Misfits::strict_text() const {
    std::string text = "strict decoding error: ";
    bool in_yaml = false;
    for (std::size_t i = 0; i < strict.size(); ++i) {
        const bool line = strict[i].starts_with("line ");
        if (line && !in_yaml) text += fmt::format("{}yaml: unmarshal errors:", i == 0 ? "" : ", ");
        text += line ? "\n  " : i == 0 ? "" : ", ";
        text += strict[i];
        in_yaml = line;
    }
    return text;
}

Misfits decode_document(const api::TypeDescriptor& type, api::Node document, bool yaml, void* object) {
    Misfits misfits;
    Duplicates duplicates(yaml);
    duplicates.drop(document, "");
    misfits.strict = std::move(duplicates.found);
    api::Issues issues;
    api::decode_into(type, document, object, "", issues);
    for (const api::Issue& issue : issues) {
        if (issue.reason == api::Reason::unknown_field) {
            misfits.strict.push_back(without_hint(issue.message));
        } else if (misfits.other.empty()) {
            misfits.other = api::field_text(issue);
        }
    }
    return misfits;
}

std::string media_type(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    boost::algorithm::trim(type);
    boost::algorithm::to_lower(type);
    return type;
}

Answer<Body> read_body(std::string_view content_type, std::string_view text, std::string_view wanted,
                       const api::DocumentParser& yaml) {
    const std::string type = media_type(content_type);
    if (type.empty() || type == "application/json") return read_json(text, wanted);
    if (type == "application/yaml") return read_yaml(text, wanted, yaml);
    if (type == "application/vnd.kubernetes.protobuf") return read_protobuf(text);
    return std::unexpected(
        status::failure(415, "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include: "
                        "application/json, application/yaml, application/vnd.kubernetes.protobuf"));
}

Answer<DecodedObject> decode_body(const kinds::Kind& kind, Body body, FieldValidation validation) {
    if (auto same = check_kind(kind, body); !same) return std::unexpected(same.error());
    DecodedObject decoded{.object = kind.make()};
    Misfits misfits;
    if (body.form == Body::Form::protobuf) {
        const auto read = api::decode_protobuf(*kind.type, body.message, decoded.object.get());
        if (!read) misfits.other = read.error().text();
    } else {
        misfits = decode_document(*kind.type, std::move(body.document), body.form == Body::Form::yaml,
                                  decoded.object.get());
    }
    const bool refused = validation == FieldValidation::strict && !misfits.strict.empty();
    if (refused || !misfits.other.empty()) {
        return std::unexpected(unhandled(kind.name, kind.api_version(), kind.name,
                                         misfits.other.empty() ? misfits.strict_text() : misfits.other));
    }
    if (validation == FieldValidation::warn) decoded.warnings = std::move(misfits.strict);
    if (kind.set_defaults) kind.set_defaults(decoded.object.get());
    return decoded;
}

}  // namespace hooklet::server
