// SPDX-License-Identifier: Apache-2.0
#include "node/collector.hpp"

#include "node/log_rotation.hpp"
#include "pods/names.hpp"

#include <limits>

#include <fmt/format.h>

namespace hooklet {

namespace {
constexpr Duration engine_limit = std::chrono::minutes{2};
}  // namespace

Collector::Collector(NodePorts ports, NodeStats* stats, CollectorSettings settings)
    : ports_(std::move(ports)), stats_(stats), settings_(std::move(settings)), gate_(ports_.executor) {}

void Collector::start() {
    gate_.spawn(loop(false, settings_.period));
    gate_.spawn(loop(true, settings_.image_period));
}

Task<void> Collector::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

Task<void> Collector::loop(bool images, Duration period) {
    const CancelToken cancel = stopping_.token();
    while (!cancel.cancelled()) {
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(period, cancel));
        if (cancel.cancelled()) co_return;
        if (images) {
            co_await collect_images();
        } else {
            co_await collect();
        }
    }
}

Call Collector::engine_call() const {
    return ports_.clock->call_within(engine_limit, stopping_.token());
}

KnownPods Collector::known_pods() {
    KnownPods known;
    for (const PodOnNode& pod : ports_.pods->pods()) {
        const std::string& uid = pod.pod.metadata.uid;
        known.present.insert(uid);
        remember(uid);
        if (pod.pod.status.reason == "Evicted") known.evicted.insert(uid);
    }
    return known;
}

Task<void> Collector::collect() {
    const KnownPods known = known_pods();
    const Status removed = co_await remove_records(known);
    if (!removed && !stopping_.token().cancelled()) {
        ports_.node_event(event::container_collection_failed(removed.error().text()));
    }
    remove_logs(known);
}

Task<Status> Collector::remove_records(KnownPods known) {
    cri::Filter filter;
    filter.label_selector[label::owner] = settings_.owner_label;
    const auto containers = co_await ports_.runtime->list_containers(filter, engine_call());
    if (!containers) co_return std::unexpected(containers.error());
    for (const std::string& id : containers_to_remove(*containers, known)) {
        const Status removed = co_await ports_.runtime->remove_container(id, engine_call());
        if (!removed) co_return removed;
    }
    const auto left = co_await ports_.runtime->list_containers(filter, engine_call());
    if (!left) co_return std::unexpected(left.error());
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(filter, engine_call());
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    for (const std::string& id : sandboxes_to_remove(*sandboxes, *left, known)) {
        const Status removed = co_await ports_.runtime->remove_pod_sandbox(id, engine_call());
        if (!removed) co_return removed;
    }
    co_return Status{};
}

void Collector::remove_logs(const KnownPods& known) {
    const auto directories = ports_.files->list_directory(settings_.pod_log_directory);
    if (directories) {
        for (const std::string& name : log_directories_to_remove(*directories, ours_, known)) {
            (void)ports_.files->remove_tree(settings_.pod_log_directory + "/" + name);
        }
    }
    std::set<std::string> live_ids;
    for (const PodOnNode& pod : ports_.pods->pods()) {
        for (const RunningLog& log : running_logs(pod.pod, settings_.pod_log_directory)) {
            live_ids.insert(log.container_id);
        }
    }
    remove_dead_links(live_ids);
}

void Collector::remove_dead_links(const std::set<std::string>& live_ids) {
    const auto links = ports_.files->list_directory(settings_.container_log_directory);
    if (!links) return;
    for (const std::string& name : *links) {
        // Of a running container: its log is being rotated.
        if (!name.ends_with(".log") || is_log_link_of(name, live_ids)) continue;
        const std::string path = settings_.container_log_directory + "/" + name;
        const auto target = ports_.files->type_of(path);
        if (target && !*target) (void)ports_.files->remove_file(path);
    }
}

Task<Status> Collector::look_at_images() {
    const auto images = co_await ports_.runtime->list_images(engine_call());
    if (!images) co_return std::unexpected(images.error());
    const cri::Filter everybodys;
    const auto containers = co_await ports_.runtime->list_containers(everybodys, engine_call());
    if (!containers) co_return std::unexpected(containers.error());
    images_.observe(*images, *containers, ports_.clock->now());
    co_return Status{};
}

Task<void> Collector::collect_images() {
    const Status looked = co_await look_at_images();
    const Result<NodeUsage> usage = stats_->node();
    if (!looked || !usage) {
        if (stopping_.token().cancelled()) co_return;
        const Error& error = looked ? usage.error() : looked.error();
        ports_.node_event(event::image_collection_failed(error.text()));
        co_return;
    }
    const FileSystemUsage& fs = usage->imagefs ? *usage->imagefs : usage->nodefs;
    const std::uint64_t bytes = image_bytes_to_free(fs.capacity_bytes, fs.available_bytes, settings_.images);
    if (bytes == 0) co_return;
    const std::uint64_t freed = co_await remove_images(bytes, settings_.images.minimum_age);
    if (freed >= bytes || stopping_.token().cancelled()) co_return;
    ports_.node_event(event::image_collection_failed(fmt::format(
        "Failed to garbage collect required amount of images. Attempted to free {} bytes, but only "
        "found {} bytes eligible to free.",
        bytes, freed)));
}

Task<std::uint64_t> Collector::remove_images(std::uint64_t bytes, Duration minimum_age) {
    // Copied: another round may look at the images meanwhile.
    const std::map<std::string, ImageUse::Record> records = images_.records();
    const std::vector<std::string> ids = images_to_remove(images_, bytes, minimum_age, ports_.clock->now());
    std::uint64_t freed = 0;
    for (const std::string& id : ids) {
        const Status removed = co_await ports_.runtime->remove_image(id, engine_call());
        if (removed) freed += records.at(id).image.size_bytes;
    }
    co_return freed;
}

Task<void> Collector::reclaim() {
    co_await collect();
    const Status looked = co_await look_at_images();
    if (!looked) co_return;
    (void)co_await remove_images(std::numeric_limits<std::uint64_t>::max(), Duration::zero());
}

}  // namespace hooklet
