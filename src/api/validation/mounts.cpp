// SPDX-License-Identifier: Apache-2.0
// Where a container finds the Pod's volumes: as folders and files, or as block devices.
#include "api/validation/parts.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

bool is_privileged(const Container& container) {
    return container.securityContext && container.securityContext->privileged.value_or(false);
}

/// `list`: the path of all mounts, by which the API names these fields; `path`: that of this one.
void check_sub_path(const VolumeMount& mount, const std::string& list, const std::string& path,
                    Issues& issues) {
    const auto check = [&](const std::string& value, std::string_view field) {
        add_problems(check_text("descending_path", value), fmt::format("{}.{}", list, field), value, issues);
    };
    check(mount.subPath, "subPath");
    check(mount.subPathExpr, "subPathExpr");
    if (!mount.subPath.empty() && !mount.subPathExpr.empty()) {
        issues.push_back(issue::invalid_text(path + ".subPathExpr", mount.subPathExpr,
                                             "subPathExpr and subPath are mutually exclusive"));
    }
}

void check_recursive_read_only(const VolumeMount& mount, const std::string& list, Issues& issues) {
    if (mount.recursiveReadOnly.value_or("Disabled") == "Disabled") return;
    const auto refuse = [&](std::string_view detail) {
        issues.push_back(issue::forbidden(list + ".recursiveReadOnly", detail));
    };
    if (!mount.readOnly) refuse("may only be specified when readOnly is true");
    if (mount.mountPropagation.value_or("None") != "None")
        refuse("may only be specified when mountPropagation is None or not specified");
}

/// What is wrong with one value, and in which field.
using Refuse = std::function<void(std::string_view field, const std::string& value, std::string_view why)>;

Refuse refuse_at(std::string path, Issues& issues) {
    return [path = std::move(path), &issues](std::string_view field, const std::string& value,
                                             std::string_view why) {
        issues.push_back(issue::invalid_text(fmt::format("{}.{}", path, field), value, why));
    };
}

template <class Item>
bool is_among(const std::vector<Item>& items, std::string Item::* field, const std::string& value) {
    return std::ranges::find(items, value, field) != items.end();
}

/// No volume is folder and device at once, and no path.
void check_overlap(const VolumeMount& mount, const Container& container, const Refuse& refuse) {
    const auto& devices = container.volumeDevices;
    if (is_among(devices, &VolumeDevice::name, mount.name))
        refuse("name", mount.name, "must not already exist in volumeDevices");
    if (is_among(devices, &VolumeDevice::devicePath, mount.mountPath))
        refuse("mountPath", mount.mountPath, "must not already exist as a path in volumeDevices");
}

void check_overlap(const VolumeDevice& device, const Container& container, const Refuse& refuse) {
    const auto& mounts = container.volumeMounts;
    if (is_among(mounts, &VolumeMount::name, device.name))
        refuse("name", device.name, "must not already exist in volumeMounts");
    if (is_among(mounts, &VolumeMount::mountPath, device.devicePath))
        refuse("devicePath", device.devicePath, "must not already exist as a path in volumeMounts");
}

/// A block device can only be what a claim is bound to; any other volume would silently be no device.
void check_device_source(const std::string& name, const PodSpec& spec, const std::string& path,
                         Issues& issues) {
    if (name.empty()) return;
    const auto volume = std::ranges::find(spec.volumes, name, &Volume::name);
    if (volume == spec.volumes.end()) {
        issues.push_back(issue::not_found(path + ".name", name));
    } else if (!volume->persistentVolumeClaim && !volume->ephemeral) {
        refuse_at(path, issues)(
            "name", name,
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
}

}  // namespace

void check_mounts(const Container& container, const PodSpec& spec, const std::string& path, Issues& issues) {
    std::set<std::string> places;
    const std::string list = path + ".volumeMounts";
    for (std::size_t i = 0; i < container.volumeMounts.size(); ++i) {
        const VolumeMount& mount = container.volumeMounts[i];
        const std::string mount_path = at(list, i);
        const bool known = std::any_of(spec.volumes.begin(), spec.volumes.end(),
                                       [&](const Volume& volume) { return volume.name == mount.name; });
        if (!mount.name.empty() && !known)
            issues.push_back(issue::not_found(mount_path + ".name", mount.name));
        if (!mount.mountPath.empty() && !places.insert(mount.mountPath).second) {
            issues.push_back(
                issue::invalid_text(mount_path + ".mountPath", mount.mountPath, "must be unique"));
        }
        check_overlap(mount, container, refuse_at(mount_path, issues));
        check_sub_path(mount, list, mount_path, issues);
        check_recursive_read_only(mount, list, issues);
        if (mount.mountPropagation == "Bidirectional" && !is_privileged(container)) {
            issues.push_back(issue::forbidden(
                list + ".mountPropagation",
                "Bidirectional mount propagation is available only to privileged containers"));
        }
    }
}

void check_devices(const Container& container, const PodSpec& spec, const std::string& path, Issues& issues) {
    std::set<std::string> names;
    std::set<std::string> places;
    for (std::size_t i = 0; i < container.volumeDevices.size(); ++i) {
        const VolumeDevice& device = container.volumeDevices[i];
        const std::string device_path = at(path + ".volumeDevices", i);
        const Refuse refuse = refuse_at(device_path, issues);
        const std::string& place = device.devicePath;
        if (!device.name.empty() && !names.insert(device.name).second)
            refuse("name", device.name, "must be unique");
        check_device_source(device.name, spec, device_path, issues);
        if (places.contains(place)) refuse("devicePath", place, "must be unique");
        if (!check_text("no_dot_dot", place).empty())
            refuse("devicePath", place, "can not contain backsteps ('..')");
        else if (!place.empty())
            places.insert(place);
        check_overlap(device, container, refuse);
    }
}

}  // namespace hooklet::api
