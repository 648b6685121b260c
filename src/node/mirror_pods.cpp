// SPDX-License-Identifier: Apache-2.0
#include "node/mirror_pods.hpp"

#include "api/find_annotation.hpp"
#include "api/mirror_pod.hpp"
#include "base/back_off.hpp"
#include "informer/document.hpp"
#include "node/pod_kind.hpp"

#include <utility>
#include <vector>

namespace hooklet {

namespace {

/// How long a mirror that somebody has deleted stays away: `kubectl delete` waits until it sees none.
constexpr Duration absence = std::chrono::seconds{1};

std::string hash_of(const api::Pod& pod) {
    return api::annotation_of(pod.metadata, config_hash_annotation);
}

}  // namespace

api::Node mirror_of(const api::Pod& pod, const std::string& node_uid) {
    api::Pod mirror;
    mirror.apiVersion = "v1";
    mirror.kind = "Pod";
    mirror.metadata.name = pod.metadata.name;
    mirror.metadata.namespace_ = pod.metadata.namespace_;
    mirror.metadata.labels = pod.metadata.labels;
    mirror.metadata.annotations = pod.metadata.annotations;
    mirror.metadata.annotations[api::mirror_annotation] = hash_of(pod);
    mirror.spec = pod.spec;
    if (!node_uid.empty()) {
        api::OwnerReference owner;
        owner.apiVersion = "v1";
        owner.kind = "Node";
        owner.name = pod.spec.nodeName;
        owner.uid = node_uid;
        owner.controller = true;
        mirror.metadata.ownerReferences.push_back(std::move(owner));
    }
    return api::encode(mirror);
}

MirrorPods::MirrorPods(ApiPorts ports, StatusWriter* statuses, std::function<std::string()> node_uid)
    : ports_(std::move(ports)), statuses_(statuses), node_uid_(std::move(node_uid)), gate_(ports_.executor) {}

void MirrorPods::replace(std::vector<api::Node> pods) {
    for (auto& [name, place] : places_) place.mirror.reset();
    for (const api::Node& pod : pods) see(pod);
    synced_ = true;
    changed_.notify();
}

void MirrorPods::put(api::Node pod) {
    see(pod);
    changed_.notify();
}

void MirrorPods::see(const api::Node& pod) {
    const api::ObjectMeta meta = metadata_of(pod);
    if (!api::is_mirror(meta)) return;
    Place& place = places_[{meta.namespace_, meta.name}];
    const bool is_new = !place.mirror || place.mirror->uid != meta.uid;
    place.mirror = Mirror{meta.uid, api::annotation_of(meta, api::mirror_annotation),
                          meta.deletionTimestamp.has_value()};
    if (is_new) show_status(place);
}

void MirrorPods::erase(api::Node pod) {
    const api::ObjectMeta meta = metadata_of(pod);
    const auto found = places_.find({meta.namespace_, meta.name});
    if (found == places_.end() || !found->second.mirror || found->second.mirror->uid != meta.uid) return;
    statuses_->forget(meta.uid);
    Place& place = found->second;
    const Mirror last = *std::exchange(place.mirror, std::nullopt);
    if (place.pod && last.hash == hash_of(*place.pod)) {
        place.not_before = ports_.clock->now() + absence;
        return_ = ports_.clock->at(place.not_before, [this] { changed_.notify(); });
    }
    changed_.notify();
}

void MirrorPods::on_status(const api::Pod& pod) {
    Place& place = places_[{pod.metadata.namespace_, pod.metadata.name}];
    const bool is_new = !place.pod || place.pod->metadata.uid != pod.metadata.uid;
    place.pod = pod;
    show_status(place);
    if (is_new) changed_.notify();
}

void MirrorPods::on_gone(const api::Pod& pod) {
    const auto found = places_.find({pod.metadata.namespace_, pod.metadata.name});
    if (found == places_.end() || !found->second.pod || found->second.pod->metadata.uid != pod.metadata.uid) {
        return;
    }
    found->second.pod.reset();
    changed_.notify();
}

void MirrorPods::show_status(const Place& place) {
    if (!place.pod || !place.mirror || place.mirror->hash != hash_of(*place.pod)) return;
    const api::ObjectMeta& meta = place.pod->metadata;
    statuses_->write({meta.namespace_, meta.name, place.mirror->uid}, place.pod->status);
}

Task<void> MirrorPods::loop() {
    const CancelToken cancel = stopping_.token();
    unsigned failures = 0;
    while (!cancel.cancelled()) {
        const Status settled = co_await settle();
        failures = settled ? 0 : failures + 1;
        Timer again;
        if (!settled) {
            const Duration wait = retry_delay(failures - 1, first_api_retry, slowest_api_retry);
            again = ports_.clock->at(ports_.clock->now() + wait, [this] { changed_.notify(); });
        }
        co_await changed_.wait();
    }
}

Task<Status> MirrorPods::settle() {
    if (!synced_) co_return Status{};
    std::vector<Name> names;
    for (const auto& [name, place] : places_) names.push_back(name);
    Status all;
    for (const Name& name : names) {
        const Status settled = co_await settle_one(name);
        if (!settled) all = settled;
    }
    std::erase_if(places_, [](const auto& item) { return !item.second.pod && !item.second.mirror; });
    co_return all;
}

Task<Status> MirrorPods::settle_one(Name name) {
    const Place place = places_[name];
    ApiPath path = pod_path(name.first, name.second);
    if (place.mirror) {
        const bool right = place.pod && place.mirror->hash == hash_of(*place.pod);
        if (right && !place.mirror->deleted) co_return Status{};
        const ApiDelete now{.grace_s = 0, .uid = place.mirror->uid, .resource_version = {}};
        const auto removed = co_await ports_.api->remove(std::move(path), now, api_call());
        const bool gone = removed || removed.error().code == Code::not_found;
        co_return gone ? Status{} : std::unexpected(removed.error());
    }
    if (!place.pod || ports_.clock->now() < place.not_before) co_return Status{};
    path.name.clear();
    const auto made =
        co_await ports_.api->create(std::move(path), mirror_of(*place.pod, node_uid_()), api_call());
    if (made || made.error().code == Code::already_exists) co_return Status{};
    if (!is_worth_retrying(made.error())) {
        ports_.tell("the API refuses the mirror of static Pod " + name.first + "/" + name.second + ": " +
                    made.error().text());
    }
    co_return std::unexpected(made.error());
}

Call MirrorPods::api_call() const {
    return ports_.clock->call_within(api_call_limit, stopping_.token());
}

Task<void> MirrorPods::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    changed_.notify();
    co_await gate_.close();
}

}  // namespace hooklet
