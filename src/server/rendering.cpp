// SPDX-License-Identifier: Apache-2.0
#include "server/rendering.hpp"

#include "api/json.hpp"
#include "server/decoding.hpp"
#include "server/options.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

constexpr std::string_view meta_version = "meta.k8s.io/v1";

std::string_view take(std::string_view& rest, char end) {
    const std::size_t at = std::min(rest.find(end), rest.size());
    std::string_view piece = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    return piece;
}

std::string_view parameter(std::string_view parameters, std::string_view name) {
    while (!parameters.empty()) {
        std::string_view value = take(parameters, ';');
        if (take(value, '=') == name) return value;
    }
    return {};
}

/// What one range of an Accept header allows; nothing when the server has nothing for it.
std::optional<Rendering::Form> form_of(std::string_view range) {
    const std::string type = media_type(range);
    const bool json = type == "application/json" || type == "application/*" || type == "*/*";
    // JSON is YAML, and clients that prefer protobuf read what the answer says it is.
    const bool takes_json =
        json || type == "application/yaml" || type == "application/vnd.kubernetes.protobuf";
    if (!takes_json) return std::nullopt;
    take(range, ';');
    const std::string_view as = parameter(range, "as");
    if (as.empty()) return Rendering::Form::object;
    if (!json || parameter(range, "g") != "meta.k8s.io") return std::nullopt;
    if (as == "Table") return Rendering::Form::table;
    if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList") return Rendering::Form::metadata;
    return std::nullopt;
}

api::Node metadata_only(const api::Node& document) {
    api::Node out;
    out.set("kind", api::Node("PartialObjectMetadata"));
    out.set("apiVersion", api::Node(meta_version));
    const api::Node* metadata = document.find("metadata");
    out.set("metadata", metadata == nullptr ? api::Node::object() : *metadata);
    return out;
}

/// The columns of kinds that do not say which they have.
std::vector<kinds::Column> plain_columns() {
    return {{.name = "Name", .format = "name"}, {.name = "Created At", .type = "date"}};
}

kinds::Row plain_row(const api::Node& document) {
    return {.cells = {api::Node(store::metadata_text(document, "name")),
                      api::Node(store::metadata_text(document, "creationTimestamp"))}};
}

api::Node column_node(const kinds::Column& column) {
    api::Node node;
    node.set("name", api::Node(column.name));
    node.set("type", api::Node(column.type));
    node.set("format", api::Node(column.format));
    node.set("description", api::Node(column.description));
    node.set("priority", api::Node(column.priority));
    return node;
}

api::Node row_node(const Rendering& rendering, const kinds::Kind& kind, const api::Node& document,
                   WallTime now) {
    kinds::Row row = kind.row ? kind.row(from_document(kind, document).get(), now) : plain_row(document);
    api::Node node;
    node.set("cells", api::Node(std::move(row.cells)));
    if (!row.conditions.empty()) node.set("conditions", api::Node(std::move(row.conditions)));
    api::Node object;
    if (rendering.include == Rendering::Include::metadata) object = metadata_only(document);
    if (rendering.include == Rendering::Include::object) object = document;
    node.set("object", std::move(object));
    return node;
}

std::string table(const Rendering& rendering, const kinds::Kind& kind, api::Node metadata,
                  api::Node::Array rows) {
    api::Node columns;
    if (rendering.columns) {
        columns = api::Node::array();
        for (const kinds::Column& column : kind.row ? kind.columns : plain_columns())
            columns.push(column_node(column));
    }
    api::Node out;
    out.set("kind", api::Node("Table"));
    out.set("apiVersion", api::Node(meta_version));
    out.set("metadata", std::move(metadata));
    out.set("columnDefinitions", std::move(columns));
    out.set("rows", api::Node(std::move(rows)));
    return api::write_json(out);
}

api::Node revision_metadata(Revision revision) {
    api::Node metadata;
    metadata.set("resourceVersion", api::Node(std::to_string(revision)));
    return metadata;
}

api::Node list_metadata(const store::Page& page) {
    api::Node metadata = revision_metadata(page.revision);
    if (!page.continue_.empty()) metadata.set("continue", api::Node(page.continue_));
    if (page.remaining && *page.remaining > 0)
        metadata.set("remainingItemCount", api::Node(static_cast<std::int64_t>(*page.remaining)));
    return metadata;
}

