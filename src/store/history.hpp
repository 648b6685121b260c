// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/object.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <ranges>

namespace hooklet::store {

/// One change of one object. Without `before` the object is new, without `after` it has ended.
struct Change {
    Revision revision = 0;
    ObjectPtr before;
    ObjectPtr after;

    [[nodiscard]] const ObjectKey& key() const { return after ? after->key : before->key; }
    /// What those are shown for whom the object is gone with this change: its last content, at this revision.
    /// Precondition: before.
    [[nodiscard]] ObjectPtr removed() const;

    /// removed() once it was asked for, or the content that the object's end came with.
    mutable ObjectPtr gone;
};

using ChangePtr = std::shared_ptr<const Change>;

/// How much of the past is kept for each resource: for watches that begin or lag behind, and for later pages.
struct HistoryLimits {
    std::size_t changes = 10'000;
    std::size_t bytes = 4U << 20;  ///< Of texts that are kept only for this.
};

/// The last changes of one resource, by revision.
class History {
  public:
    /// Nothing before `complete_since` is known.
    History(HistoryLimits limits, Revision complete_since)
        : limits_(limits), complete_since_(complete_since) {}

    /// Forgets the oldest when there are too many; the newest is always kept.
    void add(ChangePtr change);
    /// All that happened after this revision is known.
    [[nodiscard]] bool covers(Revision revision) const { return revision >= complete_since_; }
    [[nodiscard]] Revision complete_since() const { return complete_since_; }
    /// The changes after this revision, oldest first. Precondition: covers().
    [[nodiscard]] auto since(Revision revision) const {
        const auto first =
            std::ranges::upper_bound(changes_, revision, {}, [](const ChangePtr& c) { return c->revision; });
        return std::ranges::subrange(first, changes_.end());
    }

  private:
    HistoryLimits limits_;
    Revision complete_since_;
    std::deque<ChangePtr> changes_;
    std::size_t bytes_ = 0;
};

}  // namespace hooklet::store
