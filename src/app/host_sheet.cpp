// SPDX-License-Identifier: Apache-2.0
#include "app/host_sheet.hpp"

#include "adapters/posix/kernel_files.hpp"

#include <sys/utsname.h>

namespace hooklet::app {

namespace {

constexpr std::int64_t most_pods = 110;

/// The file without the white space at its end; empty when it can't be read.
std::string trimmed_text(const std::string& path) {
    std::string text = read_available(path);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

/// As the kubelet writes memory: whole kibibytes.
api::Quantity kibibytes(std::uint64_t bytes) {
    return api::Quantity::of_units(static_cast<std::int64_t>(bytes >> 10 << 10),
                                   api::Quantity::Format::binary_si);
}

}  // namespace

std::string os_name(std::string_view os_release) {
    constexpr std::string_view key = "PRETTY_NAME=";
    while (!os_release.empty()) {
        std::string_view line = os_release.substr(0, os_release.find('\n'));
        os_release.remove_prefix(std::min(line.size() + 1, os_release.size()));
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        if (line.size() > 1 && line.front() == '"' && line.back() == '"')
            line = line.substr(1, line.size() - 2);
        return std::string(line);
    }
    return {};
}

std::string go_architecture(const std::string& machine) {
    if (machine == "x86_64") return "amd64";
    if (machine == "aarch64") return "arm64";
    return machine;
}

api::ResourceList host_capacity(const PodSettings& settings, const NodeUsage& usage) {
    return {{"cpu", api::Quantity::of_milli(settings.node_cpu_milli)},
            {"memory", kibibytes(static_cast<std::uint64_t>(settings.node_memory_bytes))},
            {"ephemeral-storage", kibibytes(usage.nodefs.capacity_bytes)},
            {"pods", api::Quantity::of_units(most_pods)}};
}

NodeSheet host_sheet(const PodSettings& settings, const cri::VersionResponse& engine,
                     const NodeUsage& usage) {
    NodeSheet sheet;
    sheet.name = settings.node_name;
    sheet.internal_ip = settings.host_ip;
    sheet.capacity = host_capacity(settings, usage);
    sheet.allocatable = allocatable_of(sheet.capacity);
    utsname system{};
    if (::uname(&system) == 0) {
        sheet.architecture = go_architecture(system.machine);
        sheet.kernel_version = system.release;
    }
    sheet.os_image = os_name(trimmed_text("/etc/os-release"));
    sheet.machine_id = trimmed_text("/etc/machine-id");
    sheet.system_uuid = trimmed_text("/sys/class/dmi/id/product_uuid");
    sheet.boot_id = trimmed_text("/proc/sys/kernel/random/boot_id");
    sheet.apparmor = trimmed_text("/sys/module/apparmor/parameters/enabled") == "Y";
    sheet.runtime_version = engine.runtime_name + "://" + engine.runtime_version;
    sheet.kubelet_version = kubernetes_version;
    return sheet;
}

}  // namespace hooklet::app
