// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/clock.hpp"
#include "store/batch.hpp"
#include "store/collection.hpp"
#include "store/watch.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hooklet::store {

struct StoreOptions {
    FieldsOf fields_of;  ///< Empty: no fields but name and namespace.
    HistoryLimits history;
};

/// All objects of the API, in memory, over a storage that makes their changes durable. What a caller is told,
/// by an answer or by a watch, is on disk. The store knows keys, revisions and order, and sets
/// `metadata.resourceVersion`; what an object means is its callers' business. Belongs to the loop's thread.
class ObjectStore {
  public:
    /// The three outlive the store.
    ObjectStore(ObjectStorage* storage, Clock* clock, Executor executor, StoreOptions options);

    /// Reads what is stored. Must have succeeded, once, before anything else is called.
    Task<Status> load();

    [[nodiscard]] Revision revision() const { return revision_; }
    /// Code::not_found as `pods "x" not found`.
    [[nodiscard]] Result<ObjectPtr> get(const ObjectKey& key) const;
    /// All of the resource as they are now, in the order of their places.
    [[nodiscard]] std::vector<ObjectPtr> all(std::string_view resource) const;
    /// Waits until the store has this revision. Code::deadline as
    /// `Too large resource version: N, current: M`.
    Task<Status> reached(Revision revision, Call call);
    /// Waits as reached() when the query asks for a revision. Code::expired when that state, or the one that
    /// `continue_` belongs to, is not known any more; Code::invalid for a `continue_` that is none.
    Task<Result<Page>> list(ListQuery query, Call call);
    /// What happens after `from`, which may be in the future; without it, all objects as added and what comes
    /// then. Code::expired when `from` is too long ago.
    Result<std::unique_ptr<Watch>> watch(Selection selection, std::optional<Revision> from);

    // The writes return when they are on disk. Code::unavailable or internal: it may or may not have
    // happened.

    /// Code::already_exists when it is there, Code::internal when the content has a resourceVersion.
    Task<Result<ObjectPtr>> create(ObjectKey key, api::Node content);
    /// Replaces the content; the same content again changes nothing. Code::conflict when the content's
    /// resourceVersion or uid is not the stored one's; without them there is no condition.
    Task<Result<ObjectPtr>> update(ObjectKey key, api::Node content);
    /// Returns what watchers are shown as the last of it: `last`, or what is stored. Code::conflict when a
    /// precondition is not met.
    Task<Result<ObjectPtr>> remove(ObjectKey key, Preconditions preconditions,
                                   std::optional<api::Node> last = std::nullopt);

    /// What came of the last changes that were to be written.
    [[nodiscard]] const Status& last_write() const { return last_write_; }

    /// Ends all watches, refuses new writes with Code::unavailable and waits for those under way. Then all
    /// other calls return; they and the watches go before the store.
    Task<> stop();

  private:
    struct Waiting {
        Mutation mutation;
        Promise<Result<ObjectPtr>> done;
    };

    static Error closed();
    [[nodiscard]] ObjectPtr find(const ObjectKey& key) const;
    Collection& collection(const std::string& resource);
    Task<Result<ObjectPtr>> submit(Mutation mutation);
    Task<> write_queue();
    Task<Status> keep(std::vector<ChangePtr> changes);
    Task<Status> settle();
    void publish(const std::vector<ChangePtr>& changes);

    ObjectStorage* storage_;
    Clock* clock_;
    StoreOptions options_;
    Revision revision_ = 0;
    Revision loaded_ = 0;                                         ///< What happened before is not known.
    std::map<std::string, Collection, std::less<>> collections_;  ///< By resource.
    std::multimap<Revision, Promise<Status>> awaited_;
    std::vector<Waiting> queue_;
    std::vector<ChangePtr> unsettled_;  ///< Of a failed write: nobody knows yet whether they are on disk.
    Status last_write_;
    bool writing_ = false;
    bool stopping_ = false;
    Gate gate_;
};

}  // namespace hooklet::store
