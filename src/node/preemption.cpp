// SPDX-License-Identifier: Apache-2.0
#include "node/preemption.hpp"

#include "api/pod_resources.hpp"
#include "api/qos.hpp"
#include "node/pod_kind.hpp"
#include "pods/names.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace hooklet {

namespace {

using Pods = std::vector<const PodOnNode*>;
using Missing = std::vector<Shortage>;

bool may_preempt(const api::Pod& critical, const api::Pod& victim) {
    if (is_critical(critical) && !is_critical(victim)) return true;
    return critical.spec.priority && victim.spec.priority && priority_of(critical) > priority_of(victim);
}

Missing less(const Missing& missing, const Pods& gone) {
    Missing left;
    for (Shortage shortage : missing) {
        for (const PodOnNode* pod : gone) shortage.amount -= requested(pod->pod.spec, shortage.resource);
        if (shortage.amount > 0) left.push_back(std::move(shortage));
    }
    return left;
}

/// 0 when the Pod's request covers all that is missing; each resource that it does not touch adds 1.
double distance(const Missing& missing, const PodOnNode& pod) {
    double sum = 0;
    for (const Shortage& shortage : missing) {
        const auto left = static_cast<double>(shortage.amount - requested(pod.pod.spec, shortage.resource));
        const double part = left / static_cast<double>(shortage.amount);
        if (left > 0) sum += part * part;
    }
    return sum;
}

std::string text_of(const Missing& missing) {
    std::string text = "[";
    for (const Shortage& shortage : missing) {
        text += fmt::format("(res: {}, q: {}), ", shortage.resource, shortage.amount);
    }
    return text + "]";
}

/// Takes Pods out of `candidates` until nothing is missing. Precondition: they are enough together.
Pods closest(Pods candidates, Missing missing) {
    Pods chosen;
    while (!missing.empty() && !candidates.empty()) {
        const auto rank = [&missing](const PodOnNode* pod) {
            return std::tuple(distance(missing, *pod), requested(pod->pod.spec, "memory"),
                              requested(pod->pod.spec, "cpu"));
        };
        const auto best = std::ranges::min_element(candidates, {}, rank);
        missing = less(missing, {*best});
        chosen.push_back(*best);
        candidates.erase(best);
    }
    return chosen;
}

Pods both(Pods a, const Pods& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

std::int64_t requested(const api::PodSpec& spec, const std::string& resource) {
    if (resource == "pods") return 1;
    const api::Quantity amount = amount_of(api::pod_requests(spec), resource);
    return resource == "cpu" ? amount.milli() : amount.units();
}

Result<std::vector<const PodOnNode*>> choose_victims(const api::Pod& critical,
                                                     const std::vector<PodOnNode>& running,
                                                     const std::vector<Shortage>& missing) {
    std::map<std::string_view, Pods> by_class;
    Pods all;
    for (const PodOnNode& pod : running) {
        if (pod.ending || !may_preempt(critical, pod.pod)) continue;
        by_class[api::qos_class(pod.pod.spec)].push_back(&pod);
        all.push_back(&pod);
    }
    if (const Missing left = less(missing, all); !left.empty()) {
        return fail(Code::conflict, "no set of running pods found to reclaim resources: " + text_of(left));
    }
    const Pods& best_effort = by_class["BestEffort"];
    const Pods& burstable = by_class["Burstable"];
    const Pods guaranteed = closest(by_class["Guaranteed"], less(missing, both(best_effort, burstable)));
    const Pods middle = closest(burstable, less(missing, both(best_effort, guaranteed)));
    const Pods low = closest(best_effort, less(missing, both(middle, guaranteed)));
    return both(both(low, middle), guaranteed);
}

PodStop preemption_of(const api::Pod& victim) {
    PodEnd why{.trigger = "Preempted",
               .reason = "Preempting",
               .message = "Preempted in order to admit critical pod",
               .told = true};
    why.disruption = "Pod was preempted by Kubelet to accommodate a critical pod.";
    why.fails = false;  // its containers' exit codes count, as on a kubelet
    return {victim.metadata.uid, std::move(why), grace_of(victim)};
}

}  // namespace hooklet
