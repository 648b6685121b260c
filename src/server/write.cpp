// SPDX-License-Identifier: Apache-2.0
#include "server/write.hpp"

#include "server/finalizers.hpp"
#include "server/ownership.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

constexpr int most_attempts = 5;

/// Keeps what no update changes. An update of the whole object that tries to delete it so is refused by
/// kept_deletion().
void take_over(api::ObjectMeta& now, const api::ObjectMeta& before, bool whole) {
    now.uid = before.uid;
    now.creationTimestamp = before.creationTimestamp;
    if (!whole || before.deletionTimestamp) now.deletionTimestamp = before.deletionTimestamp;
    if (!whole || !now.deletionGracePeriodSeconds)
        now.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds;
    now.generation = before.generation;
    now.selfLink.clear();
}

/// What only a deletion sets is as it was.
api::Issues kept_deletion(const api::ObjectMeta& now, const api::ObjectMeta& before) {
    constexpr std::string_view why = "field is immutable";
    api::Issues issues;
    if (now.deletionTimestamp != before.deletionTimestamp)
        issues.push_back(
            api::issue::invalid_text("metadata.deletionTimestamp", rfc3339(now.deletionTimestamp->at), why));
    if (now.deletionGracePeriodSeconds != before.deletionGracePeriodSeconds)
        issues.push_back(api::issue::invalid_raw("metadata.deletionGracePeriodSeconds",
                                                 std::to_string(*now.deletionGracePeriodSeconds), why));
    return issues;
}

/// One attempt on one version of the object.
struct Attempt {
    Services services;
    Target target;
    ChangeOptions options;
    store::ObjectPtr stored;
    kinds::Object before;
    kinds::Object now;
    bool conditional = false;        ///< The change is for this version only.
    bool content_changed = false;    ///< Before admission saw it.
    Admission::Approval approval{};  ///< Its ticket is kept until the object is stored.

    [[nodiscard]] const kinds::Kind& kind() const { return *target.kind; }
    [[nodiscard]] api::ObjectMeta& metadata() const { return *kind().metadata(now.get()); }
};

Answer<Attempt> begin(const Services& services, const Target& target, const Change& make,
                      ChangeOptions options) {
    auto stored = services.objects->get(target.key());
    if (!stored) return std::unexpected(status::not_found(*target.kind, target.name));
    auto now = make(**stored);
    if (!now) return std::unexpected(now.error());
    Attempt attempt{services, target, options, *stored, decode(*target.kind, **stored), *std::move(now)};
    api::ObjectMeta& metadata = attempt.metadata();
    if (auto fits = check_namespace(target, metadata); !fits) return std::unexpected(fits.error());
    const std::string revision = std::to_string((*stored)->revision);
    attempt.conditional = asks_for_version(metadata);
    if (attempt.conditional && metadata.resourceVersion != revision) {
        return std::unexpected(status::conflict(
            *target.kind, target.name,
            "the object has been modified; please apply your changes to the latest version and try again"));
    }
    metadata.resourceVersion = revision;
    return attempt;
}

Answer<void> validate(const Attempt& attempt) {
    const kinds::Kind& kind = attempt.kind();
    api::Issues issues;
    if (kind.validate_update) {
        issues = kind.validate_update(attempt.target.part, attempt.now.get(), attempt.before.get());
    } else if (kind.validate) {
        issues = kind.validate(attempt.now.get());
    }
    const api::ObjectMeta& before = *kind.metadata(attempt.before.get());
    std::ranges::move(kept_deletion(attempt.metadata(), before), std::back_inserter(issues));
    std::ranges::move(new_finalizers(attempt.metadata(), before), std::back_inserter(issues));
    if (issues.empty()) return {};
    return std::unexpected(status::invalid(kind, attempt.target.name, issues));
}

/// `owners` is what the changed object said of them before it was prepared.
void note_owners(Attempt& attempt, fields::Entries owners) {
    attempt.metadata().managedFields = std::move(owners);
    if (attempt.options.owners_known) return;
    attempt.content_changed = note_owners(attempt.target, attempt.now.get(), attempt.before.get(),
                                          attempt.options.manager, attempt.services.clock->wall());
}

bool same_owners(const api::ManagedFieldsEntry& a, api::ManagedFieldsEntry b) {
    b.time = a.time;
    return a == b;
}

/// When somebody last wrote what was there already is no change: it would be one for each repetition.
void forget_times(const Attempt& attempt) {
    fields::Entries& now = attempt.metadata().managedFields;
    const fields::Entries& before = attempt.kind().metadata(attempt.before.get())->managedFields;
    if (now == before || !std::ranges::equal(now, before, same_owners)) return;
    // Only a status is known to be another: admission may have put anything else back.
    if (attempt.target.part == "status" && attempt.content_changed) return;
    fields::Entries noted = std::exchange(now, before);
    const bool changed =
        encode(attempt.kind(), attempt.now.get()) != encode(attempt.kind(), attempt.before.get());
    if (changed) now = std::move(noted);
}

