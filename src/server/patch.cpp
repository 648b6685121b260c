// SPDX-License-Identifier: Apache-2.0
#include "server/patch.hpp"

#include "api/json.hpp"
#include "api/json_patch.hpp"
#include "api/strategic_patch.hpp"
#include "server/ownership.hpp"
#include "server/write.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

/// A patch that does not make an object of the kind.
ApiStatus misfit(const std::string& shown, const std::string& why) {
    return status::invalid("", "", "", {api::issue::invalid_raw("patch", shown, why)});
}

ApiStatus not_applicable() {
    ApiStatus status =
        status::failure(422, "Invalid", "the server rejected our request due to an error in our request");
    status.details.emplace();
    return status;
}

Answer<api::Node> applied(const kinds::Kind& kind, PatchType type, api::Node document,
                          const api::Node& content) {
    if (type == PatchType::merge) return api::apply_merge_patch(std::move(document), content);
    if (type == PatchType::json) {
        auto patched = api::apply_json_patch(std::move(document), content);
        if (!patched) return std::unexpected(not_applicable());
        return *std::move(patched);
    }
    auto patched = api::apply_strategic_patch(*kind.type, std::move(document), content);
    if (patched) return *std::move(patched);
    const std::string text = patched.error().text();
    return std::unexpected(patched.error().code == Code::internal
                               ? status::failure(500, "InternalError", text)
                               : status::bad_request(text));
}

Answer<void> check_identity(const Target& target, const store::Object& stored,
                            const api::ObjectMeta& metadata) {
    if (metadata.name.empty()) return check_name(target, metadata);
    api::Issues issues;
    if (metadata.name != target.name)
        issues.push_back(api::issue::invalid_text("metadata.name", metadata.name, "field is immutable"));
    if (!metadata.uid.empty() && metadata.uid != stored.uid)
        issues.push_back(api::issue::invalid_text("metadata.uid", metadata.uid, "field is immutable"));
    if (issues.empty()) return {};
    return std::unexpected(status::invalid(*target.kind, target.name, issues));
}

/// What Go says of a value that does not fit its type.
std::string unlike(const api::Node& value, std::string_view type) {
    const std::string shown = value.describe();  // `number 8080`
    const std::string found = value.as_bool() != nullptr ? "bool" : shown.substr(0, shown.find(' '));
    return fmt::format("json: cannot unmarshal {} into Go value of type {}", found, type);
}

/// The same of an object or a list, of which `why` says what was found instead; else empty.
std::string not_restored(const std::string& why) {
    for (const auto& [expected, restored] :
         {std::pair{"expected an object, found ", "map"}, std::pair{"expected an array, found ", "slice"}}) {
        const std::size_t found = why.find(expected);
        if (found == std::string::npos) continue;
        const std::string rest = why.substr(found + std::string_view(expected).size());
        return fmt::format("cannot restore {} from {}: ", restored, rest.substr(0, rest.find(' ')));
    }
    return {};
}

/// Why the value is no patch of that type; empty: it is one. Go takes null for anything empty.
std::string misshapen(PatchType type, const api::Node& content) {
    if (content.is_null()) return "";
    if (type != PatchType::json)
        return content.as_object() != nullptr ? "" : unlike(content, "map[string]interface {}");
    if (content.as_array() == nullptr) return unlike(content, "jsonpatch.Patch");
    for (const api::Node& operation : *content.as_array()) {
        const bool fits = operation.is_null() || operation.as_object() != nullptr;
        if (!fits) return unlike(operation, "jsonpatch.Operation");
    }
    return "";
}

/// What is said twice in a document for server-side apply; other misfits it does not forgive.
std::vector<std::string> said_twice(const api::Node& content) {
    std::vector<std::string> messages;
    for (const api::Issue& issue : api::duplicate_keys(content)) messages.push_back(issue.message);
    return messages;
}

/// A patch under way: the same for each version of the object it is tried on.
struct Patching {
    Target target;
    PatchType type;
    api::Node content;
    WriteOptions options;
    Clock* clock;
    std::shared_ptr<std::vector<std::string>> warnings;

    Answer<kinds::Object> operator()(const store::Object& stored) const {
        auto object = type == PatchType::apply ? merged(&stored) : patched(stored);
        if (!object) return object;
        api::ObjectMeta& metadata = *target.kind->metadata(object->get());
        auto same = check_identity(target, stored, metadata);
        if (!same) return std::unexpected(same.error());
        // A patch that leaves the version as it is means any.
        if (metadata.resourceVersion == std::to_string(stored.revision)) metadata.resourceVersion.clear();
        return object;
    }

    /// By server-side apply; `stored` is nullptr for a new object.
    [[nodiscard]] Answer<kinds::Object> merged(const store::Object* stored) const {
        const std::vector<std::string> twice = said_twice(content);
        if (!twice.empty() && options.validation == FieldValidation::strict)
            return std::unexpected(status::bad_request("error strict decoding YAML: " + twice.front()));
        if (options.validation == FieldValidation::warn) *warnings = twice;
        auto applied = server::apply(target, stored, content, options, clock->wall());
        if (!applied) return std::unexpected(applied.error());
        auto object = decoded(std::move(applied->document));
        if (object) target.kind->metadata(object->get())->managedFields = std::move(applied->owners);
        return object;
    }

  private:
    [[nodiscard]] Answer<kinds::Object> patched(const store::Object& stored) const {
        auto document = applied(*target.kind, type, server::document(*target.kind, stored), content);
        if (!document) return std::unexpected(document.error());
        return decoded(*std::move(document));
    }

