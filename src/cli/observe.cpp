// SPDX-License-Identifier: Apache-2.0
#include "cli/observe.hpp"

#include "client/document.hpp"

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

/// Follows the changes; false when the watch has ended before it was enough.
Task<Result<bool>> follow(client::ApiClient* api, std::string target,
                          std::function<bool(const api::Node*)> seen, Call call) {
    auto changes = co_await api->watch(std::move(target));
    if (!changes) co_return std::unexpected(changes.error());
    while (true) {
        const auto change = co_await changes->next(call);
        if (!change) {
            const Code code = change.error().code;
            // Too old, or the connection is gone: look again.
            if (code == Code::expired || code == Code::unavailable) co_return false;
            co_return std::unexpected(change.error());
        }
        if (!*change) co_return false;
        if ((*change)->type == "BOOKMARK") continue;
        if (seen((*change)->type == "DELETED" ? nullptr : &(*change)->object)) co_return true;
    }
}

Error in_words(const Error& error, const Named& object) {
    if (error.code != Code::deadline) return error;
    return {Code::deadline, fmt::format("error: timed out waiting for the condition on {}/{}",
                                        object.type.plural, object.name)};
}

}  // namespace

Task<Status> observe(client::ApiClient* api, Named object, std::function<bool(const api::Node*)> seen,
                     Call call) {
    const std::string path = object.type.path(object.namespace_);
    const std::string selector = "metadata.name=" + object.name;
    while (true) {
        std::string listed = with_query(path, {{"fieldSelector", selector}});
        const auto list = co_await api->get(std::move(listed));
        if (!list) co_return std::unexpected(in_words(list.error(), object));
        const auto& found = client::items(*list, "items");
        if (seen(found.empty() ? nullptr : &found.front())) co_return Status{};
        std::string target =
            with_query(path, {{"fieldSelector", selector},
                              {"watch", "true"},
                              {"resourceVersion", client::text_at(*list, "metadata.resourceVersion")}});
        const auto done = co_await follow(api, std::move(target), seen, call);
        if (!done) co_return std::unexpected(in_words(done.error(), object));
        if (*done) co_return Status{};
    }
}

}  // namespace hooklet::cli