AdmissionRequest admission_request(const Attempt& attempt) {
    return {AdmissionRequest::Operation::update,
            attempt.target,
            attempt.now,
            attempt.before,
            attempt.options.dry_run,
            attempt.options.node};
}

/// The rules of updates.
Task<Answer<void>> apply_rules(Attempt* attempt) {
    const kinds::Kind& kind = attempt->kind();
    take_over(attempt->metadata(), *kind.metadata(attempt->before.get()), attempt->target.part.empty());
    fields::Entries owners = attempt->metadata().managedFields;
    if (kind.prepare_update)
        kind.prepare_update(attempt->target.part, attempt->now.get(), attempt->before.get());
    if (attempt->options.check) {
        auto allowed = attempt->options.check(attempt->target, attempt->now, attempt->before);
        if (!allowed) co_return allowed;
    }
    note_owners(*attempt, std::move(owners));
    if (attempt->services.admission != nullptr) {
        AdmissionRequest request = admission_request(*attempt);
        auto admitted = co_await attempt->services.admission->admit(std::move(request));
        if (!admitted) co_return admitted;
    }
    forget_times(*attempt);
    if (auto valid = validate(*attempt); !valid) co_return valid;
    if (attempt->services.admission == nullptr) co_return Answer<void>{};
    AdmissionRequest request = admission_request(*attempt);
    auto approved = co_await attempt->services.admission->approve(std::move(request));
    if (!approved) co_return std::unexpected(approved.error());
    attempt->approval = *std::move(approved);
    co_return Answer<void>{};
}

Task<Result<store::ObjectPtr>> store_it(Attempt* attempt) {
    store::ObjectStore& objects = *attempt->services.objects;
    const bool ends = attempt->metadata().deletionTimestamp && may_end(attempt->kind(), attempt->now.get());
    api::Node content = stored_form(attempt->kind(), attempt->now.get());
    if (attempt->options.dry_run) co_return unstored(attempt->target, content);
    ObjectKey key = attempt->target.key();
    if (!ends) co_return co_await objects.update(std::move(key), std::move(content));
    const store::Preconditions same{attempt->stored->uid, std::to_string(attempt->stored->revision)};
    co_return co_await objects.remove(std::move(key), same, std::move(content));
}

}  // namespace

Answer<void> check_name(const Target& target, const api::ObjectMeta& metadata) {
    if (metadata.name == target.name) return {};
    if (metadata.name.empty()) {
        return std::unexpected(status::bad_request(
            fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided",
                        target.name)));
    }
    return std::unexpected(status::bad_request(fmt::format(
        "the name of the object ({}) does not match the name on the URL ({})", metadata.name, target.name)));
}

Answer<void> check_namespace(const Target& target, api::ObjectMeta& metadata) {
    if (!target.kind->namespaced) {
        metadata.namespace_.clear();
        return {};
    }
    if (metadata.namespace_.empty()) metadata.namespace_ = target.namespace_;
    if (metadata.namespace_ == target.namespace_) return {};
    return std::unexpected(status::bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"));
}

Task<Answer<Written>> change(Services services, Target target, Change make, ChangeOptions options) {
    for (int count = 1;; ++count) {
        auto attempt = begin(services, target, make, options);
        if (!attempt) co_return std::unexpected(attempt.error());
        if (options.by_rules) {
            auto allowed = co_await apply_rules(&*attempt);
            if (!allowed) co_return std::unexpected(allowed.error());
        }
        auto stored = co_await store_it(&*attempt);
        if (stored) {
            co_return Written{.object = *std::move(stored),
                              .warnings = std::move(attempt->approval.warnings)};
        }
        const bool again = stored.error().code == Code::conflict && !attempt->conditional;
        if (!again || count == most_attempts)
            co_return std::unexpected(status::of(stored.error(), *target.kind, target.name));
    }
}

void warn_before(Answer<Written>& written, std::vector<std::string> warnings) {
    if (!written) return;
    std::ranges::move(written->warnings, std::back_inserter(warnings));
    written->warnings = std::move(warnings);
}

bool may_end(const kinds::Kind& kind, void* object) {
    const api::ObjectMeta& metadata = *kind.metadata(object);
    return metadata.finalizers.empty() && metadata.deletionGracePeriodSeconds.value_or(0) == 0 &&
           !has_spec_finalizers(kind, object);
}

}  // namespace hooklet::server
