// SPDX-License-Identifier: Apache-2.0
#include "api/app_armor.hpp"
#include "api/codec.hpp"
#include "api/find_annotation.hpp"
#include "api/json.hpp"
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t longest_profile = 4095;  // of a path

/// The table knows that the type of a profile is required, but not of which profile it is.
void say_why_required(const std::string& profile, Issues& issues) {
    const std::string type = profile + ".type";
    const auto bare = [&](const Issue& issue) {
        return issue.path == type && issue.reason == Reason::required;
    };
    const auto found = std::ranges::find_if(issues, bare);
    if (found == issues.end()) return;
    const std::string name = profile.substr(profile.rfind('.') + 1);
    *found = issue::required(type, fmt::format("type is required when {} is set", name));
}

/// Rules that seccomp and AppArmor profiles share. Returns the name of a local one that has one.
template <class Profile>
std::string check_profile(const std::optional<Profile>& profile, const std::string& path,
                          std::string_view what, Issues& issues) {
    if (!profile) return {};
    say_why_required(path, issues);
    const bool local = profile->type == "Localhost";
    const std::string field = path + ".localhostProfile";
    const std::string name = profile->localhostProfile.value_or("");
    if (local && name.empty()) {
        issues.push_back(issue::required(
            field, std::string("must be set when ").append(what).append(" type is Localhost")));
    } else if (!local && profile->localhostProfile) {
        issues.push_back(issue::invalid_text(
            field, *profile->localhostProfile,
            std::string("can only be set when ").append(what).append(" type is Localhost")));
    }
    return local ? name : "";
}

/// Of a Pod or of a container.
template <class Context>
void check_profiles(const Context& context, const std::string& path, Issues& issues) {
    const std::string filter =
        check_profile(context.seccompProfile, path + ".seccompProfile", "seccomp", issues);
    add_problems(check_text("descending_path", filter), path + ".seccompProfile.localhostProfile", filter,
                 issues);
    const std::string profile =
        check_profile(context.appArmorProfile, path + ".appArmorProfile", "AppArmor", issues);
    const std::string field = path + ".appArmorProfile.localhostProfile";
    if (!profile.empty() && !check_text("trimmed", profile).empty())
        issues.push_back(issue::invalid_text(field, profile, "must not be padded with whitespace"));
    if (profile.size() > longest_profile)
        issues.push_back(
            issue::too_long(field, fmt::format("may not be more than {} bytes", longest_profile)));
}

bool is_ipc_sysctl(std::string_view name) {
    return name.starts_with("kernel.shm") || name.starts_with("kernel.msg") || name == "kernel.sem" ||
           name.starts_with("fs.mqueue.");
}

void check_sysctls(const PodSecurityContext& context, const PodSpec& spec, const std::string& path,
                   Issues& issues) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < context.sysctls.size(); ++i) {
        const std::string& name = context.sysctls[i].name;
        const std::string name_path = at(path + ".sysctls", i) + ".name";
        if (!name.empty() && !names.insert(name).second) issues.push_back(issue::duplicate(name_path, name));
        if (spec.hostNetwork && name.starts_with("net.")) {
            issues.push_back(
                issue::invalid_text(name_path, name, "may not be specified when 'hostNetwork' is true"));
        }
        if (spec.hostIPC && is_ipc_sysctl(name)) {
            issues.push_back(
                issue::invalid_text(name_path, name, "may not be specified when 'hostIPC' is true"));
        }
    }
}

bool adds_sys_admin(const SecurityContext& context) {
    if (!context.capabilities) return false;
    const auto& added = context.capabilities->add;
    return std::any_of(added.begin(), added.end(), [](const std::string& name) {
        return name == "SYS_ADMIN" || name == "CAP_SYS_ADMIN";
    });
}

/// All of /proc is only for who is nobody on the machine.
void check_proc_mounts(const std::vector<Container>& containers, const std::string& path, Issues& issues) {
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const auto& context = containers[i].securityContext;
        if (!context || context->procMount != "Unmasked") continue;
        issues.push_back(issue::invalid_text(at(path, i) + ".securityContext.procMount", "Unmasked",
                                             "`hostUsers` must be false to use `Unmasked`"));
    }
}

/// The annotations by which Pods named seccomp profiles before there was a field; nothing reads them any
/// more.
constexpr std::string_view seccomp_of_pod = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view seccomp_of_container = "container.seccomp.security.alpha.kubernetes.io/";
constexpr std::string_view seccomp_file = "localhost/";
constexpr std::array<std::string_view, 3> seccomp_names{"docker/default", "runtime/default", "unconfined"};

/// Whether the annotation names the profile that the field names.
void check_same_seccomp(const ObjectMeta& metadata, const std::string& key,
                        const std::optional<SeccompProfile>& profile, const std::string& path,
                        Issues& issues) {
    const std::string* annotation = find_annotation(metadata, key);
    if (annotation == nullptr || !profile) return;
    const auto other_type = [&] {
        issues.push_back(issue::forbidden(path + ".type", "seccomp type in annotation and field must match"));
    };
    if (profile->type == "Unconfined") {
        if (*annotation != "unconfined") other_type();
    } else if (profile->type == "RuntimeDefault") {
        if (*annotation != "runtime/default" && *annotation != "docker/default") other_type();
    } else if (profile->type == "Localhost") {
        if (!annotation->starts_with(seccomp_file))
            other_type();
        else if (profile->localhostProfile != annotation->substr(seccomp_file.size()))
            issues.push_back(issue::forbidden(path + ".localhostProfile",
                                              "seccomp profile in annotation and field must match"));
    }
}

