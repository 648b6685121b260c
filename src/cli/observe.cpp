// SPDX-License-Identifier: Apache-2.0
#include "cli/observe.hpp"

#include "cli/comeback.hpp"
#include "client/document.hpp"

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

/// Follows the changes until it was enough. Fails when the watch has ended before.
Task<Status> follow(client::ApiClient* api, std::string target, std::function<bool(const api::Node*)> seen,
                    Call call) {
    auto changes = co_await api->watch(std::move(target));
    if (!changes) co_return std::unexpected(changes.error());
    while (true) {
        const auto change = co_await changes->next(call);
        if (!change) co_return std::unexpected(change.error());
        if (!*change) co_return fail(Code::unavailable, "the watch has ended");
        if ((*change)->type == "BOOKMARK") continue;
        if (seen((*change)->type == "DELETED" ? nullptr : &(*change)->object)) co_return Status{};
    }
}

/// Looks at it, and at its changes. Fails as follow() does.
Task<Status> look(client::ApiClient* api, Named object, std::function<bool(const api::Node*)> seen, Call call,
                  Comeback* comeback) {
    const std::string path = object.type.path(object.namespace_);
    const std::string selector = "metadata.name=" + object.name;
    std::string listed = with_query(path, {{"fieldSelector", selector}});
    const auto list = co_await api->get(std::move(listed));
    if (!list) co_return std::unexpected(list.error());
    comeback->answered();
    const auto& found = client::items(*list, "items");
    if (seen(found.empty() ? nullptr : &found.front())) co_return Status{};
    std::string target =
        with_query(path, {{"fieldSelector", selector},
                          {"watch", "true"},
                          {"resourceVersion", client::text_at(*list, "metadata.resourceVersion")}});
    co_return co_await follow(api, std::move(target), std::move(seen), std::move(call));
}

Error in_words(const Error& error, const Named& object) {
    if (error.code != Code::deadline) return error;
    return {Code::deadline, fmt::format("error: timed out waiting for the condition on {}/{}",
                                        object.type.plural, object.name)};
}

}  // namespace

Task<Status> observe(ApiSession* session, Named object, std::function<bool(const api::Node*)> seen,
                     Call call) {
    Comeback comeback(session->env, call, Duration::max(), false);
    while (true) {
        const Status seen_enough = co_await look(session->api.get(), object, seen, call, &comeback);
        if (seen_enough) co_return Status{};
        if (seen_enough.error().code == Code::expired) continue;  // The watch was too old: look again.
        const Status again = co_await comeback.wait(seen_enough.error());
        if (!again) co_return std::unexpected(in_words(again.error(), object));
    }
}

}  // namespace hooklet::cli
