// SPDX-License-Identifier: Apache-2.0
#include "node/status_writer.hpp"

#include "api/pod_phase.hpp"
#include "base/back_off.hpp"
#include "informer/document.hpp"
#include "status/conditions.hpp"

#include <array>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// Fields of a Pod's status that others write.
constexpr std::array<const char*, 4> foreign_fields{"nominatedNodeName", "resize", "resourceClaimStatuses",
                                                    "extendedResourceClaimStatus"};

constexpr Duration repair_delay = std::chrono::seconds{10};

bool may_be_repeated(const Error& error) {
    return is_worth_retrying(error) || error.code == Code::conflict;
}

}  // namespace

std::optional<api::Node> next_status(const api::Node& stored, const api::PodStatus& own) {
    const api::Node* there = stored.find("status");
    const api::PodStatus before = there != nullptr ? read_as<api::PodStatus>(*there) : api::PodStatus{};
    if (api::is_terminal(before.phase) && !api::is_terminal(own.phase)) return std::nullopt;
    api::PodStatus after = own;
    after.conditions = with_foreign_conditions(own.conditions, before.conditions);
    if (api::is_terminal(before.phase)) after.phase = before.phase;
    api::Node status = api::encode(after);
    for (const char* field : foreign_fields) {
        const api::Node* value = there != nullptr ? there->find(field) : nullptr;
        if (value != nullptr) status.set(field, *value);
    }
    if (there != nullptr && api::same_value(*there, status)) return std::nullopt;
    return status;
}

void StatusWriter::write(const PodRef& pod, const api::PodStatus& status) {
    set(pod, status, false);
}

void StatusWriter::finish(const PodRef& pod, const api::PodStatus& status) {
    set(pod, status, true);
}

void StatusWriter::set(const PodRef& pod, const api::PodStatus& status, bool remove) {
    if (stopping_.token().cancelled()) return;
    Entry& entry = entries_[pod.uid];
    entry.pod = pod;
    entry.status = status;
    entry.remove = entry.remove || remove;
    begin(entry);
}

void StatusWriter::begin(Entry& entry) {
    entry.changed = true;
    entry.repair.reset();
    if (!std::exchange(entry.busy, true)) gate_.spawn(run(entry.pod.uid));
}

void StatusWriter::arrived(const std::string& uid) {
    const auto found = entries_.find(uid);
    if (found != entries_.end() && !std::exchange(found->second.brought, true)) first_settled_();
}

void StatusWriter::forget(const std::string& uid) {
    entries_.erase(uid);
    first_settled_();
}

bool StatusWriter::owes_first(const std::string& uid) const {
    const auto found = entries_.find(uid);
    return found != entries_.end() && !found->second.brought;
}

void StatusWriter::compare(const api::Node& pod) {
    const auto found = entries_.find(text_at(pod, {"metadata", "uid"}));
    if (found == entries_.end() || found->second.busy || found->second.repair) return;
    if (!next_status(pod, found->second.status)) return;
    found->second.repair = ports_.clock->at(ports_.clock->now() + repair_delay, [this, uid = found->first] {
        if (const auto again = entries_.find(uid); again != entries_.end()) begin(again->second);
    });
}

Call StatusWriter::api_call() const {
    return ports_.clock->call_within(api_call_limit, stopping_.token());
}

Task<void> StatusWriter::run(std::string uid) {
    const CancelToken cancel = stopping_.token();
    unsigned failures = 0;
    while (!cancel.cancelled()) {
        const auto found = entries_.find(uid);
        if (found == entries_.end()) co_return;
        if (!std::exchange(found->second.changed, false)) {
            found->second.busy = false;
            co_return;
        }
        const Entry& entry = found->second;
        const Status brought = co_await bring(entry.pod, entry.status, entry.remove);
        if (brought) arrived(uid);
        if (brought || cancel.cancelled()) {
            failures = 0;
            continue;
        }
        if (const auto again = entries_.find(uid); again != entries_.end()) again->second.changed = true;
        const Duration delay = retry_delay(failures++, first_api_retry, slowest_api_retry);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(delay, cancel));
    }
}

Task<Status> StatusWriter::bring(PodRef pod, api::PodStatus status, bool removed) {
    const Status written = co_await put(pod, std::move(status));
    if (!written && may_be_repeated(written.error())) co_return written;
    if (!written && written.error().code != Code::not_found) {
        // The API does not want this status, so it is not offered again; the next one may be better.
        ports_.tell(fmt::format("the status of Pod {}/{} is refused: {}", pod.namespace_, pod.name,
                                written.error().text()));
    }
    if (!written && written.error().code == Code::not_found) {
        forget(pod.uid);
        co_return Status{};
    }
    if (!removed) co_return Status{};
    co_return co_await remove(std::move(pod));
}

Task<Status> StatusWriter::put(PodRef pod, api::PodStatus own) {
    auto object = co_await ports_.api->get(pod_path(pod.namespace_, pod.name), api_call());
    if (!object) co_return std::unexpected(object.error());
    if (text_at(*object, {"metadata", "uid"}) != pod.uid) co_return fail(Code::not_found, "another Pod");
    auto status = next_status(*object, own);
    if (!status) co_return Status{};
    object->set("status", *std::move(status));
    const auto written = co_await ports_.api->update(pod_path(pod.namespace_, pod.name, "status"),
                                                     *std::move(object), api_call());
    if (!written) co_return std::unexpected(written.error());
    co_return Status{};
}

Task<Status> StatusWriter::remove(PodRef pod) {
    const ApiDelete options{.grace_s = 0, .uid = pod.uid, .resource_version = {}};
    const auto removed = co_await ports_.api->remove(pod_path(pod.namespace_, pod.name), options, api_call());
    if (!removed && is_worth_retrying(removed.error())) co_return std::unexpected(removed.error());
    forget(pod.uid);
    co_return Status{};
}

Task<void> StatusWriter::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

}  // namespace hooklet