void check_same_seccomp(const Pod& pod, const std::vector<Container>& containers, std::string_view list,
                        Issues& issues) {
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const auto& context = containers[i].securityContext;
        if (!context) continue;
        check_same_seccomp(pod.metadata, std::string(seccomp_of_container) + containers[i].name,
                           context->seccompProfile, at(list, i) + ".securityContext.seccompProfile", issues);
    }
}

template <class Context>
const AppArmorProfile* app_armor_of(const std::optional<Context>& context) {
    return context && context->appArmorProfile ? &*context->appArmorProfile : nullptr;
}

/// Whether the containers' annotations name the profiles that the fields name.
void check_agreement(const Pod& pod, const std::vector<Container>& containers, std::string_view list,
                     Issues& issues) {
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const std::string* annotation =
            find_annotation(pod.metadata, std::string(app_armor_prefix) + containers[i].name);
        const AppArmorProfile* profile = app_armor_of(containers[i].securityContext);
        if (profile == nullptr) profile = app_armor_of(pod.spec.securityContext);
        if (profile == nullptr || annotation == nullptr) continue;
        const auto named = app_armor_profile(*annotation);
        const std::string path = at(list, i) + ".securityContext.appArmorProfile";
        if (!named || named->type != profile->type) {
            issues.push_back(
                issue::forbidden(path + ".type", "apparmor type in annotation and field must match"));
        } else if (named->localhostProfile != profile->localhostProfile) {
            issues.push_back(issue::forbidden(path + ".localhostProfile",
                                              "apparmor profile in annotation and field must match"));
        }
    }
}

}  // namespace

void check_app_armor_agrees(const Pod& pod, Issues& issues) {
    if (pod.spec.os && pod.spec.os->name == "windows") return;
    check_agreement(pod, pod.spec.initContainers, "spec.initContainers", issues);
    check_agreement(pod, pod.spec.containers, "spec.containers", issues);
}

void check_seccomp_agrees(const Pod& pod, Issues& issues) {
    if (pod.spec.securityContext)
        check_same_seccomp(pod.metadata, std::string(seccomp_of_pod),
                           pod.spec.securityContext->seccompProfile, "spec.securityContext.seccompProfile",
                           issues);
    check_same_seccomp(pod, pod.spec.initContainers, "spec.initContainers", issues);
    check_same_seccomp(pod, pod.spec.containers, "spec.containers", issues);
}

void check_seccomp_annotations(const ObjectMeta& metadata, Issues& issues) {
    for (const auto& [key, value] : metadata.annotations) {
        if (key != seccomp_of_pod && !key.starts_with(seccomp_of_container)) continue;
        const std::string path = "metadata.annotations." + key;
        if (value.starts_with(seccomp_file)) {
            const std::string_view file = std::string_view(value).substr(seccomp_file.size());
            add_problems(check_text("descending_path", file), path, file, issues);
        } else if (!contains(seccomp_names, value)) {
            issues.push_back(issue::invalid_text(path, value, "must be a valid seccomp profile"));
        }
    }
}

void check_app_armor(const Pod& pod, Issues& issues) {
    for (const auto& [key, value] : pod.metadata.annotations) {
        if (!key.starts_with(app_armor_prefix)) continue;
        const std::string path = "metadata.annotations[" + key + "]";
        const std::string container = key.substr(app_armor_prefix.size());
        if (!has_container(pod.spec, container))
            issues.push_back(issue::invalid_text(path, container, "container not found"));
        if (!value.empty() && !app_armor_profile(value) && value != "localhost/")
            issues.push_back(
                issue::invalid_text(path, value, "invalid AppArmor profile name: " + quote(value)));
    }
}

void check_security(const SecurityContext& context, const std::string& path, Issues& issues) {
    check_profiles(context, path, issues);
    if (context.allowPrivilegeEscalation.value_or(true)) return;
    const auto refuse = [&](std::string_view detail) {
        issues.push_back(issue::invalid_raw(path, write_json(encode(context)), detail));
    };
    if (context.privileged.value_or(false)) {
        refuse("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
    if (adds_sys_admin(context)) {
        refuse("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }
}

void check_security(const PodSpec& spec, Issues& issues) {
    if (spec.shareProcessNamespace.value_or(false) && spec.hostPID) {
        issues.push_back(issue::invalid_raw("spec.shareProcessNamespace", "true",
                                            "ShareProcessNamespace and HostPID cannot both be enabled"));
    }
    if (spec.hostUsers.value_or(true)) {
        check_proc_mounts(spec.containers, "spec.containers", issues);
        check_proc_mounts(spec.initContainers, "spec.initContainers", issues);
    } else {
        const auto refuse = [&](bool set, const char* path) {
            if (set) issues.push_back(issue::forbidden(path, "when `hostUsers` is false"));
        };
        refuse(spec.hostNetwork, "spec.hostNetwork");
        refuse(spec.hostPID, "spec.hostPID");
        refuse(spec.hostIPC, "spec.hostIPC");
    }
    if (!spec.securityContext) return;
    const std::string path = "spec.securityContext";
    check_sysctls(*spec.securityContext, spec, path, issues);
    check_profiles(*spec.securityContext, path, issues);
}

}  // namespace hooklet::api
