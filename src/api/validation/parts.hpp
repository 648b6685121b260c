// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/issue.hpp"
#include "api/types.hpp"
#include "api/validation/checks.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parts of validate(), one per topic. Each appends what it finds; `path` is where its argument stands.
namespace hooklet::api {

/// What a resize may change.
inline constexpr std::array<const char*, 2> resizable{"cpu", "memory"};

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
/// What is selected by labels; one that is not there selects nothing.
void check_selector(const std::optional<LabelSelector>& selector, const std::string& path, Issues& issues);
/// The conditions on labels of a node. What is only `preferred` may name values that no label can have.
void check_node_labels(const NodeSelectorTerm& term, bool preferred, const std::string& path, Issues& issues);
/// Of the selector's requirement at `path`.
void refuse_operator(std::string_view op, const std::string& path, Issues& issues);
/// Whether it has a condition on the label.
bool names_key(const LabelSelector& selector, const std::string& key);
/// Where the Pod goes.
void check_affinity(const Affinity& affinity, const std::string& path, Issues& issues);
void check_spread(const std::vector<TopologySpreadConstraint>& constraints, const std::string& path,
                  Issues& issues);
/// What the Pod's operating system does not have.
void check_os(const PodSpec& spec, Issues& issues);
/// The rules that concern the Pod as a whole: DNS, placement, gates, addresses, resources.
void check_pod_spec(const PodSpec& spec, Issues& issues);
/// Those of `found` that were not there `before`: an object that was stored before there was a rule can still
/// be changed.
Issues only_new(Issues found, const Issues& before);
/// What holds for a Pod both new and changed.
Issues validate_any(const Pod& pod);
/// What Pods are made of.
void check_template(const PodTemplateSpec& pod_template, std::string_view path, Issues& issues);
/// Names, ports, environment and mounts of init and ordinary containers.
void check_containers(const PodSpec& spec, Issues& issues);
/// Ephemeral containers, next to the others of the Pod.
void check_ephemeral_containers(const PodSpec& spec, Issues& issues);
/// Addresses and names in the status of a Pod; addresses that were there before may be anything.
void check_status(const PodStatus& next, const PodStatus& old, Issues& issues);
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
/// That they, or those about seccomp, name what the fields of a new Pod do.
void check_seccomp_agrees(const Pod& pod, Issues& issues);
void check_app_armor_agrees(const Pod& pod, Issues& issues);
void check_seccomp_annotations(const ObjectMeta& metadata, Issues& issues);
void check_environment(const Container& container, const std::string& path, Issues& issues);
void check_mounts(const Container& container, const PodSpec& spec, const std::string& path, Issues& issues);
/// The volumes that the container has as block devices.
void check_devices(const Container& container, const PodSpec& spec, const std::string& path, Issues& issues);
/// Of a container of this Pod.
void check_resources(const ResourceRequirements& resources, const PodSpec& spec, const std::string& path,
                     Issues& issues);
/// The resources for all containers together: that they are enough for what those ask for.
void check_pod_resources(const PodSpec& spec, Issues& issues);
/// The claims of a Pod, and what a container uses of them.
void check_claims(const std::vector<PodResourceClaim>& claims, const std::string& path, Issues& issues);
void check_used_claims(const std::vector<ResourceClaim>& used, const std::vector<PodResourceClaim>& claims,
                       const std::string& path, Issues& issues);
/// Whether the bounds and defaults of a LimitRange fit together.
void check_limits(const LimitRangeSpec& spec, Issues& issues);
void check_security(const PodSpec& spec, Issues& issues);
void check_security(const SecurityContext& context, const std::string& path, Issues& issues);
void check_volumes(const PodSpec& spec, Issues& issues);
/// A volume of a storage driver.
void check_driver_source(const VolumeSource& source, const std::string& path, Issues& issues);
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
/// The values as a list in JSON.
std::string list_text(const std::vector<std::string>& values);
/// An Invalid issue with the quoted `value` for each problem.
void add_problems(const Problems& problems, const std::string& path, std::string_view value, Issues& issues);

}  // namespace hooklet::api
