// SPDX-License-Identifier: Apache-2.0
#include "server/verbs.hpp"

#include "server/answer.hpp"
#include "server/create.hpp"
#include "server/get.hpp"
#include "server/list.hpp"
#include "server/ownership.hpp"
#include "server/patch.hpp"
#include "server/remove.hpp"
#include "server/update.hpp"
#include "server/writer_guard.hpp"

#include <utility>

namespace hooklet::server {

namespace {

HttpReply object_reply(const Helpers& helpers, const ResourceRequest& request, int code,
                       const store::Object& object) {
    return json_reply(
        code, render(request.rendering, *request.target.kind, object, helpers.services.clock->wall()));
}

HttpReply written_reply(const Helpers& helpers, const ResourceRequest& request,
                        const Answer<Written>& written) {
    if (!written) return status_reply(written.error());
    HttpReply reply = object_reply(helpers, request, written->created ? 201 : 200, *written->object);
    add_warnings(reply, written->warnings);
    return reply;
}

/// With who asks; and, when it names none and one may be taken, with the manager that its name stands for.
Answer<WriteOptions> options_of(const Helpers& helpers, const ResourceRequest& request, std::string_view kind,
                                bool any_manager = true) {
    auto options = write_options(request.query, kind);
    if (!options) return options;
    options->node = identity::node_of(request.user);
    options->check = writer_guard(helpers, request);
    if (any_manager && options->field_manager.empty())
        options->field_manager = manager_of(request.http().header("User-Agent"));
    return options;
}

Answer<DeleteOptions> deletion_of(const Helpers& helpers, const ResourceRequest& request) {
    const HttpServerRequest& http = request.http();
    auto options = delete_options(request.query, http.header("Content-Type"), http.body, helpers.yaml);
    if (options) options->node = identity::node_of(request.user);
    return options;
}

/// Of what is not stored: the list of one.
Task<Answer<store::ObjectPtr>> get_listed(Services services, Target target, CancelToken cancel) {
    const ListOptions everything;
    const auto page = co_await list(services, target, everything, std::move(cancel));
    if (!page) co_return std::unexpected(page.error());
    if (page->objects.empty()) co_return std::unexpected(status::not_found(*target.kind, target.name));
    co_return page->objects.front();
}

Task<HttpReply> get_reply(Helpers helpers, ResourceRequest request) {
    Answer<store::ObjectPtr> found;
    if (request.target.kind->computed) {
        found = co_await get_listed(helpers.services, request.target, request.exchange->gone());
    } else {
        found = get(helpers.services, request.target);
    }
    co_return found ? object_reply(helpers, request, 200, **found) : status_reply(found.error());
}

Task<HttpReply> list_reply(Helpers helpers, ResourceRequest request) {
    auto options = list_options(request.query);
    if (!options) co_return status_reply(options.error());
    const auto page =
        co_await list(helpers.services, request.target, *std::move(options), request.exchange->gone());
    if (!page) co_return status_reply(page.error());
    co_return json_reply(
        200, render(request.rendering, *request.target.kind, *page, helpers.services.clock->wall()));
}

Task<HttpReply> create_reply(Helpers helpers, ResourceRequest request) {
    const auto options = options_of(helpers, request, "CreateOptions");
    if (!options) co_return status_reply(options.error());
    auto body = read_object(helpers, request, *request.target.kind, options->validation);
    if (!body) co_return status_reply(body.error());
    auto made = co_await create(helpers.services, request.target, body->object, *options);
    warn_before(made, std::move(body->warnings));
    co_return written_reply(helpers, request, made);
}

Task<HttpReply> update_reply(Helpers helpers, ResourceRequest request) {
    const auto options = options_of(helpers, request, "UpdateOptions");
    if (!options) co_return status_reply(options.error());
    auto body = read_object(helpers, request, *request.target.kind, options->validation);
    if (!body) co_return status_reply(body.error());
    auto stored = co_await update(helpers.services, request.target, body->object, *options);
    warn_before(stored, std::move(body->warnings));
    co_return written_reply(helpers, request, stored);
}

Task<HttpReply> patch_reply(Helpers helpers, ResourceRequest request) {
    const auto type = patch_type(request.http().header("Content-Type"));
    if (!type) {
        ApiStatus unknown = status::failure(415, "UnsupportedMediaType", "415: Unsupported Media Type");
        unknown.details.emplace();
        co_return status_reply(unknown);
    }
    const auto options = options_of(helpers, request, "PatchOptions", *type != PatchType::apply);
    if (!options) co_return status_reply(options.error());
    auto content = read_patch(*type, request.http().body, helpers.yaml);
    if (!content) co_return status_reply(content.error());
    const auto stored =
        co_await patch(helpers.services, request.target, *type, *std::move(content), *options);
    co_return written_reply(helpers, request, stored);
}

Task<HttpReply> delete_reply(Helpers helpers, ResourceRequest request) {
    auto options = deletion_of(helpers, request);
    if (!options) co_return status_reply(options.error());
    const auto removed = co_await remove(helpers.services, request.target, *std::move(options));
    if (!removed) co_return status_reply(removed.error());
    if (removed->gone && !request.target.kind->shown_when_gone) {
        HttpReply reply = status_reply(removed_status(request.target, *removed->object));
        reply.status = 200;
        co_return reply;
    }
    co_return object_reply(helpers, request, 200, *removed->object);
}

Task<HttpReply> delete_all_reply(Helpers helpers, ResourceRequest request) {
    auto which = list_options(request.query);
    if (!which) co_return status_reply(which.error());
    auto options = deletion_of(helpers, request);
    if (!options) co_return status_reply(options.error());
    const auto page = co_await remove_all(helpers.services, request.target, *std::move(which),
                                          *std::move(options), request.exchange->gone());
    if (!page) co_return status_reply(page.error());
    co_return json_reply(
        200, render(request.rendering, *request.target.kind, *page, helpers.services.clock->wall()));
}

}  // namespace

Task<HttpReply> answer(Helpers helpers, ResourceRequest request) {
    const std::string verb = request.verb;
    if (verb == "get") co_return co_await get_reply(helpers, std::move(request));
    if (verb == "list") co_return co_await list_reply(helpers, std::move(request));
    if (verb == "create") co_return co_await create_reply(helpers, std::move(request));
    if (verb == "update") co_return co_await update_reply(helpers, std::move(request));
    if (verb == "patch") co_return co_await patch_reply(helpers, std::move(request));
    if (verb == "delete") co_return co_await delete_reply(helpers, std::move(request));
    co_return co_await delete_all_reply(helpers, std::move(request));
}

}  // namespace hooklet::server
