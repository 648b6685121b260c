// SPDX-License-Identifier: Apache-2.0
#include "node/node_object.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr std::int64_t lease_seconds = 40;

/// A pressure condition in the kubelet's words.
struct PressureWords {
    std::string_view type;
    std::string_view bad_reason;
    std::string_view bad_message;
    std::string_view good_reason;
    std::string_view good_message;
    std::string_view bad_event;
    std::string_view good_event;
};
constexpr std::array pressure_words{
    PressureWords{"MemoryPressure", "KubeletHasInsufficientMemory",
                  "kubelet has insufficient memory available", "KubeletHasSufficientMemory",
                  "kubelet has sufficient memory available", "NodeHasInsufficientMemory",
                  "NodeHasSufficientMemory"},
    PressureWords{"DiskPressure", "KubeletHasDiskPressure", "kubelet has disk pressure",
                  "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasDiskPressure",
                  "NodeHasNoDiskPressure"},
    PressureWords{"PIDPressure", "KubeletHasInsufficientPID", "kubelet has insufficient PID available",
                  "KubeletHasSufficientPID", "kubelet has sufficient PID available", "NodeHasInsufficientPID",
                  "NodeHasSufficientPID"},
};

const api::Node* find_condition(const api::Node* conditions, std::string_view type) {
    const api::Node::Array* all = conditions != nullptr ? conditions->as_array() : nullptr;
    if (all == nullptr) return nullptr;
    for (const api::Node& condition : *all) {
        const api::Node* own = condition.find("type");
        if (own != nullptr && own->as_string() != nullptr && *own->as_string() == type) return &condition;
    }
    return nullptr;
}

struct Judgement {
    std::string_view type;
    bool status = false;
    std::string reason;
    std::string message;
};

std::vector<Judgement> judgements(const NodeHealth& health) {
    std::vector<Judgement> all;
    for (const PressureWords& words : pressure_words) {
        const bool bad = health.pressure.contains(std::string(words.type));
        all.push_back({words.type, bad, std::string(bad ? words.bad_reason : words.good_reason),
                       std::string(bad ? words.bad_message : words.good_message)});
    }
    const bool ready = health.problems.empty();
    all.push_back({"Ready", ready, ready ? "KubeletReady" : "KubeletNotReady",
                   ready ? std::string("kubelet is posting ready status")
                         : fmt::format("{}", fmt::join(health.problems, ", "))});
    return all;
}

api::Node condition_node(const Judgement& judgement, const api::Node* before, WallTime now) {
    const api::Node status(judgement.status ? "True" : "False");
    api::Node changed(rfc3339(now));
    if (before != nullptr && before->find("status") != nullptr && *before->find("status") == status &&
        before->find("lastTransitionTime") != nullptr) {
        changed = *before->find("lastTransitionTime");
    }
    api::Node condition;
    condition.set("type", api::Node(judgement.type));
    condition.set("status", status);
    condition.set("lastHeartbeatTime", api::Node(rfc3339(now)));
    condition.set("lastTransitionTime", std::move(changed));
    condition.set("reason", api::Node(judgement.reason));
    condition.set("message", api::Node(judgement.message));
    return condition;
}

api::Node amounts(const api::ResourceList& list) {
    api::Node out = api::Node::object();
    for (const auto& [name, amount] : list) out.set(name, api::Node(amount.text()));
    return out;
}

/// `own`, and the extended resources that others have put into the stored capacity.
api::Node with_advertised(const api::ResourceList& own, const api::Node* capacity) {
    api::Node all = amounts(own);
    const api::Node::Object* stored = capacity != nullptr ? capacity->as_object() : nullptr;
    if (stored == nullptr) return all;
    for (const api::Member& entry : *stored) {
        if (api::is_extended_resource(entry.key) && !own.contains(entry.key)) all.set(entry.key, entry.value);
    }
    return all;
}

api::Node texts(const std::map<std::string, std::string>& map) {
    api::Node out = api::Node::object();
    for (const auto& [key, value] : map) out.set(key, api::Node(value));
    return out;
}

