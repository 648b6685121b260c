// SPDX-License-Identifier: Apache-2.0
#include "server/patch.hpp"

#include "api/json.hpp"
#include "api/json_patch.hpp"
#include "api/strategic_patch.hpp"
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
    if (metadata.name.empty()) {
        return std::unexpected(status::bad_request(
            fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided",
                        target.name)));
    }
    api::Issues issues;
    if (metadata.name != target.name)
        issues.push_back(api::issue::invalid_text("metadata.name", metadata.name, "field is immutable"));
    if (!metadata.uid.empty() && metadata.uid != stored.uid)
        issues.push_back(api::issue::invalid_text("metadata.uid", metadata.uid, "field is immutable"));
    if (issues.empty()) return {};
    return std::unexpected(status::invalid(*target.kind, target.name, issues));
}

/// A patch under way: the same for each version of the object it is tried on.
struct Patching {
    Target target;
    PatchType type;
    api::Node content;
    FieldValidation validation;
    std::shared_ptr<std::vector<std::string>> warnings;

    Answer<kinds::Object> operator()(const store::Object& stored) const {
        const kinds::Kind& kind = *target.kind;
        api::Node before = document(kind, stored);
        auto patched = applied(kind, type, std::move(before), content);
        if (!patched) return std::unexpected(patched.error());
        auto object = decoded(*std::move(patched));
        if (!object) return object;
        api::ObjectMeta& metadata = *kind.metadata(object->get());
        auto same = check_identity(target, stored, metadata);
        if (!same) return std::unexpected(same.error());
        // A patch that leaves the version as it is means any.
        if (metadata.resourceVersion == std::to_string(stored.revision)) metadata.resourceVersion.clear();
        return object;
    }

  private:
    [[nodiscard]] Answer<kinds::Object> decoded(api::Node patched) const {
        const kinds::Kind& kind = *target.kind;
        kinds::Object object = kind.make();
        const Misfits misfits = decode_document(*kind.type, patched, false, object.get());
        if (!misfits.other.empty())
            return std::unexpected(misfit(api::quoted(api::write_json(patched)), misfits.other));
        *warnings = validation == FieldValidation::warn ? misfits.strict : std::vector<std::string>{};
        if (validation == FieldValidation::strict && !misfits.strict.empty()) {
            const std::string shown =
                type == PatchType::strategic ? api::go_text(content) : api::write_json(patched);
            return std::unexpected(misfit(api::quoted(shown), misfits.strict_text()));
        }
        if (auto same = check_type(patched); !same) return std::unexpected(same.error());
        if (kind.set_defaults) kind.set_defaults(object.get());
        return object;
    }

    [[nodiscard]] Answer<void> check_type(const api::Node& patched) const {
        const auto is = [&patched](std::string_view field, const std::string& wanted) {
            const api::Node* value = patched.find(field);
            return value != nullptr && value->as_string() != nullptr && *value->as_string() == wanted;
        };
        if (is("kind", target.kind->name) && is("apiVersion", target.kind->api_version())) return {};
        return std::unexpected(
            misfit(api::quoted(api::write_json(patched)),
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
Task<Answer<Written>> create_applied(Services services, Target target, api::Node content,
                                     WriteOptions options) {
    Body body{.form = Body::Form::yaml, .document = std::move(content)};
    if (api::Node* metadata = body.document.find("metadata"); metadata == nullptr)
        body.document.set("metadata", api::Node::object());
    body.document.find("metadata")->set("name", api::Node(target.name));
    auto decoded = decode_body(*target.kind, std::move(body), options.validation);
    if (!decoded) co_return std::unexpected(decoded.error());
    auto made = co_await create(services, target, decoded->object, options.dry_run);
    if (made) made->warnings = std::move(decoded->warnings);
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
    if (!content) {
        const std::string why = api::to_string(content.error());
        return std::unexpected(
            status::bad_request(type == PatchType::strategic ? why : "error decoding patch: " + why));
    }
    if (content->as_array() != nullptr && type == PatchType::json &&
        content->as_array()->size() > api::most_json_patch_operations) {
        return std::unexpected(status::failure(
            413, "RequestEntityTooLarge",
            fmt::format("Request entity too large: The allowed maximum operations in a JSON patch is {}, "
                        "got {}",
                        api::most_json_patch_operations, content->as_array()->size())));
    }
    if (type == PatchType::strategic && content->as_array() != nullptr) {
        return std::unexpected(status::bad_request(
            "json: cannot unmarshal array into Go value of type map[string]interface {}"));
    }
    if (type == PatchType::strategic && content->is_null()) return api::Node::object();
    return *std::move(content);
}

Task<Answer<Written>> patch(Services services, Target target, PatchType type, api::Node content,
                            WriteOptions options) {
    if (auto legal = check_options(type, options); !legal) co_return std::unexpected(legal.error());
    const bool there = services.objects->get(target.key()).has_value();
    if (type == PatchType::apply && !there && target.part.empty())
        co_return co_await create_applied(services, target, std::move(content), options);
    const Patching patching{target, type, std::move(content), options.validation,
                            std::make_shared<std::vector<std::string>>()};
    const ChangeOptions changing{.dry_run = options.dry_run};
    auto stored = co_await change(services, std::move(target), patching, changing);
    if (!stored) co_return std::unexpected(stored.error());
    co_return Written{.object = *std::move(stored), .warnings = *patching.warnings};
}

}  // namespace hooklet::server