/// The items of a list have no kind and apiVersion: they stand at the beginning of the text.
std::string_view item_text(std::string_view text, std::string_view type_prefix) {
    return text.starts_with(type_prefix) ? text.substr(type_prefix.size()) : text.substr(1);
}

std::string plain_list(const kinds::Kind& kind, const store::Page& page) {
    const std::string prefix =
        fmt::format(R"({{"kind":"{}","apiVersion":"{}",)", kind.name, kind.api_version());
    std::string out = fmt::format(R"({{"kind":"{}List","apiVersion":"{}","metadata":{},"items":[)", kind.name,
                                  kind.api_version(), api::write_json(list_metadata(page)));
    // A list may be large: its text grows once.
    std::size_t size = out.size() + 2;
    for (const store::ObjectPtr& object : page.objects) size += object->text->size();
    out.reserve(size);
    for (std::size_t i = 0; i < page.objects.size(); ++i) {
        out += i == 0 ? "{" : ",{";
        const store::Object& object = *page.objects[i];
        if (kind.stored_as.empty()) {
            out += item_text(*object.text, prefix);
        } else {
            out += item_text(text(kind, object), prefix);
        }
    }
    out += "]}";
    return out;
}

std::string metadata_list(const kinds::Kind& kind, const store::Page& page) {
    api::Node items = api::Node::array();
    for (const store::ObjectPtr& object : page.objects) items.push(metadata_only(document(kind, *object)));
    api::Node out;
    out.set("kind", api::Node("PartialObjectMetadataList"));
    out.set("apiVersion", api::Node(meta_version));
    out.set("metadata", list_metadata(page));
    out.set("items", std::move(items));
    return api::write_json(out);
}

}  // namespace

Answer<Rendering> read_rendering(std::string_view accept, const Query& query) {
    Rendering rendering;
    std::optional<Rendering::Form> form;
    if (accept.empty()) form = Rendering::Form::object;
    while (!form && !accept.empty()) {
        form = form_of(take(accept, ','));
        if (form == Rendering::Form::table && is_watch_list(query)) form.reset();
    }
    if (!form) return std::unexpected(status::not_acceptable());
    rendering.form = *form;
    const std::string& include = query.get("includeObject");
    if (form != Rendering::Form::table || include.empty() || include == "Metadata") return rendering;
    if (include != "Object" && include != "None") {
        return std::unexpected(status::bad_request(
            fmt::format("Unable to convert to Table as requested: includeObject: Invalid value: {}: must be "
                        "'Metadata', 'Object', 'None', or empty",
                        api::quote(include))));
    }
    rendering.include = include == "Object" ? Rendering::Include::object : Rendering::Include::none;
    return rendering;
}

std::string render(const Rendering& rendering, const kinds::Kind& kind, const store::Object& object,
                   WallTime now) {
    if (rendering.form == Rendering::Form::object) return text(kind, object);
    const api::Node content = document(kind, object);
    if (rendering.form == Rendering::Form::metadata) return api::write_json(metadata_only(content));
    return table(rendering, kind, revision_metadata(object.revision),
                 {row_node(rendering, kind, content, now)});
}

std::string render(const Rendering& rendering, const kinds::Kind& kind, const store::Page& page,
                   WallTime now) {
    if (rendering.form == Rendering::Form::object) return plain_list(kind, page);
    if (rendering.form == Rendering::Form::metadata) return metadata_list(kind, page);
    api::Node::Array rows;
    for (const store::ObjectPtr& object : page.objects)
        rows.push_back(row_node(rendering, kind, document(kind, *object), now));
    return table(rendering, kind, list_metadata(page), std::move(rows));
}

std::string render_bookmark(const Rendering& rendering, const kinds::Kind& kind, Revision revision,
                            bool initial_end) {
    api::Node metadata = revision_metadata(revision);
    if (rendering.form == Rendering::Form::table) return table(rendering, kind, std::move(metadata), {});
    if (initial_end) {
        api::Node annotations;
        annotations.set("k8s.io/initial-events-end", api::Node("true"));
        metadata.set("annotations", std::move(annotations));
    }
    const bool partial = rendering.form == Rendering::Form::metadata;
    api::Node out;
    out.set("kind", api::Node(partial ? "PartialObjectMetadata" : kind.name));
    out.set("apiVersion", api::Node(partial ? std::string(meta_version) : kind.api_version()));
    out.set("metadata", std::move(metadata));
    return api::write_json(out);
}

}  // namespace hooklet::server