api::Node image_list(const std::vector<NodeImage>& images) {
    api::Node list = api::Node::array();
    for (const NodeImage& image : images) {
        api::Node names = api::Node::array();
        for (const std::string& name : image.names) names.push(api::Node(name));
        api::Node item;
        item.set("names", std::move(names));
        item.set("sizeBytes", api::Node(image.size_bytes));
        list.push(std::move(item));
    }
    return list;
}

api::Node address(const std::string& type, const std::string& value) {
    api::Node out;
    out.set("type", api::Node(type));
    out.set("address", api::Node(value));
    return out;
}

api::Node node_info(const NodeSheet& sheet) {
    api::Node info;
    info.set("machineID", api::Node(sheet.machine_id));
    info.set("systemUUID", api::Node(sheet.system_uuid));
    info.set("bootID", api::Node(sheet.boot_id));
    info.set("kernelVersion", api::Node(sheet.kernel_version));
    info.set("osImage", api::Node(sheet.os_image));
    info.set("containerRuntimeVersion", api::Node(sheet.runtime_version));
    info.set("kubeletVersion", api::Node(sheet.kubelet_version));
    info.set("kubeProxyVersion", api::Node(""));
    info.set("operatingSystem", api::Node("linux"));
    info.set("architecture", api::Node(sheet.architecture));
    return info;
}

/// The same without the times of heartbeats.
api::Node without_heartbeats(api::Node status) {
    api::Node* conditions = status.find("conditions");
    if (conditions == nullptr || conditions->as_array() == nullptr) return status;
    for (api::Node& condition : *conditions->as<api::Node::Array>()) condition.erase("lastHeartbeatTime");
    return status;
}

api::Node lease_metadata(const std::string& node_name, const std::string& node_uid) {
    api::Node metadata;
    metadata.set("name", api::Node(node_name));
    metadata.set("namespace", api::Node("kube-node-lease"));
    if (node_uid.empty()) return metadata;
    api::Node owner;
    owner.set("apiVersion", api::Node("v1"));
    owner.set("kind", api::Node("Node"));
    owner.set("name", api::Node(node_name));
    owner.set("uid", api::Node(node_uid));
    api::Node owners;
    owners.push(std::move(owner));
    metadata.set("ownerReferences", std::move(owners));
    return metadata;
}

