// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/hook_types.hpp"
#include "ports/clock.hpp"
#include "ports/journal_store.hpp"
#include "server/target.hpp"
#include "store/collection.hpp"
#include "store/watch.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace hooklet::server {

/// The attempt as the API shows it. Its name never changes: `demo-5f0c9a7e21b4-2` is the second attempt of a
/// delivery to the Pod `demo`. Its resourceVersion is the time of its last change in microseconds.
api::HookRun hook_run(const HookAttempt& attempt);

/// Hook attempts as objects of `hookruns.hooklet.dev`. They are stored nowhere but in the journal: a list is
/// read from there, a watch lives on what the journal tells. Of the past a watch knows no more than what this
/// process has seen.
class HookRuns {
  public:
    /// Both outlive it.
    HookRuns(JournalStore* journal, Clock* clock);

    /// For the journal: an attempt has begun or has ended.
    void changed(const HookAttempt& attempt);

    /// Those of the selection, all of which `query` finds, oldest first, all on one page. The journal's
    /// errors.
    Task<Result<store::Page>> list(store::Selection selection, AttemptQuery query);
    /// What changes after `from`; without it, what there is as added before. Code::expired when that is
    /// longer ago than it is known.
    Task<Result<std::unique_ptr<store::Watch>>> watch(store::Selection selection, AttemptQuery query,
                                                      std::optional<Revision> from);

  private:
    Revision revision_;
    JournalStore* journal_;
    Clock* clock_;
    store::Collection changes_;  ///< Recent changes and watchers; the objects are the journal's.
};

/// Finds all attempts whose objects may be of this name and these selectors, and few others.
AttemptQuery attempts_of(std::string_view name, std::string_view label_selector,
                         std::string_view field_selector);

/// Whether the target's objects are these.
bool is_hook_run(const Target& target);

}  // namespace hooklet::server
