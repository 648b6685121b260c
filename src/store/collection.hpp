// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/history.hpp"
#include "store/listing.hpp"

#include <map>
#include <set>

namespace hooklet::store {

class Watch;

/// All objects of one resource with their recent history and their watchers. In memory only.
class Collection {
  public:
    /// `revision` is the store's, which moves with every change of any resource. It outlives the collection.
    /// Nothing before `complete_since` is known.
    Collection(const Revision* revision, HistoryLimits limits, Revision complete_since)
        : revision_(revision), history_(limits, complete_since) {}
    Collection(const Collection&) = delete;
    Collection& operator=(const Collection&) = delete;
    ~Collection();

    /// Adds an object that was there before; nobody is told.
    void load(ObjectPtr object);
    /// nullptr when there is none.
    [[nodiscard]] ObjectPtr find(const ObjectKey& key) const;
    [[nodiscard]] const Objects& objects() const { return objects_; }
    /// One page as of `revision`, from behind the place `after` on. Code::expired when that is too long ago.
    [[nodiscard]] Result<Page> list(const ListQuery& query, Revision revision, std::string_view after) const;
    /// Makes the change visible and tells the watchers.
    void publish(const ChangePtr& change);
    /// Tells the watchers of a change, and keeps it in the history, whose objects are kept elsewhere.
    void tell(const ChangePtr& change);

    [[nodiscard]] Revision revision() const { return *revision_; }
    [[nodiscard]] const History& history() const { return history_; }
    void attach(Watch* watch) { watches_.insert(watch); }
    void detach(Watch* watch) { watches_.erase(watch); }
    /// Ends all watches.
    void end_watches();

  private:
    const Revision* revision_;
    Objects objects_;
    History history_;
    std::set<Watch*> watches_;
};

/// Code::expired with the API's text.
Error too_old(Revision asked, Revision complete_since);

}  // namespace hooklet::store
