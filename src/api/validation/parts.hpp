// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/issue.hpp"
#include "api/types.hpp"
#include "api/validation/checks.hpp"

#include <map>
#include <string>
#include <string_view>

/// The parts of validate(), one per topic. Each appends what it finds; `path` is where its argument stands.
namespace hooklet::api {

/// What the tables say of every field below `object`: required, enum, check.
void check_table(const TypeDescriptor& type, const void* object, const std::string& path, Issues& issues);

/// The rule of a kind's names.
using NameRule = Problems (*)(std::string_view name);
void check_metadata(const ObjectMeta& metadata, Issues& issues, NameRule rule = dns_subdomain);
/// Of a Pod or of the template of one.
void check_annotations(const ObjectMeta& metadata, Issues& issues);
void check_finalizer(const std::string& name, const std::string& path, Issues& issues);
/// Keys and values of labels or of a node selector.
void check_labels(const std::map<std::string, std::string>& labels, const std::string& path, Issues& issues);
/// The rules that concern the Pod as a whole: DNS, host namespaces, tolerations, gates, addresses.
void check_pod_spec(const PodSpec& spec, Issues& issues);
/// What holds for a Pod both new and changed.
Issues validate_any(const Pod& pod);
/// What Pods are made of.
void check_template(const PodTemplateSpec& pod_template, std::string_view path, Issues& issues);
/// Names, ports, environment and mounts of init and ordinary containers.
void check_containers(const PodSpec& spec, Issues& issues);
/// Ephemeral containers, next to the others of the Pod.
void check_ephemeral_containers(const PodSpec& spec, Issues& issues);
/// What a resize has changed.
void check_resize(const Pod& next, const Pod& old, Issues& issues);
/// Probes and lifecycle hooks of one container; `is_init` for init containers.
void check_handlers(const Container& container, const PodSpec& spec, bool is_init, const std::string& path,
                    Issues& issues);
/// The handler of an on-exit hook: exec, httpGet or sleep.
void check_exit_handler(const LifecycleHandler& handler, const std::string& path, Issues& issues);
/// The `hooklet.dev/on-exit.<container>` annotations.
void check_on_exit_hooks(const Pod& pod, Issues& issues);
/// The annotations that name AppArmor profiles.
void check_app_armor(const Pod& pod, Issues& issues);
void check_environment(const Container& container, const std::string& path, Issues& issues);
void check_mounts(const Container& container, const PodSpec& spec, const std::string& path, Issues& issues);
void check_resources(const ResourceRequirements& resources, const std::string& path, Issues& issues);
/// Whether the bounds and defaults of a LimitRange fit together.
void check_limits(const LimitRangeSpec& spec, Issues& issues);
void check_security(const PodSpec& spec, Issues& issues);
void check_security(const SecurityContext& context, const std::string& path, Issues& issues);
void check_volumes(const PodSpec& spec, Issues& issues);
/// Keys, sizes, and what a Secret's type asks for.
void check_data(const ConfigMap& config_map, Issues& issues);
void check_data(const Secret& secret, Issues& issues);

/// A fieldRef of an environment variable (`in_volume` false) or of a downward API file.
void check_field_ref(const ObjectFieldSelector& ref, bool in_volume, const std::string& path, Issues& issues);
void check_resource_ref(const ResourceFieldSelector& ref, const std::string& path, Issues& issues);

/// Whether an init or ordinary container has that name.
bool has_container(const PodSpec& spec, std::string_view name);

/// `path[index]`
std::string at(std::string_view path, std::size_t index);
/// An Invalid issue with the quoted `value` for each problem.
void add_problems(const Problems& problems, const std::string& path, std::string_view value, Issues& issues);

}  // namespace hooklet::api
