// SPDX-License-Identifier: Apache-2.0
#include "server/local_api.hpp"

#include "server/binding.hpp"
#include "server/create.hpp"
#include "server/get.hpp"
#include "server/list.hpp"
#include "server/patch.hpp"
#include "server/remove.hpp"
#include "server/token.hpp"
#include "server/update.hpp"
#include "server/watch.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

Result<Target> target_of(const ApiPath& path) {
    const kinds::Kind* kind = kinds::find(path.group, path.version, path.resource);
    if (kind == nullptr) return fail(Code::not_found, "the server could not find the requested resource");
    return Target{kind, path.namespace_, path.name, path.subresource};
}

/// A document that somebody in this process has made.
Result<kinds::Object> object_of(const kinds::Kind& kind, api::Node document) {
    Body body{.document = std::move(document)};
    auto decoded = decode_body(kind, std::move(body), FieldValidation::ignore);
    if (!decoded) return std::unexpected(to_error(decoded.error()));
    return std::move(decoded->object);
}

Result<api::Node> document_of(const Target& target, const Answer<Written>& written) {
    if (!written) return std::unexpected(to_error(written.error()));
    return document(*target.kind, *written->object);
}

class LocalWatch final : public ApiWatch {
  public:
    LocalWatch(const kinds::Kind* kind, std::unique_ptr<store::Watch> events)
        : kind_(kind), events_(std::move(events)) {}

    Task<Result<ApiEvent>> next(Call call) override {
        const auto event = co_await events_->next(call);
        if (!event) co_return std::unexpected(event.error());
        if (!event->object) co_return fail(Code::deadline, "context deadline exceeded");
        ApiEvent seen{type_of(event->type), document(*kind_, *event->object)};
        co_return seen;
    }

  private:
    static ApiEventType type_of(store::EventType type) {
        switch (type) {
            case store::EventType::added:
                return ApiEventType::added;
            case store::EventType::modified:
                return ApiEventType::modified;
            case store::EventType::deleted:
                return ApiEventType::deleted;
            case store::EventType::bookmark:
                return ApiEventType::bookmark;
        }
        return ApiEventType::bookmark;
    }

    const kinds::Kind* kind_;
    std::unique_ptr<store::Watch> events_;
};

PatchType type_of(ApiPatchType type) {
    if (type == ApiPatchType::json) return PatchType::json;
    return type == ApiPatchType::merge ? PatchType::merge : PatchType::strategic;
}

Task<Result<api::Node>> bind_pod(Services services, Target target, api::Node document) {
    api::Issues ignored;
    auto binding = api::decode<api::Binding>(document, ignored);
    const auto bound = co_await bind(services, target, std::move(binding), false);
    if (!bound) co_return std::unexpected(to_error(bound.error()));
    co_return server::document(*target.kind, **bound);
}

Result<api::Node> token_of(const Services& services, const Target& target, const api::Node& document) {
    api::Issues ignored;
    const auto issued = issue_token(services, target, api::decode<api::TokenRequest>(document, ignored));
    if (!issued) return std::unexpected(to_error(issued.error()));
    return api::encode(*issued);
}

/// What this process writes is its own.
WriteOptions own_writes() {
    return {.field_manager = "hooklet", .validation = FieldValidation::ignore};
}

ListOptions options_of(const ApiSelection& selection) {
    return {.label_selector = selection.label_selector, .field_selector = selection.field_selector};
}

}  // namespace

Task<Result<api::Node>> LocalApi::get(ApiPath path, Call) {
    const auto target = target_of(path);
    if (!target) co_return std::unexpected(target.error());
    const auto found = server::get(services_, *target);
    if (!found) co_return std::unexpected(to_error(found.error()));
    co_return document(*target->kind, **found);
}

Task<Result<ApiList>> LocalApi::list(ApiSelection selection, Call call) {
    const auto target = target_of(selection.path);
    if (!target) co_return std::unexpected(target.error());
    ListOptions options = options_of(selection);
    auto page = co_await server::list(services_, *target, std::move(options), call.cancel);
    if (!page) co_return std::unexpected(to_error(page.error()));
    ApiList found{.resource_version = std::to_string(page->revision)};
    for (const store::ObjectPtr& object : page->objects)
        found.items.push_back(document(*target->kind, *object));
    co_return found;
}

Task<Result<std::unique_ptr<ApiWatch>>> LocalApi::watch(ApiSelection selection, std::string resource_version,
                                                        Call call) {
    const auto target = target_of(selection.path);
    if (!target) co_return std::unexpected(target.error());
    ListOptions options = options_of(selection);
    options.resource_version = std::move(resource_version);
    auto events = co_await server::watch(services_, *target, options, call.cancel);
    if (!events) co_return std::unexpected(to_error(events.error()));
    co_return std::make_unique<LocalWatch>(target->kind, *std::move(events));
}

Task<Result<api::Node>> LocalApi::create(ApiPath path, api::Node object, Call) {
    auto target = target_of(path);
    if (!target) co_return std::unexpected(target.error());
    if (target->is("pods") && target->part == "binding")
        co_return co_await bind_pod(services_, *target, object);
    if (target->is("serviceaccounts") && target->part == "token")
        co_return token_of(services_, *target, object);
    auto decoded = object_of(*target->kind, std::move(object));
    if (!decoded) co_return std::unexpected(decoded.error());
    const auto made = co_await server::create(services_, *target, *std::move(decoded), own_writes());
    co_return document_of(*target, made);
}

Task<Result<api::Node>> LocalApi::update(ApiPath path, api::Node object, Call) {
    auto target = target_of(path);
    if (!target) co_return std::unexpected(target.error());
    auto decoded = object_of(*target->kind, std::move(object));
    if (!decoded) co_return std::unexpected(decoded.error());
    const auto stored = co_await server::update(services_, *target, *std::move(decoded), own_writes());
    co_return document_of(*target, stored);
}

Task<Result<api::Node>> LocalApi::patch(ApiPath path, ApiPatchType type, api::Node patch, Call) {
    auto target = target_of(path);
    if (!target) co_return std::unexpected(target.error());
    const auto stored =
        co_await server::patch(services_, *target, type_of(type), std::move(patch), own_writes());
    co_return document_of(*target, stored);
}

Task<Result<api::Node>> LocalApi::remove(ApiPath path, ApiDelete options, Call) {
    const auto target = target_of(path);
    if (!target) co_return std::unexpected(target.error());
    DeleteOptions asked{.grace_s = options.grace_s,
                        .uid = std::move(options.uid),
                        .resource_version = std::move(options.resource_version)};
    const auto removed = co_await server::remove(services_, *target, std::move(asked));
    if (!removed) co_return std::unexpected(to_error(removed.error()));
    co_return document(*target->kind, *removed->object);
}

}  // namespace hooklet::server
