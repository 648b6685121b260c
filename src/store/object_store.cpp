// SPDX-License-Identifier: Apache-2.0
#include "store/object_store.hpp"

#include "ports/bounded.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::store {

namespace {

std::vector<ObjectChange> to_storage(const std::vector<ChangePtr>& changes) {
    std::vector<ObjectChange> out;
    out.reserve(changes.size());
    for (const ChangePtr& change : changes) {
        out.push_back({change->key(), change->revision, change->after ? change->after->text : nullptr});
    }
    return out;
}

}  // namespace

ObjectStore::ObjectStore(ObjectStorage* storage, Clock* clock, Executor executor, StoreOptions options)
    : storage_(storage), clock_(clock), options_(std::move(options)), gate_(std::move(executor)) {}

Error ObjectStore::closed() {
    return {Code::unavailable, "the object store is closed", nullptr};
}

Task<Status> ObjectStore::load() {
    auto stored = co_await storage_->load();
    if (!stored) co_return std::unexpected(stored.error());
    revision_ = loaded_ = stored->revision;
    for (const StoredObject& object : stored->objects) {
        auto read = read_object(object, options_.fields_of);
        if (!read) co_return std::unexpected(read.error());
        collection(object.key.resource).load(*std::move(read));
    }
    co_return Status{};
}

Collection& ObjectStore::collection(const std::string& resource) {
    return collections_.try_emplace(resource, &revision_, options_.history, loaded_).first->second;
}

ObjectPtr ObjectStore::find(const ObjectKey& key) const {
    const auto found = collections_.find(key.resource);
    return found == collections_.end() ? nullptr : found->second.find(key);
}

Result<ObjectPtr> ObjectStore::get(const ObjectKey& key) const {
    ObjectPtr found = find(key);
    if (!found) return std::unexpected(not_found(key));
    return found;
}

std::vector<ObjectPtr> ObjectStore::all(std::string_view resource) const {
    std::vector<ObjectPtr> objects;
    const auto found = collections_.find(resource);
    if (found == collections_.end()) return objects;
    for (const auto& [place, object] : found->second.objects()) objects.push_back(object);
    return objects;
}

Task<Status> ObjectStore::reached(Revision revision, Call call) {
    if (revision <= revision_) co_return Status{};
    if (stopping_) co_return std::unexpected(closed());
    const Promise<Status> there;
    const auto place = awaited_.emplace(revision, there);
    const Status waited = co_await bounded(clock_, there, call);
    awaited_.erase(place);
    if (waited || call.cancel.cancelled() || waited.error().code != Code::deadline) co_return waited;
    co_return fail(Code::deadline,
                   fmt::format("Too large resource version: {}, current: {}", revision, revision_));
}

Task<Result<Page>> ObjectStore::list(ListQuery query, Call call) {
    Collection& objects = collection(query.selection.resource);
    if (!query.continue_.empty()) {
        const auto token = decode(query.continue_);
        if (!token) co_return std::unexpected(token.error());
        const Revision shown = token->revision < 0 ? revision_ : token->revision;
        // No page can be of the future.
        if (shown > revision_) co_return std::unexpected(too_old(shown, revision_));
        co_return objects.list(query, shown, token->after);
    }
    if (query.match != Match::newest) {
        const Status there = co_await reached(query.revision, call);
        if (!there) co_return std::unexpected(there.error());
    }
    co_return objects.list(query, query.match == Match::exact ? query.revision : revision_, "");
}

Result<std::unique_ptr<Watch>> ObjectStore::watch(Selection selection, std::optional<Revision> from) {
    if (stopping_) return std::unexpected(closed());
    Collection& objects = collection(selection.resource);
    std::vector<ObjectPtr> initial;
    if (from) {
        const History& history = objects.history();
        if (!history.covers(*from)) return std::unexpected(too_old(*from, history.complete_since()));
    } else {
        ListQuery all;
        all.selection = selection;
        auto page = objects.list(all, revision_, "");
        if (!page) return std::unexpected(page.error());
        initial = std::move(page->objects);
    }
    return std::make_unique<Watch>(&objects, clock_, std::move(selection), from.value_or(revision_),
                                   std::move(initial));
}

Task<Result<ObjectPtr>> ObjectStore::create(ObjectKey key, api::Node content) {
    return submit({Mutation::Verb::create, std::move(key), std::move(content), {}});
}

Task<Result<ObjectPtr>> ObjectStore::update(ObjectKey key, api::Node content) {
    return submit({Mutation::Verb::update, std::move(key), std::move(content), {}});
}

Task<Result<ObjectPtr>> ObjectStore::remove(ObjectKey key, Preconditions preconditions,
                                            std::optional<api::Node> last) {
    return submit({Mutation::Verb::remove, std::move(key), std::move(last), std::move(preconditions)});
}

Task<Result<ObjectPtr>> ObjectStore::submit(Mutation mutation) {
    if (stopping_) co_return std::unexpected(closed());
    const Promise<Result<ObjectPtr>> done;
    queue_.push_back({std::move(mutation), done});
    if (!std::exchange(writing_, true)) gate_.spawn(write_queue());
    co_return co_await done.get();
}

Task<> ObjectStore::write_queue() {
    while (!queue_.empty()) {
        Status kept = co_await settle();
        // What arrives from here on waits for the next batch.
        auto waiting = std::exchange(queue_, {});
        Batch batch(revision_, [this](const ObjectKey& key) { return find(key); }, options_.fields_of);
        std::vector<Result<ObjectPtr>> answers;
        answers.reserve(waiting.size());
        for (Waiting& one : waiting) answers.push_back(batch.plan(std::move(one.mutation)));
        if (kept) kept = co_await keep(batch.changes());
        if (!kept || !batch.changes().empty()) last_write_ = kept;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (!kept) answers[i] = std::unexpected(kept.error());
            waiting[i].done.set(std::move(answers[i]));
        }
    }
    writing_ = false;
}

/// Puts the changes on disk, then shows them. After a failure none of them is shown yet.
Task<Status> ObjectStore::keep(std::vector<ChangePtr> changes) {
    if (changes.empty()) co_return Status{};
    Status written = co_await storage_->write(to_storage(changes));
    if (written) {
        publish(changes);
        co_return written;
    }
    const Revision last = changes.back()->revision;
    unsettled_ = std::move(changes);
    const Status settled = co_await settle();
    // Only the answer was lost.
    if (settled && revision_ == last) co_return Status{};
    co_return written;
}

/// Finds out about the changes of a write that failed, and shows them if they are on disk.
Task<Status> ObjectStore::settle() {
    if (unsettled_.empty()) co_return Status{};
    const auto on_disk = co_await storage_->revision();
    if (!on_disk) co_return std::unexpected(on_disk.error());
    const auto changes = std::exchange(unsettled_, {});
    if (*on_disk == changes.back()->revision) publish(changes);
    co_return Status{};
}

void ObjectStore::publish(const std::vector<ChangePtr>& changes) {
    revision_ = changes.back()->revision;
    for (const ChangePtr& change : changes) collection(change->key().resource).publish(change);
    for (auto& [revision, there] : awaited_) {
        if (revision > revision_) break;
        there.set({});
    }
}

Task<> ObjectStore::stop() {
    stopping_ = true;
    for (auto& [resource, objects] : collections_) objects.end_watches();
    for (auto& [revision, there] : awaited_) there.set(std::unexpected(closed()));
    co_await gate_.close();
}

}  // namespace hooklet::store
