// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/hook_types.hpp"
#include "ports/clock.hpp"
#include "ports/journal_store.hpp"
#include "server/computed.hpp"
#include "store/collection.hpp"

#include <string_view>

namespace hooklet::server {

/// The attempt as the API shows it. Its name never changes: `demo-5f0c9a7e21b4-2` is the second attempt of a
/// delivery to the Pod `demo`. Its resourceVersion is the time of its last change in microseconds.
api::HookRun hook_run(const HookAttempt& attempt);

/// Hook attempts as objects of `hookruns.hooklet.dev`. They are stored nowhere but in the journal: a list is
/// read from there, a watch lives on what the journal tells. Of the past a watch knows no more than what this
/// process has seen.
class HookRuns final : public Computed {
  public:
    /// Both outlive it.
    HookRuns(JournalStore* journal, Clock* clock);

    /// For the journal: an attempt has begun or has ended.
    void changed(const HookAttempt& attempt);

    /// Oldest first.
    Task<Result<store::Page>> list(Asked asked, Call call) override;
    Task<Result<std::unique_ptr<store::Watch>>> watch(Asked asked, std::optional<Revision> from) override;

  private:
    Task<Result<store::Page>> list(Asked asked);

    Revision revision_;
    JournalStore* journal_;
    Clock* clock_;
    store::Collection changes_;  ///< Recent changes and watchers; the objects are the journal's.
};

/// Finds all attempts whose objects may be of this name and these selectors, and few others.
AttemptQuery attempts_of(std::string_view name, std::string_view label_selector,
                         std::string_view field_selector);

}  // namespace hooklet::server
