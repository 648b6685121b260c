// SPDX-License-Identifier: Apache-2.0
#include "node/collection.hpp"

#include "pods/names.hpp"

#include <algorithm>
#include <tuple>

namespace hooklet {

namespace {

/// The label's value, or nothing.
std::string label_of(const cri::StringMap& labels, const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
}

bool has_ended(const cri::Container& container) {
    return container.state == cri::ContainerState::exited || container.state == cri::ContainerState::unknown;
}

bool is_name_of(const cri::Image& image, const std::string& name) {
    return !name.empty() &&
           (image.id == name || std::ranges::find(image.repo_tags, name) != image.repo_tags.end() ||
            std::ranges::find(image.repo_digests, name) != image.repo_digests.end());
}

}  // namespace

std::vector<std::string> containers_to_remove(const std::vector<cri::Container>& containers,
                                              const KnownPods& pods) {
    std::map<std::pair<std::string, std::string>, std::vector<const cri::Container*>> ended;
    for (const cri::Container& container : containers) {
        const std::string uid = label_of(container.labels, label::pod_uid);
        if (!uid.empty() && has_ended(container)) {
            ended[{uid, container.metadata.name}].push_back(&container);
        }
    }
    std::vector<std::string> remove;
    for (auto& [key, instances] : ended) {
        const bool wanted = pods.present.contains(key.first) && !pods.evicted.contains(key.first);
        std::ranges::stable_sort(instances, std::greater{}, &cri::Container::created_at);
        for (std::size_t i = wanted ? 1 : 0; i < instances.size(); ++i) remove.push_back(instances[i]->id);
    }
    return remove;
}

std::vector<std::string> sandboxes_to_remove(const std::vector<cri::PodSandbox>& sandboxes,
                                             const std::vector<cri::Container>& containers,
                                             const KnownPods& pods) {
    std::map<std::string, WallTime> newest;
    for (const cri::PodSandbox& sandbox : sandboxes) {
        WallTime& latest = newest.try_emplace(sandbox.metadata.uid, sandbox.created_at).first->second;
        latest = std::max(latest, sandbox.created_at);
    }
    std::vector<std::string> remove;
    for (const cri::PodSandbox& sandbox : sandboxes) {
        const std::string& uid = sandbox.metadata.uid;
        const bool keep = pods.present.contains(uid) && sandbox.created_at == newest[uid];
        const bool occupied =
            std::ranges::find(containers, sandbox.id, &cri::Container::pod_sandbox_id) != containers.end();
        if (!keep && !occupied && sandbox.state == cri::PodSandboxState::not_ready) {
            remove.push_back(sandbox.id);
        }
    }
    return remove;
}

std::vector<std::string> log_directories_to_remove(const std::vector<std::string>& names,
                                                   const std::set<std::string>& ours, const KnownPods& pods) {
    std::vector<std::string> remove;
    for (const std::string& name : names) {
        const std::string uid = name.substr(name.rfind('_') + 1);
        if (ours.contains(uid) && !pods.present.contains(uid)) remove.push_back(name);
    }
    return remove;
}

bool is_log_link_of(const std::string& name, const std::set<std::string>& container_ids) {
    const std::size_t dash = name.rfind('-');
    const std::size_t extension = name.rfind(".log");
    if (dash == std::string::npos || extension == std::string::npos || extension < dash) return false;
    return container_ids.contains(name.substr(dash + 1, extension - dash - 1));
}

void ImageUse::observe(const std::vector<cri::Image>& images, const std::vector<cri::Container>& containers,
                       MonotonicTime now) {
    std::map<std::string, Record> seen;
    for (const cri::Image& image : images) {
        const auto before = records_.find(image.id);
        Record record = before == records_.end() ? Record{image, now, MonotonicTime{}} : before->second;
        record.image = image;
        record.in_use = std::ranges::any_of(containers, [&image](const cri::Container& container) {
            return is_name_of(image, container.image) || is_name_of(image, container.image_ref);
        });
        if (record.in_use) record.last_used = now;
        seen.emplace(image.id, std::move(record));
    }
    records_ = std::move(seen);
}

std::uint64_t image_bytes_to_free(std::uint64_t capacity_bytes, std::uint64_t available_bytes,
                                  const ImagePolicy& policy) {
    if (capacity_bytes == 0 || policy.high_percent >= 100) return 0;
    const std::uint64_t available = std::min(available_bytes, capacity_bytes);
    const std::uint64_t used_percent = 100 - available * 100 / capacity_bytes;
    if (used_percent < static_cast<std::uint64_t>(policy.high_percent)) return 0;
    const std::uint64_t wanted = capacity_bytes * static_cast<std::uint64_t>(100 - policy.low_percent) / 100;
    return wanted > available ? wanted - available : 0;
}

std::vector<std::string> images_to_remove(const ImageUse& use, std::uint64_t bytes, Duration minimum_age,
                                          MonotonicTime now) {
    std::vector<const ImageUse::Record*> candidates;
    for (const auto& [id, record] : use.records()) {
        const bool young = now - record.first_seen < minimum_age;
        if (!record.in_use && !record.image.pinned && !young) candidates.push_back(&record);
    }
    std::ranges::stable_sort(candidates, std::less{}, [](const ImageUse::Record* record) {
        return std::tuple(record->last_used, record->first_seen);
    });
    std::vector<std::string> remove;
    std::uint64_t freed = 0;
    for (const ImageUse::Record* record : candidates) {
        if (freed >= bytes) break;
        freed += record->image.size_bytes;
        remove.push_back(record->image.id);
    }
    return remove;
}

}  // namespace hooklet
