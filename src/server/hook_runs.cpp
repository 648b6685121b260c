// SPDX-License-Identifier: Apache-2.0
#include "server/hook_runs.hpp"

#include "api/selector.hpp"
#include "server/target.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::string_view resource = "hookruns.hooklet.dev";
constexpr const char* pod_label = "hooklet.dev/pod";
constexpr const char* pod_uid_label = "hooklet.dev/pod-uid";
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t id_digits = 12;

const kinds::Kind& kind() {
    static const kinds::Kind* const found = kinds::find("hooklet.dev", "v1", "hookruns");
    return *found;
}

/// Enough of the delivery's id to tell it from the Pod's others.
std::string short_id(std::string_view delivery_id) {
    std::string digits;
    for (const char c : delivery_id) {
        if (c != '-' && digits.size() < id_digits) digits += c;
    }
    return digits;
}

std::string name_of(const HookAttempt& attempt) {
    const std::string end = fmt::format("-{}-{}", short_id(attempt.delivery_id), attempt.attempt);
    std::string begin = attempt.pod.name.substr(0, longest_name - end.size());
    while (begin.ends_with('.') || begin.ends_with('-')) begin.pop_back();
    return begin + end;
}

/// The Pod's name in the name of an attempt, or its beginning where it is too long for one.
std::string_view pod_part(std::string_view name) {
    for (int parts = 0; parts < 2; ++parts) name = name.substr(0, std::min(name.rfind('-'), name.size()));
    return name;
}

WallTime last_change(const HookAttempt& attempt) {
    return attempt.outcome ? attempt.started_at + attempt.took : attempt.started_at;
}

Revision microseconds_of(WallTime at) {
    return std::chrono::floor<microseconds>(at).time_since_epoch().count();
}

/// Milliseconds are what people can use of it.
std::string length_text(Duration length) {
    return go_duration(std::chrono::round<milliseconds>(length));
}

std::map<std::string, std::string> labels_of(const HookAttempt& attempt) {
    std::map<std::string, std::string> labels{{"hooklet.dev/container", attempt.container},
                                              {"hooklet.dev/hook", std::string(name(attempt.hook))},
                                              {pod_uid_label, attempt.pod.uid}};
    if (attempt.pod.name.size() <= longest_label) labels.emplace(pod_label, attempt.pod.name);
    return labels;
}

api::HookRunStatus status_of(const HookAttempt& attempt) {
    api::HookRunStatus status;
    status.outcome = attempt.outcome ? name(*attempt.outcome) : "Running";
    status.startedAt = {attempt.started_at};
    if (!attempt.outcome) return status;
    // When one ended that nobody saw to its end is not known.
    if (*attempt.outcome != HookOutcome::unknown) {
        status.finishedAt = {attempt.started_at + attempt.took};
        status.duration = length_text(attempt.took);
    }
    status.exitCode = attempt.exit_code;
    status.httpStatus = attempt.http_status;
    status.cause = attempt.cause;
    status.stdout = attempt.stdout_;
    status.stderr = attempt.stderr_;
    return status;
}

store::ObjectPtr object_of(const HookAttempt& attempt, Revision revision) {
    api::HookRun run = hook_run(attempt);
    const ObjectKey key{std::string(resource), run.metadata.namespace_, run.metadata.name};
    static const store::FieldsOf fields_of = fields_of_kinds();
    return store::make_object(key, revision, encode(kind(), &run), fields_of);
}

store::HistoryLimits history_limits() {
    return {.changes = 1000, .bytes = 16U << 20};
}

}  // namespace

