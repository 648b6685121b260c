// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/cancel.hpp"
#include "base/gate.hpp"
#include "base/ids.hpp"
#include "lifecycle/command_runner.hpp"
#include "lifecycle/hook_facts.hpp"
#include "ports/journal_store.hpp"

#include <string>

namespace hooklet {

/// The cap of an on-exit hook that sets none.
inline constexpr Duration default_on_exit_cap = std::chrono::seconds{30};
/// The cap of a postStart hook that sets none.
inline constexpr Duration default_post_start_cap = std::chrono::minutes{10};

/// What there was of a delivery before it was cut off, by the end of the agent or of the engine.
struct Redelivery {
    HookAttempt last;
    Duration since_first{};  ///< How long ago the hook was begun; a sleep goes on where it was.
    Duration since_last{};   ///< The same of `last`.
};

/// What becomes of a command that is over its cap and is not ended with it: it goes on in `gate` for `limit`
/// at most, or until it is cancelled.
struct Afterlife {
    Gate* gate = nullptr;
    Duration limit{};
    CancelToken cancel;
};

/// One hook that is due.
struct HookRequest {
    HookType hook = HookType::post_start;
    api::LifecycleHandler handler;
    PodRef pod;
    api::Container container;  ///< For port names and for messages.
    std::string container_id;
    std::string host;  ///< Where httpGet and tcpSocket go unless they say: the Pod's IP, or the node's on its
                       ///< network.
    std::string reason;        ///< Why it is due, for the journal.
    HookFacts facts;           ///< What the hook is told.
    bool pass_reason = false;  ///< It is also told why it runs, and which delivery this is.
    std::optional<Duration>
        grace;  ///< What was left of the grace period when it became due, where one counts.
    CommandRunner* runner = nullptr;    ///< Runs the command; without it the engine does, in the container.
    Duration cap{};                     ///< The longest it may take.
    bool at_most_once = false;          ///< It is not repeated when it is cut off.
    std::optional<Redelivery> again{};  ///< Set: an earlier attempt was cut off.
    std::optional<Afterlife> afterlife{};
    CancelToken abandon{};  ///< The agent ends: a command is left to the next one, with its record open.
};

/// How it went.
struct HookResult {
    HookOutcome outcome = HookOutcome::succeeded;
    /// Short words without output: `exit code 3`, `connection refused`. Empty on success.
    std::string cause;
    /// The long form for waiting messages (lifecycle spec 2.5), without output. Empty on success.
    std::string message;
    [[nodiscard]] bool ok() const { return outcome == HookOutcome::succeeded; }
};

/// The cap that an annotation (`hooklet.dev/post-start-timeout` and its like) sets, else `fallback`. A bad
/// value was refused at validation and counts as unset here.
Duration hook_cap(const api::Pod& pod, HookType hook, Duration fallback);

/// Whether the Pod wants its hooks to be told why they run (`hooklet.dev/pass-reason`).
bool passes_reason(const api::Pod& pod);

/// Whether a hook that was cut off stays so (`hooklet.dev/delivery: at-most-once`).
bool is_at_most_once(const api::Pod& pod);

/// Whether the command of this attempt may go on although whoever waited for it has gone. Not said of an
/// on-exit hook, whose command has a container of its own: that is there or not.
bool may_still_run(const HookAttempt& last);

/// Whether nothing is left to deliver after this attempt, the last one of an agent that is gone: the hook
/// came to an end of its own, or it may not be repeated. One that is not over was cut off.
bool is_over(const HookAttempt& last, bool at_most_once);

/// The outcome of an attempt that is over. One that was cut off counts as well done.
HookResult earlier_result(const HookAttempt& attempt);

/// Which handler the hook uses. Precondition: exactly one is set (validation).
HookHandler handler_of(const api::LifecycleHandler& handler);

/// What is run, for people: `nginx -s quit`, `http://10.1.2.3:80/ready`, `tcp://10.1.2.3:5432`, `sleep 5s`.
std::string describe(const HookRequest& request);

}  // namespace hooklet
