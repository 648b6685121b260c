// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

enum class HookType {
    post_start,
    pre_stop,
    on_exit,  ///< hooklet's own: after the container's end, however it came.
};
enum class HookHandler { exec, http_get, tcp_socket, sleep };

/// How a hook attempt ended. An attempt without outcome was still running when last recorded.
enum class HookOutcome {
    succeeded,
    failed,
    timed_out,  ///< It was over its cap, or the grace period was spent.
    cancelled,  ///< Something else ended the need for it: deletion, the container's own end.
    unknown,    ///< The agent ended before the hook did, as far as it knew.
};

std::string_view name(HookType type);        ///< `postStart`, `preStop`, `onExit`
std::string_view name(HookHandler handler);  ///< `exec`, `httpGet`, `tcpSocket`, `sleep`
std::string_view name(HookOutcome outcome);  ///< `Succeeded`, `Failed`, `TimedOut`, `Cancelled`, `Unknown`

/// One attempt to deliver one hook. Written before the hook starts and again when it has ended.
struct HookAttempt {
    std::int64_t id = 0;      ///< Given by the store.
    std::string delivery_id;  ///< The same for all attempts of one delivery.
    std::int32_t attempt = 1;
    PodRef pod;
    std::string container;
    std::string container_id;
    HookType hook = HookType::post_start;
    HookHandler handler = HookHandler::exec;
    std::string command;  ///< What is run, for people: the argv, the URL, `tcp://host:port`, `sleep 5s`.
    std::string reason;   ///< Why the hook is due: `Started`, `Deleted`, `PostStartFailed`, ...
    Duration cap{};       ///< The longest it may take.
    WallTime started_at;
    std::optional<HookOutcome> outcome;
    Duration took{};
    std::optional<std::int32_t> exit_code;    ///< exec
    std::optional<std::int32_t> http_status;  ///< httpGet
    std::string cause;    ///< Short words for a failure, free of output: `exit code 3`, `connection refused`.
    std::string stdout_;  ///< exec: standard output. httpGet: the body's beginning.
    std::string stderr_;
};

enum class StepKind {
    sandbox,
    pulling,
    pulled,
    created,
    started,
    running,
    pre_stop,
    term,
    kill,
    exited,
    gone,
    failed
};
std::string_view name(StepKind step);  ///< `Sandbox`, `Pulling`, ... as people read them

/// Something that happened in a Pod's life, besides hooks and events.
struct LifecycleStep {
    std::int64_t id = 0;
    WallTime at;
    PodRef pod;
    std::string container;  ///< Empty for steps of the whole Pod.
    std::string container_id;
    StepKind step = StepKind::created;
    Duration took{};                        ///< How long the step itself took, where it has a length.
    std::optional<std::int32_t> exit_code;  ///< exited
    std::optional<Duration> grace;  ///< preStop, term: what is left of the grace period, for term two seconds
                                    ///< at least; then comes SIGKILL.
    std::string detail;
};

/// An event as the API would show it (core/v1 Event; Appendix A of the lifecycle spec has the texts).
struct EventRecord {
    std::int64_t id = 0;
    WallTime at;
    PodRef pod;
    std::string container;  ///< Empty: the event is about the Pod.
    bool warning = false;
    std::string reason;
    std::string message;
    std::map<std::string, std::string> annotations{};  ///< For listeners; they are not stored.
};

/// Everything recorded, in the order of recording within each kind.
struct JournalContents {
    std::vector<HookAttempt> hooks;
    std::vector<LifecycleStep> steps;
    std::vector<EventRecord> events;
};

/// Which records to read; empty members select all.
struct JournalQuery {
    std::string pod_uid;
    std::optional<WallTime> since;
};

/// Which attempts to read; empty members select all.
struct AttemptQuery {
    std::string pod_name_begin;  ///< Of Pods whose name begins so.
    std::string pod_uid;
};

/// Keeps the journal on disk. Writes are ordered: one that returned, and every one before it, survives the
/// end of the process. Errors: unavailable (disk full), internal (corrupt); each write is all or nothing.
class JournalStore {
  public:
    virtual ~JournalStore() = default;
    /// Returns the id given to the attempt.
    virtual Task<Result<std::int64_t>> add_attempt(HookAttempt attempt) = 0;
    /// Replaces the record with the same id, whose outcome is none or HookOutcome::unknown so far; without an
    /// id (its beginning was not recorded) it is added. Without an outcome: it turned out that it goes on.
    virtual Task<Status> finish_attempt(HookAttempt attempt) = 0;
    virtual Task<Status> add_step(LifecycleStep step) = 0;
    virtual Task<Status> add_event(EventRecord event) = 0;
    virtual Task<Result<JournalContents>> read(JournalQuery query) = 0;
    /// Oldest first.
    virtual Task<Result<std::vector<HookAttempt>>> attempts(AttemptQuery query) = 0;
    /// Those of the uids of which a step is recorded, in the order in which they were given.
    virtual Task<Result<std::vector<std::string>>> known_pods(std::vector<std::string> uids) = 0;
    /// The attempts made for these containers, and all that have no outcome; oldest first.
    virtual Task<Result<std::vector<HookAttempt>>> recall(std::vector<std::string> container_ids) = 0;
};

}  // namespace hooklet
