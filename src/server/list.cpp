// SPDX-License-Identifier: Apache-2.0
#include "server/list.hpp"

#include "server/computed.hpp"
#include "server/selection.hpp"

#include <chrono>

namespace hooklet::server {

namespace {

constexpr std::chrono::seconds wait_limit{3};
constexpr std::chrono::seconds computing_limit{30};

ApiStatus expired(const ListOptions& options) {
    if (options.continue_.empty())
        return status::failure(410, "Expired", "The resourceVersion for the provided list is too old.");
    ApiStatus status = status::failure(
        410, "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new "
        "list without the continue parameter, or use the continue token in this response to retrieve the "
        "remainder of the results. Continuing with the provided token results in an inconsistent list - "
        "objects that were created, modified, or deleted between the time the first chunk was returned and "
        "now may show up in the list.");
    status.metadata.continue_ = store::without_revision(options.continue_);
    return status;
}

ApiStatus failure_of(const Error& error, const Target& target, const ListOptions& options) {
    if (error.code == Code::expired) return expired(options);
    ApiStatus status = status::of(error, *target.kind, "");
    if (error.code == Code::deadline) {
        api::StatusDetails& details = status.details.emplace();
        details.causes.push_back(
            {.reason = "ResourceVersionTooLarge", .message = "Too large resource version"});
        details.retryAfterSeconds = 1;
    }
    return status;
}

Task<Answer<store::Page>> list_computed(Services services, Target target, ListOptions options,
                                        CancelToken cancel) {
    auto selection = select(target, options.label_selector, options.field_selector);
    if (!selection) co_return std::unexpected(selection.error());
    Computed* maker = maker_of(services, *target.kind);
    if (maker == nullptr)
        co_return store::Page{
            .revision = revision_of_nothing, .objects = {}, .continue_ = {}, .remaining = {}};
    Asked asked{*std::move(selection), options.label_selector, options.field_selector};
    const Call call = services.clock->call_within(computing_limit, std::move(cancel));
    auto page = co_await maker->list(std::move(asked), call);
    if (!page) co_return std::unexpected(status::of(page.error(), *target.kind, ""));
    co_return *std::move(page);
}

Answer<store::ListQuery> query_of(const Target& target, const ListOptions& options) {
    auto selection = select(target, options.label_selector, options.field_selector);
    if (!selection) return std::unexpected(selection.error());
    const auto revision = store::parse_revision(options.resource_version);
    if (!revision) return std::unexpected(status::of(revision.error(), *target.kind, ""));
    store::ListQuery query{.selection = *std::move(selection),
                           .revision = *revision,
                           .limit = options.limit,
                           .continue_ = options.continue_};
    if (options.match == "Exact") {
        query.match = store::Match::exact;
    } else if (*revision != 0) {
        query.match = store::Match::not_older_than;
    }
    return query;
}

}  // namespace

Task<Answer<store::Page>> list(Services services, Target target, ListOptions options, CancelToken cancel) {
    if (target.kind->computed) co_return co_await list_computed(services, target, std::move(options), cancel);
    auto query = query_of(target, options);
    if (!query) co_return std::unexpected(query.error());
    const Call call = services.clock->call_within(wait_limit, cancel);
    auto page = co_await services.objects->list(*std::move(query), call);
    if (!page) co_return std::unexpected(failure_of(page.error(), target, options));
    co_return *std::move(page);
}

Task<Answer<void>> await_revision(Services services, Target target, ListOptions options, CancelToken cancel) {
    if (target.kind->computed) co_return Answer<void>{};
    const auto revision = store::parse_revision(options.resource_version);
    if (!revision) co_return std::unexpected(status::of(revision.error(), *target.kind, ""));
    const Call call = services.clock->call_within(wait_limit, std::move(cancel));
    const Status there = co_await services.objects->reached(*revision, call);
    if (!there) co_return std::unexpected(failure_of(there.error(), target, options));
    co_return Answer<void>{};
}

}  // namespace hooklet::server
