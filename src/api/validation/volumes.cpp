// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

void check_downward_items(const std::vector<DownwardAPIVolumeFile>& items, const std::string& path,
                          Issues& issues) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        const DownwardAPIVolumeFile& file = items[i];
        const std::string item_path = at(path + ".items", i);
        if (!file.fieldRef && !file.resourceFieldRef) {
            issues.push_back(issue::required(item_path, "one of fieldRef and resourceFieldRef is required"));
        }
        if (file.fieldRef) {
            check_field_ref(*file.fieldRef, true, item_path + ".fieldRef", issues);
            if (file.resourceFieldRef)
                issues.push_back(
                    issue::invalid_text(item_path, "resource",
                                        "fieldRef and resourceFieldRef can not be specified simultaneously"));
            continue;
        }
        if (!file.resourceFieldRef) continue;
        const std::string ref_path = item_path + ".resourceFieldRef";
        if (file.resourceFieldRef->containerName.empty())
            issues.push_back(issue::required(ref_path + ".containerName"));
        check_resource_ref(*file.resourceFieldRef, ref_path, issues);
    }
}

/// The files that one projection puts into the volume, by path.
std::vector<std::string> projected_paths(const VolumeProjection& source) {
    std::vector<std::string> paths;
    const auto add = [&](const auto& projection) {
        if (!projection) return;
        for (const auto& item : projection->items) paths.push_back(item.path);
    };
    add(source.secret);
    add(source.configMap);
    add(source.downwardAPI);
    if (source.serviceAccountToken) paths.push_back(source.serviceAccountToken->path);
    return paths;
}

void check_projection(const VolumeProjection& source, const std::string& path, Issues& issues) {
    const auto present = present_fields(describe<VolumeProjection>(), &source);
    if (present.empty()) issues.push_back(issue::required(path, "must specify a volume type"));
    for (std::size_t i = 1; i < present.size(); ++i) {
        issues.push_back(issue::forbidden(fmt::format("{}.{}", path, present[i]),
                                          "may not specify more than 1 volume type"));
    }
    if (source.secret && source.secret->name.empty())
        issues.push_back(issue::required(path + ".secret.name"));
    if (source.configMap && source.configMap->name.empty())
        issues.push_back(issue::required(path + ".configMap.name"));
    if (source.downwardAPI) check_downward_items(source.downwardAPI->items, path + ".downwardAPI", issues);
}

void check_projected(const ProjectedVolumeSource& projected, const std::string& path, Issues& issues) {
    std::set<std::string> paths;
    for (std::size_t i = 0; i < projected.sources.size(); ++i) {
        const std::string source_path = at(path + ".sources", i);
        check_projection(projected.sources[i], source_path, issues);
        for (const std::string& file : projected_paths(projected.sources[i])) {
            if (!paths.insert(file).second) {
                issues.push_back(
                    issue::invalid_text(source_path + ".path", file, "conflicting duplicate paths"));
            }
        }
    }
}

void check_volume(const Volume& volume, const std::string& path, Issues& issues) {
    const VolumeSource& source = volume;
    auto present = present_fields(describe<VolumeSource>(), &source);
    // The API looks for an emptyDir first, so that it is the other one that is too many.
    std::ranges::stable_partition(present, [](std::string_view name) { return name == "emptyDir"; });
    for (std::size_t i = 1; i < present.size(); ++i) {
        issues.push_back(issue::forbidden(fmt::format("{}.{}", path, present[i]),
                                          "may not specify more than 1 volume type"));
    }
    if (volume.emptyDir && volume.emptyDir->sizeLimit && volume.emptyDir->sizeLimit->is_negative()) {
        issues.push_back(issue::forbidden(path + ".emptyDir.sizeLimit",
                                          "SizeLimit field must be a valid resource quantity"));
    }
    if (volume.configMap && volume.configMap->name.empty())
        issues.push_back(issue::required(path + ".configMap.name"));
    if (volume.downwardAPI) check_downward_items(volume.downwardAPI->items, path + ".downwardAPI", issues);
    if (volume.projected) check_projected(*volume.projected, path + ".projected", issues);
    check_driver_source(volume, path, issues);
}

}  // namespace

void check_volumes(const PodSpec& spec, Issues& issues) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < spec.volumes.size(); ++i) {
        const Volume& volume = spec.volumes[i];
        const std::string path = at("spec.volumes", i);
        if (!volume.name.empty() && !names.insert(volume.name).second) {
            issues.push_back(issue::duplicate(path + ".name", volume.name));
        }
        check_volume(volume, path, issues);
    }
}

}  // namespace hooklet::api