/// metav1.MicroTime.
std::string micro_time(WallTime at) {
    const auto since = at.time_since_epoch() % std::chrono::seconds{1};
    const std::string seconds = rfc3339(at);
    return fmt::format("{}.{:06d}Z", seconds.substr(0, seconds.size() - 1),
                       std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

}  // namespace

std::vector<NodeImage> node_images(const std::vector<cri::Image>& images) {
    constexpr std::size_t most_images = 50;
    constexpr std::size_t most_names = 5;
    std::vector<NodeImage> all;
    for (const cri::Image& image : images) {
        NodeImage out{image.repo_digests, image.size_bytes};
        out.names.insert(out.names.end(), image.repo_tags.begin(), image.repo_tags.end());
        out.names.resize(std::min(out.names.size(), most_names));
        all.push_back(std::move(out));
    }
    std::ranges::sort(all, [](const NodeImage& a, const NodeImage& b) {
        return std::tie(b.size_bytes, a.names) < std::tie(a.size_bytes, b.names);
    });
    all.resize(std::min(all.size(), most_images));
    return all;
}

api::ResourceList allocatable_of(api::ResourceList capacity) {
    constexpr std::int64_t kept_memory = 100LL << 20;
    const auto memory = capacity.find("memory");
    if (memory != capacity.end()) {
        const std::int64_t left = std::max<std::int64_t>(memory->second.units() - kept_memory, 0);
        memory->second = api::Quantity::of_units(left, api::Quantity::Format::binary_si);
    }
    const auto disk = capacity.find("ephemeral-storage");
    if (disk != capacity.end()) {
        const std::int64_t all = disk->second.units();
        disk->second = api::Quantity::of_units(all - all / 10, disk->second.format());
    }
    return capacity;
}

std::map<std::string, std::string> node_labels(const NodeSheet& sheet) {
    std::map<std::string, std::string> labels = sheet.labels;
    for (const char* prefix : {"kubernetes.io", "beta.kubernetes.io"}) {
        labels[fmt::format("{}/os", prefix)] = "linux";
        labels[fmt::format("{}/arch", prefix)] = sheet.architecture;
    }
    labels["kubernetes.io/hostname"] = sheet.name;
    return labels;
}

api::Node node_object(const NodeSheet& sheet) {
    api::Node metadata;
    metadata.set("name", api::Node(sheet.name));
    metadata.set("labels", texts(node_labels(sheet)));
    api::Node node;
    node.set("apiVersion", api::Node("v1"));
    node.set("kind", api::Node("Node"));
    node.set("metadata", std::move(metadata));
    node.set("spec", api::Node::object());
    return node;
}

api::Node node_conditions(const NodeHealth& health, const api::Node* before, WallTime now) {
    api::Node conditions = api::Node::array();
    std::set<std::string_view> own;
    for (const Judgement& judgement : judgements(health)) {
        own.insert(judgement.type);
        conditions.push(condition_node(judgement, find_condition(before, judgement.type), now));
    }
    const api::Node::Array* others = before != nullptr ? before->as_array() : nullptr;
    if (others == nullptr) return conditions;
    for (const api::Node& condition : *others) {
        const api::Node* type = condition.find("type");
        const bool mine = type != nullptr && type->as_string() != nullptr && own.contains(*type->as_string());
        if (!mine) conditions.push(condition);
    }
    return conditions;
}

api::Node node_status(const NodeSheet& sheet, const NodeHealth& health, const api::Node& stored,
                      WallTime now) {
    const api::Node* before = stored.find("status");
    api::Node status = before != nullptr && before->as_object() != nullptr ? *before : api::Node::object();
    const api::Node* capacity = before != nullptr ? before->find("capacity") : nullptr;
    status.set("capacity", with_advertised(sheet.capacity, capacity));
    status.set("allocatable", with_advertised(sheet.allocatable, capacity));
    status.set("conditions", node_conditions(health, before ? before->find("conditions") : nullptr, now));
    api::Node addresses;
    addresses.push(address("InternalIP", sheet.internal_ip));
    addresses.push(address("Hostname", sheet.name));
    status.set("addresses", std::move(addresses));
    api::Node port;
    port.set("Port", api::Node(sheet.kubelet_port));
    api::Node endpoints;
    endpoints.set("kubeletEndpoint", std::move(port));
    status.set("daemonEndpoints", std::move(endpoints));
    status.set("nodeInfo", node_info(sheet));
    status.set("images", image_list(health.images));
    return status;
}

bool is_same_node_status(const api::Node& a, const api::Node& b) {
    return api::same_value(without_heartbeats(a), without_heartbeats(b));
}

std::vector<event::Text> node_changes(const std::string& name, const std::optional<NodeHealth>& before,
                                      const NodeHealth& now) {
    std::vector<event::Text> changes;
    const auto tell = [&](std::string_view reason) {
        changes.push_back(event::node_status_is(name, std::string(reason)));
    };
    if (!before) changes.push_back(event::starting());
    for (const PressureWords& words : pressure_words) {
        const std::string type(words.type);
        const bool bad = now.pressure.contains(type);
        if (!before || before->pressure.contains(type) != bad) tell(bad ? words.bad_event : words.good_event);
    }
    const bool ready = now.problems.empty();
    if (!before || before->problems.empty() != ready) tell(ready ? "NodeReady" : "NodeNotReady");
    return changes;
}

api::Node node_lease(const std::string& node_name, const std::string& node_uid, WallTime now) {
    api::Node spec;
    spec.set("holderIdentity", api::Node(node_name));
    spec.set("leaseDurationSeconds", api::Node(lease_seconds));
    spec.set("renewTime", api::Node(micro_time(now)));
    api::Node lease;
    lease.set("apiVersion", api::Node("coordination.k8s.io/v1"));
    lease.set("kind", api::Node("Lease"));
    lease.set("metadata", lease_metadata(node_name, node_uid));
    lease.set("spec", std::move(spec));
    return lease;
}

}  // namespace hooklet
