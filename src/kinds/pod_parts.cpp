// SPDX-License-Identifier: Apache-2.0
#include "kinds/pod_parts.hpp"

#include "api/app_armor.hpp"
#include "api/qos.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hooklet::kinds {

namespace {

/// All metadata as before; only the revision that the client named stays.
void keep_metadata(api::ObjectMeta& now, const api::ObjectMeta& before) {
    std::string revision = std::move(now.resourceVersion);
    now = before;
    now.resourceVersion = std::move(revision);
}

void keep_all_but_status(api::Pod& now, const api::Pod& before) {
    now.spec = before.spec;
    now.metadata.ownerReferences = before.metadata.ownerReferences;
    now.metadata.deletionTimestamp = before.metadata.deletionTimestamp;
    if (now.status.qosClass.empty()) now.status.qosClass = before.status.qosClass;
}

void keep_all_but_ephemeral_containers(api::Pod& now, const api::Pod& before) {
    auto containers = std::move(now.spec.ephemeralContainers);
    now.spec = before.spec;
    now.spec.ephemeralContainers = std::move(containers);
}

/// False: those are other containers.
bool take_resources(std::vector<api::Container>& into, const std::vector<api::Container>& from) {
    if (!std::ranges::equal(into, from, {}, &api::Container::name, &api::Container::name)) return false;
    for (std::size_t i = 0; i < into.size(); ++i) {
        into[i].resources = from[i].resources;
        into[i].resizePolicy = from[i].resizePolicy;
    }
    return true;
}

/// Other containers than before stay as they are wished for, for the validation to refuse.
void keep_all_but_resources(api::Pod& now, const api::Pod& before) {
    api::PodSpec kept = before.spec;
    if (take_resources(kept.containers, now.spec.containers) &&
        take_resources(kept.initContainers, now.spec.initContainers))
        now.spec = std::move(kept);
}

std::string text_of(bool value) {
    return value ? "true" : "false";
}

}  // namespace

void prepare_create(api::Pod& pod) {
    api::take_app_armor_annotations(pod);
    pod.metadata.generation = 1;
    pod.status = {};
    pod.status.phase = "Pending";
    pod.status.qosClass = api::qos_class(pod.spec);
    if (pod.spec.schedulingGates.empty()) return;
    pod.status.conditions = {{.type = "PodScheduled",
                              .observedGeneration = pod.metadata.generation,
                              .status = "False",
                              .lastTransitionTime = pod.metadata.creationTimestamp,
                              .reason = "SchedulingGated",
                              .message = "Scheduling is blocked due to non-empty scheduling gates"}};
}

void prepare_update(std::string_view part, api::Pod& now, const api::Pod& before) {
    if (part == "status") {
        keep_all_but_status(now, before);
    } else {
        now.status = before.status;
        if (!part.empty()) keep_metadata(now.metadata, before.metadata);
        if (part == "ephemeralcontainers") keep_all_but_ephemeral_containers(now, before);
        if (part == "resize") keep_all_but_resources(now, before);
    }
    now.metadata.generation = before.metadata.generation + (now.spec == before.spec ? 0 : 1);
}

Fields selectable_fields(const api::Pod& pod) {
    const api::PodStatus& status = pod.status;
    std::string all_ips;
    for (const api::PodIP& address : status.podIPs) all_ips += (all_ips.empty() ? "" : ",") + address.ip;
    return {{"spec.nodeName", pod.spec.nodeName},
            {"spec.restartPolicy", pod.spec.restartPolicy},
            {"spec.schedulerName", pod.spec.schedulerName},
            {"spec.serviceAccountName", pod.spec.serviceAccountName},
            {"spec.hostNetwork", text_of(pod.spec.hostNetwork)},
            {"status.phase", status.phase},
            {"status.podIP", status.podIPs.empty() ? "" : status.podIPs.front().ip},
            {"status.podIPs", all_ips},
            {"status.nominatedNodeName", status.nominatedNodeName}};
}

}  // namespace hooklet::kinds
