// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/clock.hpp"
#include "store/selection.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace hooklet::store {

class Collection;

/// One watcher: a place in the history of its resource. There is no queue of its own, so a thousand of them
/// cost little; one that falls behind the history's end is dropped with Code::expired. Goes before its store.
class Watch {
  public:
    /// Shows `initial` as added, then what came after `from`.
    Watch(Collection* collection, Clock* clock, Selection selection, Revision from,
          std::vector<ObjectPtr> initial);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    /// The next event; a bookmark when there was none until the call's deadline. Its revision is one to watch
    /// from later. Code::expired when the watcher was too slow, Code::unavailable when the store is closed,
    /// or the token's reason. One call at a time.
    Task<Result<WatchEvent>> next(Call call);

    /// Whether something of `initial` is still to be shown.
    [[nodiscard]] bool shows_initial() const { return shown_ < initial_.size(); }
    /// Nothing of it will be.
    void skip_initial();
    /// What was shown up to now is all up to this revision.
    [[nodiscard]] WatchEvent bookmark() const;

    /// For the collection: a change that just happened.
    void offer(const Change& change);
    /// For the collection: there will be no more.
    void end();

  private:
    using Woken = Promise<Result<std::monostate>>;
    Result<std::optional<WatchEvent>> take();

    Collection* collection_;
    Clock* clock_;
    Selection selection_;
    Revision seen_;  ///< Everything up to here was shown, or is in what is left of `initial_`.
    std::vector<ObjectPtr> initial_;
    std::size_t shown_ = 0;  ///< Of `initial_`.
    std::optional<Woken> waiting_;
    bool ended_ = false;
};

}  // namespace hooklet::store
