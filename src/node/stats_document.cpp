// SPDX-License-Identifier: Apache-2.0
#include "node/stats_document.hpp"

#include <utility>

namespace hooklet {

namespace {

api::Node time_node(WallTime at) {
    return api::Node(rfc3339(at));
}

template <class T>
void set_known(api::Node& node, const char* name, const std::optional<T>& value) {
    if (value) node.set(name, api::Node(*value));
}

api::Node cpu_node(const ResourceUse& use) {
    api::Node node;
    node.set("time", time_node(use.at));
    set_known(node, "usageNanoCores", use.nano_cores);
    if (use.cpu_time) node.set("usageCoreNanoSeconds", api::Node(use.cpu_time->count()));
    return node;
}

api::Node memory_node(const ResourceUse& use) {
    api::Node node;
    node.set("time", time_node(use.at));
    set_known(node, "availableBytes", use.available_bytes);
    set_known(node, "usageBytes", use.used_bytes);
    set_known(node, "workingSetBytes", use.working_set_bytes);
    set_known(node, "rssBytes", use.resident_bytes);
    return node;
}

/// What `used` takes of a file system; without it, all that is in use there.
api::Node disk_node(WallTime at, const FileSystemUsage& on, const std::optional<DiskUsage>& used) {
    api::Node node;
    node.set("time", time_node(at));
    node.set("availableBytes", api::Node(on.available_bytes));
    node.set("capacityBytes", api::Node(on.capacity_bytes));
    node.set("usedBytes", api::Node(used ? used->bytes : on.capacity_bytes - on.available_bytes));
    node.set("inodesFree", api::Node(on.inodes_free));
    node.set("inodes", api::Node(on.inodes));
    node.set("inodesUsed", api::Node(used ? used->inodes : on.inodes - on.inodes_free));
    return node;
}

DiskUsage sum(const DiskUsage& a, const DiskUsage& b) {
    return {a.bytes + b.bytes, a.inodes + b.inodes};
}

DiskUsage local_storage(const PodUse& pod) {
    DiskUsage all;
    for (const auto& [name, used] : pod.volumes) all = sum(all, used);
    for (const ContainerUse& container : pod.containers) {
        all = sum(all, container.rootfs.value_or(DiskUsage{}));
        all = sum(all, container.logs.value_or(DiskUsage{}));
    }
    return all;
}

api::Node container_node(const ContainerUse& container, const NodeUsage& machine, bool disks) {
    api::Node node;
    node.set("name", api::Node(container.name));
    node.set("startTime", container.started ? time_node(*container.started) : api::Node());
    node.set("cpu", cpu_node(container.use));
    node.set("memory", memory_node(container.use));
    if (!disks) return node;
    const FileSystemUsage& images = machine.imagefs ? *machine.imagefs : machine.nodefs;
    if (container.rootfs) node.set("rootfs", disk_node(container.use.at, images, container.rootfs));
    if (container.logs) node.set("logs", disk_node(container.use.at, machine.nodefs, container.logs));
    return node;
}

/// The volumes by name; for those in memory nothing is known of what they could take.
api::Node volume_nodes(const PodUse& pod, const NodeUsage& machine) {
    api::Node list = api::Node::array();
    for (const auto& [name, used] : pod.volumes) {
        api::Node& node = list.push(disk_node(pod.use.at, machine.nodefs, used));
        node.set("name", api::Node(name));
    }
    for (const auto& [name, used] : pod.in_memory) {
        api::Node node;
        node.set("time", time_node(pod.use.at));
        node.set("usedBytes", api::Node(used.bytes));
        node.set("inodesUsed", api::Node(used.inodes));
        node.set("name", api::Node(name));
        list.push(std::move(node));
    }
    return list;
}

api::Node pod_node(const PodUse& pod, const NodeUsage& machine, bool disks) {
    api::Node reference;
    reference.set("name", api::Node(pod.name));
    reference.set("namespace", api::Node(pod.namespace_));
    reference.set("uid", api::Node(pod.uid));
    api::Node node;
    node.set("podRef", std::move(reference));
    node.set("startTime", pod.started ? time_node(*pod.started) : api::Node());
    api::Node containers = api::Node::array();
    for (const ContainerUse& container : pod.containers)
        containers.push(container_node(container, machine, disks));
    node.set("containers", std::move(containers));
    node.set("cpu", cpu_node(pod.use));
    node.set("memory", memory_node(pod.use));
    if (!disks) return node;
    api::Node volumes = volume_nodes(pod, machine);
    if (!volumes.as_array()->empty()) node.set("volume", std::move(volumes));
    node.set("ephemeral-storage", disk_node(pod.use.at, machine.nodefs, local_storage(pod)));
    if (pod.processes) {
        api::Node processes;
        processes.set("process_count", api::Node(*pod.processes));
        node.set("process_stats", std::move(processes));
    }
    return node;
}

api::Node runtime_node(WallTime at, const NodeUsage& machine) {
    api::Node images = disk_node(at, machine.imagefs ? *machine.imagefs : machine.nodefs, {});
    // What else is on a shared disk is not the images'.
    if (!machine.imagefs) {
        images.erase("usedBytes");
        images.erase("inodesUsed");
    }
    api::Node node;
    node.set("imageFs", std::move(images));
    return node;
}

api::Node machine_node(const StatsSummary& summary, bool disks) {
    const NodeUsage& machine = summary.machine;
    const WallTime at = summary.node.at;
    api::Node node;
    node.set("nodeName", api::Node(summary.node_name));
    const bool knows_boot = machine.booted_at != WallTime{};
    node.set("startTime", knows_boot ? time_node(machine.booted_at) : api::Node());
    node.set("cpu", cpu_node(summary.node));
    node.set("memory", memory_node(summary.node));
    if (!disks) return node;
    node.set("fs", disk_node(at, machine.nodefs, {}));
    node.set("runtime", runtime_node(at, machine));
    api::Node limits;
    limits.set("time", time_node(at));
    limits.set("maxpid", api::Node(machine.pids_max));
    limits.set("curproc", api::Node(machine.pids_running));
    node.set("rlimit", std::move(limits));
    return node;
}

}  // namespace

api::Node stats_document(const StatsSummary& summary, bool disks) {
    api::Node document;
    document.set("node", machine_node(summary, disks));
    api::Node pods = api::Node::array();
    for (const PodUse& pod : summary.pods) pods.push(pod_node(pod, summary.machine, disks));
    document.set("pods", std::move(pods));
    return document;
}

}  // namespace hooklet
