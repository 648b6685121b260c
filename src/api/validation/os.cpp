// SPDX-License-Identifier: Apache-2.0
// What a Pod cannot ask of the operating system that it says it needs.
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <array>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view not_on_windows = "cannot be set for a windows pod";
constexpr std::string_view windows_options = "windowsOptions";
/// All that Windows knows of security contexts, and what it does not know of Pods.
constexpr std::array<std::string_view, 2> windows_context{"runAsNonRoot", windows_options};
constexpr std::array<std::string_view, 4> linux_pod{"hostIPC", "hostPID", "hostUsers",
                                                    "shareProcessNamespace"};

template <class Context>
void check_context(const std::optional<Context>& context, bool windows, const std::string& path,
                   Issues& issues) {
    if (!context) return;
    for (const std::string_view field : present_fields(describe<Context>(), &*context)) {
        const std::string field_path = fmt::format("{}.securityContext.{}", path, field);
        if (windows && !contains(windows_context, field)) {
            issues.push_back(issue::forbidden(field_path, not_on_windows));
        } else if (!windows && field == windows_options) {
            issues.push_back(issue::forbidden(field_path, "windows options cannot be set for a linux pod"));
        }
    }
}

}  // namespace

void check_os(const PodSpec& spec, Issues& issues) {
    if (!spec.os) return;
    const std::string& name = spec.os->name;
    if (name.empty()) {
        issues.push_back(issue::required("spec.os.name", "cannot be empty"));
        return;
    }
    const bool windows = name == "windows";
    if (!windows && name != "linux") {
        issues.push_back(issue::not_supported("spec.os", name, {"linux", "windows"}));
        return;
    }
    for (const std::string_view field : present_fields(describe<PodSpec>(), &spec)) {
        if (windows && contains(linux_pod, field))
            issues.push_back(issue::forbidden(fmt::format("spec.{}", field), not_on_windows));
    }
    check_context(spec.securityContext, windows, "spec", issues);
    const auto check_each = [&](const auto& containers, std::string_view path) {
        for (std::size_t i = 0; i < containers.size(); ++i)
            check_context(containers[i].securityContext, windows, at(path, i), issues);
    };
    check_each(spec.initContainers, "spec.initContainers");
    check_each(spec.containers, "spec.containers");
    check_each(spec.ephemeralContainers, "spec.ephemeralContainers");
}

}  // namespace hooklet::api