api::HookRun hook_run(const HookAttempt& attempt) {
    api::HookRun run;
    run.metadata.name = name_of(attempt);
    run.metadata.namespace_ = attempt.pod.namespace_;
    run.metadata.uid = attempt.attempt == 1 ? attempt.delivery_id
                                            : fmt::format("{}-{}", attempt.delivery_id, attempt.attempt);
    run.metadata.creationTimestamp = {attempt.started_at};
    run.metadata.labels = labels_of(attempt);
    run.spec = {.podName = attempt.pod.name,
                .podUID = attempt.pod.uid,
                .container = attempt.container,
                .containerID = attempt.container_id,
                .hook = std::string(name(attempt.hook)),
                .handler = std::string(name(attempt.handler)),
                .command = attempt.command,
                .reason = attempt.reason,
                .deliveryID = attempt.delivery_id,
                .attempt = attempt.attempt,
                .timeout = length_text(attempt.cap)};
    run.status = status_of(attempt);
    return run;
}

HookRuns::HookRuns(JournalStore* journal, Clock* clock)
    : revision_(microseconds_of(clock->wall())),
      journal_(journal),
      clock_(clock),
      changes_(&revision_, history_limits(), revision_) {}

void HookRuns::changed(const HookAttempt& attempt) {
    // The clock may have been set back; revisions only grow.
    revision_ = std::max(revision_ + 1, microseconds_of(last_change(attempt)));
    store::Change change{.revision = revision_, .before = nullptr, .after = object_of(attempt, revision_)};
    if (attempt.outcome) {
        HookAttempt begun = attempt;
        begun.outcome.reset();
        change.before = object_of(begun, microseconds_of(attempt.started_at));
    }
    changes_.tell(std::make_shared<const store::Change>(std::move(change)));
}

AttemptQuery attempts_of(std::string_view name, std::string_view label_selector,
                         std::string_view field_selector) {
    AttemptQuery query;
    const auto narrow = [&query](std::string_view by, const std::string& value) {
        if (by == pod_label || by == "spec.podName") query.pod_name_begin = value;
        if (by == pod_uid_label || by == "spec.podUID") query.pod_uid = value;
    };
    if (const auto labels = api::parse_label_selector(label_selector)) {
        for (const api::LabelRequirement& one : *labels) {
            if (one.op == api::LabelRequirement::Operator::in && one.values.size() == 1)
                narrow(one.key, *one.values.begin());
        }
    }
    if (const auto fields = api::parse_field_selector(field_selector)) {
        for (const api::FieldRequirement& one : *fields) {
            if (one.equal && one.path == "metadata.name") query.pod_name_begin = pod_part(one.value);
            if (one.equal) narrow(one.path, one.value);
        }
    }
    if (!name.empty()) query.pod_name_begin = pod_part(name);
    return query;
}

Task<Result<store::Page>> HookRuns::list(Asked asked, Call /*call*/) {
    return list(std::move(asked));
}

Task<Result<store::Page>> HookRuns::list(Asked asked) {
    store::Page page{.revision = revision_, .objects = {}, .continue_ = {}, .remaining = {}};
    AttemptQuery query = attempts_of(asked.selection.name, asked.label_selector, asked.field_selector);
    const Result<std::vector<HookAttempt>> found = co_await journal_->attempts(std::move(query));
    if (!found) co_return std::unexpected(found.error());
    for (const HookAttempt& attempt : *found) {
        store::ObjectPtr object = object_of(attempt, microseconds_of(last_change(attempt)));
        if (asked.selection.contains(*object)) page.objects.push_back(std::move(object));
    }
    co_return page;
}

Task<Result<std::unique_ptr<store::Watch>>> HookRuns::watch(Asked asked, std::optional<Revision> from) {
    const store::History& history = changes_.history();
    if (from && !history.covers(*from))
        co_return std::unexpected(store::too_old(*from, history.complete_since()));
    std::vector<store::ObjectPtr> initial;
    if (!from) {
        Result<store::Page> page = co_await list(asked);
        if (!page) co_return std::unexpected(page.error());
        from = page->revision;
        initial = std::move(page->objects);
    }
    co_return std::make_unique<store::Watch>(&changes_, clock_, std::move(asked.selection), *from,
                                             std::move(initial));
}

}  // namespace hooklet::server