    [[nodiscard]] Answer<kinds::Object> decoded(api::Node patched) const {
        const kinds::Kind& kind = *target.kind;
        kinds::Object object = kind.make();
        const Misfits misfits = decode_document(*kind.type, patched, false, object.get());
        if (!misfits.other.empty()) return std::unexpected(unfit(patched, misfits.other));
        if (type != PatchType::apply)
            *warnings =
                options.validation == FieldValidation::warn ? misfits.strict : std::vector<std::string>{};
        if (options.validation == FieldValidation::strict && !misfits.strict.empty()) {
            const std::string shown =
                type == PatchType::strategic ? api::go_text(content) : api::write_json(patched);
            return std::unexpected(misfit(api::quote(shown), misfits.strict_text()));
        }
        if (auto same = check_type(patched); !same) return std::unexpected(same.error());
        if (kind.set_defaults) kind.set_defaults(object.get());
        return object;
    }

    /// A type is wrong. Of a strategic patch only itself is shown, in Go's words too: scripts look for them.
    [[nodiscard]] ApiStatus unfit(const api::Node& patched, const std::string& why) const {
        if (type != PatchType::strategic) return misfit(api::quote(api::write_json(patched)), why);
        return misfit(api::quote(api::go_text(content)), not_restored(why) + why);
    }

    [[nodiscard]] Answer<void> check_type(const api::Node& patched) const {
        const auto is = [&patched](std::string_view field, const std::string& wanted) {
            const api::Node* value = patched.find(field);
            return value != nullptr && value->as_string() != nullptr && *value->as_string() == wanted;
        };
        if (is("kind", target.kind->name) && is("apiVersion", target.kind->api_version())) return {};
        return std::unexpected(
            misfit(api::quote(api::write_json(patched)),
                   fmt::format("must be a {} of {}", target.kind->name, target.kind->api_version())));
    }
};

Answer<void> check_options(PatchType type, const WriteOptions& options) {
    api::Issues issues;
    if (type == PatchType::apply && options.field_manager.empty())
        issues.push_back(api::issue::required("fieldManager", "is required for apply patch"));
    if (type != PatchType::apply && options.force)
        issues.push_back(api::issue::forbidden("force", "may not be specified for non-apply patch"));
    if (issues.empty()) return {};
    return std::unexpected(status::invalid("meta.k8s.io", "PatchOptions", "", issues));
}

/// Server-side apply of what is not there.
Task<Answer<Written>> create_applied(Services services, Patching patching) {
    auto object = patching.merged(nullptr);
    if (!object) co_return std::unexpected(object.error());
    api::ObjectMeta& metadata = *patching.target.kind->metadata(object->get());
    if (metadata.name.empty()) metadata.name = patching.target.name;
    if (!metadata.uid.empty()) {
        co_return std::unexpected(status::conflict(
            *patching.target.kind, patching.target.name,
            fmt::format(
                "uid mismatch: the provided object specified uid {}, and no existing object was found",
                metadata.uid)));
    }
    if (auto same = check_name(patching.target, metadata); !same) co_return std::unexpected(same.error());
    patching.options.owners_known = true;
    auto made = co_await create(services, patching.target, *std::move(object), patching.options);
    warn_before(made, *patching.warnings);
    co_return made;
}

}  // namespace

std::optional<PatchType> patch_type(std::string_view content_type) {
    const std::string type = media_type(content_type);
    if (type == "application/json-patch+json") return PatchType::json;
    if (type == "application/merge-patch+json") return PatchType::merge;
    if (type == "application/strategic-merge-patch+json") return PatchType::strategic;
    if (type == "application/apply-patch+yaml") return PatchType::apply;
    return std::nullopt;
}

Answer<api::Node> read_patch(PatchType type, std::string_view text, const api::DocumentParser& yaml) {
    if (type == PatchType::apply) {
        auto documents = yaml(text);
        if (documents && !documents->empty() && documents->front().as_object() != nullptr)
            return std::move(documents->front());
        return std::unexpected(status::bad_request(
            "error decoding YAML: " + (documents ? "an object is required" : to_string(documents.error()))));
    }
    auto content = api::parse_json(text);
    const std::string why = content ? misshapen(type, *content) : api::to_string(content.error());
    if (!why.empty()) {
        return std::unexpected(
            status::bad_request(type == PatchType::strategic ? why : "error decoding patch: " + why));
    }
    if (content->is_null()) return type == PatchType::json ? api::Node::array() : api::Node::object();
    if (type == PatchType::json && content->as_array()->size() > api::most_json_patch_operations) {
        return std::unexpected(status::failure(
            413, "RequestEntityTooLarge",
            fmt::format("Request entity too large: The allowed maximum operations in a JSON patch is {}, "
                        "got {}",
                        api::most_json_patch_operations, content->as_array()->size())));
    }
    return *std::move(content);
}

Task<Answer<Written>> patch(Services services, Target target, PatchType type, api::Node content,
                            WriteOptions options) {
    if (auto legal = check_options(type, options); !legal) co_return std::unexpected(legal.error());
    const bool there = services.objects->get(target.key()).has_value();
    Patching patching{target,  type,           std::move(content),
                      options, services.clock, std::make_shared<std::vector<std::string>>()};
    if (type == PatchType::apply && !there && target.part.empty())
        co_return co_await create_applied(services, std::move(patching));
    const ChangeOptions changing{.dry_run = options.dry_run,
                                 .manager = options.field_manager,
                                 .owners_known = type == PatchType::apply,
                                 .node = options.node,
                                 .check = options.check};
    auto stored = co_await change(services, std::move(target), patching, changing);
    warn_before(stored, *patching.warnings);
    co_return stored;
}

}  // namespace hooklet::server
