// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_cgroup.hpp"

#include "api/pod_resources.hpp"
#include "api/qos.hpp"
#include "pods/resources.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// The quota of a cgroup: no limit is -1 there.
std::int64_t quota_or_none(std::int64_t milli) {
    return milli == 0 ? -1 : cpu_quota_us(milli);
}

}  // namespace

std::string qos_cgroup(const std::string& cgroup_root, std::string_view qos_class) {
    if (qos_class == "Burstable") return cgroup_root + "/burstable";
    if (qos_class == "BestEffort") return cgroup_root + "/besteffort";
    return cgroup_root;
}

std::string pod_cgroup(const std::string& cgroup_root, const api::Pod& pod) {
    return qos_cgroup(cgroup_root, api::qos_class(pod.spec)) + "/pod" + pod.metadata.uid;
}

std::vector<std::string> pod_cgroups(const std::string& cgroup_root, const std::string& uid) {
    std::vector<std::string> all;
    for (const char* qos_class : {"Guaranteed", "Burstable", "BestEffort"}) {
        all.push_back(qos_cgroup(cgroup_root, qos_class) + "/pod" + uid);
    }
    return all;
}

CgroupLimits pod_cgroup_limits(const api::PodSpec& spec) {
    const std::string_view qos_class = api::qos_class(spec);
    const api::ResourceList requests = api::pod_requests(spec);
    const api::ResourceList limits = api::pod_limits(spec);
    CgroupLimits result;
    result.hugepage_limits = hugepage_limits(requests);
    if (qos_class == "BestEffort") {
        result.cpu_shares = min_cpu_shares;
        return result;
    }
    result.cpu_shares = cpu_shares(cpu_milli(requests));
    if (qos_class == "Guaranteed" || api::all_limited(spec, "cpu")) {
        result.cpu_quota_us = quota_or_none(cpu_milli(limits));
    }
    if (qos_class == "Guaranteed" || api::all_limited(spec, "memory")) {
        result.memory_limit_bytes = amount_of(limits, "memory").units();
    }
    return result;
}

CgroupLimits burstable_limits(const std::vector<const api::PodSpec*>& running) {
    std::int64_t milli = 0;
    for (const api::PodSpec* spec : running) {
        if (api::qos_class(*spec) == "Burstable") milli += cpu_milli(api::pod_requests(*spec));
    }
    CgroupLimits limits;
    limits.cpu_shares = cpu_shares(milli);
    return limits;
}

CgroupLimits best_effort_limits() {
    CgroupLimits limits;
    limits.cpu_shares = min_cpu_shares;
    return limits;
}

Status make_pod_cgroup(FileSystem* files, const std::string& cgroup_root, const api::Pod& pod) {
    return files->make_cgroup(pod_cgroup(cgroup_root, pod), pod_cgroup_limits(pod.spec));
}

}  // namespace hooklet
