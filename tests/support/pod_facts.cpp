// SPDX-License-Identifier: Apache-2.0
#include "support/pod_facts.hpp"

#include "api/annotations.hpp"
#include "api/types.hpp"
#include "support/sim_behavior.hpp"

namespace hooklet::sim {

namespace {

Duration cap_of(const api::Pod& pod, std::string_view annotation, Duration otherwise) {
    const auto set = pod.metadata.annotations.find(std::string(annotation));
    if (set == pod.metadata.annotations.end()) return otherwise;
    return parse_go_duration(set->second).value_or(otherwise);
}

std::string port_of(const api::IntOrString& port, const api::Container& container) {
    for (const api::ContainerPort& p : container.ports) {
        if (port.name() != nullptr && p.name == *port.name()) return ":" + std::to_string(p.containerPort);
    }
    return ":" + port.text();
}

HookFacts hook_of(const api::LifecycleHandler& handler, const api::Container& container, Duration cap) {
    HookFacts facts{.cap = cap};
    if (handler.exec) {
        facts.marker = join(handler.exec->command);
    } else if (handler.httpGet) {
        const api::HTTPGetAction& get = *handler.httpGet;
        facts.via = HookFacts::Via::network;
        facts.host = get.host;
        facts.marker = port_of(get.port, container) + (get.path.starts_with('/') ? "" : "/") + get.path;
    } else if (handler.tcpSocket) {
        facts.via = HookFacts::Via::network;
        facts.host = handler.tcpSocket->host;
        facts.marker = port_of(handler.tcpSocket->port, container);
    } else {
        facts.via = HookFacts::Via::sleep;
    }
    return facts;
}

}  // namespace

ContainerFacts facts_of(const api::Pod& pod, const api::Container& c, Role role, const std::string& host_ip) {
    const Duration grace = std::chrono::seconds{pod.spec.terminationGracePeriodSeconds.value_or(2)};
    ContainerFacts facts{.name = c.name, .role = role};
    if (c.lifecycle && c.lifecycle->postStart) {
        const Duration cap = cap_of(pod, api::annotation::post_start_timeout, std::chrono::minutes{10});
        facts.post_start = hook_of(*c.lifecycle->postStart, c, cap);
    }
    if (c.lifecycle && c.lifecycle->preStop) {
        const Duration cap = cap_of(pod, api::annotation::pre_stop_timeout, grace);
        facts.pre_stop = hook_of(*c.lifecycle->preStop, c, std::min(cap, grace));
    }
    for (auto* hook : {&facts.post_start, &facts.pre_stop}) {
        if (pod.spec.hostNetwork && *hook && (*hook)->host.empty()) (*hook)->host = host_ip;
    }
    return facts;
}

PodFacts facts_of(const api::Pod& pod, const std::string& host_ip) {
    PodFacts facts{.uid = pod.metadata.uid, .name = pod.metadata.name};
    facts.grace = std::chrono::seconds{pod.spec.terminationGracePeriodSeconds.value_or(2)};
    const auto add = [&](const api::Container& c, Role role) {
        facts.containers.push_back(facts_of(pod, c, role, host_ip));
    };
    for (const api::Container& c : pod.spec.initContainers)
        add(c, c.restartPolicy == "Always" ? Role::sidecar : Role::init);
    for (const api::Container& c : pod.spec.containers) add(c, Role::ordinary);
    for (const api::Container& c : pod.spec.ephemeralContainers) add(c, Role::ephemeral);
    return facts;
}

}  // namespace hooklet::sim
