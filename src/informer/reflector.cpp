// SPDX-License-Identifier: Apache-2.0
#include "informer/reflector.hpp"

#include "base/back_off.hpp"
#include "informer/document.hpp"

#include <utility>

namespace hooklet {

namespace {

constexpr Duration longest_request = std::chrono::seconds{60};
/// Only how often a quiet watch comes back to this side.
constexpr Duration longest_silence = std::chrono::minutes{10};
constexpr Duration first_relist = std::chrono::milliseconds{200};
constexpr Duration slowest_relist = std::chrono::seconds{30};

/// Nobody here asks who owns which field, and that is much of an object.
void drop_owners(api::Node& object) {
    if (api::Node* metadata = object.find("metadata")) metadata->erase("managedFields");
}

}  // namespace

Task<void> Reflector::stop() {
    stopping_.cancel();
    co_await gate_.close();
}

Task<void> Reflector::run() {
    const CancelToken stopped = stopping_.token();
    while (!stopped.cancelled()) {
        const Error why = co_await follow();
        if (why.code != Code::unavailable) revision_.clear();
        const unsigned attempt = failures_++;
        if (why.code == Code::expired && attempt == 0) continue;
        const Duration wait = retry_delay(attempt, first_relist, slowest_relist);
        static_cast<void>(co_await sleep_until(clock_, clock_->call_within(wait, stopped)));
    }
}

Task<Error> Reflector::follow() {
    if (revision_.empty() && start_ == Start::with_list) {
        const Status listed = co_await list();
        if (!listed) co_return listed.error();
    }
    const CancelToken stopped = stopping_.token();
    auto watch = co_await api_->watch(selection_, revision_, clock_->call_within(longest_request, stopped));
    if (!watch) co_return watch.error();
    while (true) {
        auto event = co_await (*watch)->next(clock_->call_within(longest_silence, stopped));
        if (!event && event.error().code == Code::deadline && !stopped.cancelled()) continue;
        if (!event) co_return event.error();
        failures_ = 0;
        tell(*std::move(event));
    }
}

Task<Status> Reflector::list() {
    auto found = co_await api_->list(selection_, clock_->call_within(longest_request, stopping_.token()));
    if (!found) co_return std::unexpected(found.error());
    revision_ = std::move(found->resource_version);
    for (api::Node& item : found->items) drop_owners(item);
    sink_->replace(std::move(found->items));
    co_return Status{};
}

void Reflector::tell(ApiEvent event) {
    std::string revision = text_at(event.object, {"metadata", "resourceVersion"});
    if (!revision.empty()) revision_ = std::move(revision);
    if (event.type == ApiEventType::bookmark) return;
    drop_owners(event.object);
    if (event.type == ApiEventType::deleted) {
        sink_->erase(std::move(event.object));
    } else {
        sink_->put(std::move(event.object));
    }
}

}  // namespace hooklet
