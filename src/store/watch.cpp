// SPDX-License-Identifier: Apache-2.0
#include "store/watch.hpp"

#include "ports/bounded.hpp"
#include "store/collection.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::store {

Watch::Watch(Collection* collection, Clock* clock, Selection selection, Revision from,
             std::vector<ObjectPtr> initial)
    : collection_(collection),
      clock_(clock),
      selection_(std::move(selection)),
      seen_(from),
      initial_(std::move(initial)) {
    collection_->attach(this);
}

Watch::~Watch() {
    if (collection_ != nullptr) collection_->detach(this);
}

Task<Result<WatchEvent>> Watch::next(Call call) {
    bool in_time = true;
    while (true) {
        auto event = take();
        if (!event) co_return std::unexpected(event.error());
        if (*event) co_return std::move(**event);
        if (!in_time) co_return bookmark();
        const Woken woken;
        waiting_ = woken;
        const auto news = co_await bounded(clock_, woken, call);
        waiting_.reset();
        if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
        in_time = news.has_value();
    }
}

void Watch::skip_initial() {
    initial_ = {};
    shown_ = 0;
}

WatchEvent Watch::bookmark() const {
    return {EventType::bookmark, seen_, nullptr};
}

Result<std::optional<WatchEvent>> Watch::take() {
    if (ended_) return fail(Code::unavailable, "the object store is closed");
    if (shows_initial()) {
        ObjectPtr object = std::move(initial_[shown_++]);
        if (!shows_initial()) skip_initial();
        const Revision revision = object->revision;
        return WatchEvent{EventType::added, revision, std::move(object)};
    }
    const History& history = collection_->history();
    if (!history.covers(seen_)) return std::unexpected(too_old(seen_, history.complete_since()));
    for (const ChangePtr& change : history.since(seen_)) {
        seen_ = change->revision;
        if (auto event = seen(*change, selection_)) return event;
    }
    // Changes of other resources are seen by not being this one's.
    seen_ = std::max(seen_, collection_->revision());
    return std::nullopt;
}

void Watch::offer(const Change& change) {
    // One that is busy finds the change in the history when it comes back.
    if (!waiting_ || waiting_->is_set() || change.revision <= seen_) return;
    if (seen(change, selection_)) {
        waiting_->set({});
    } else {
        seen_ = change.revision;
    }
}

void Watch::end() {
    ended_ = true;
    collection_ = nullptr;
    if (waiting_) waiting_->set({});
}

}  // namespace hooklet::store
