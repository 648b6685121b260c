// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t most_restart_rules = 20;
constexpr std::size_t most_exit_codes = 255;

using Texts = std::set<std::string>;

/// `taken`: by containers that run at the same time.
void check_ports(const Container& container, const PodSpec& spec, bool is_init, const std::string& path,
                 Texts& taken, Issues& issues) {
    Texts names;
    for (std::size_t i = 0; i < container.ports.size(); ++i) {
        const ContainerPort& port = container.ports[i];
        const std::string port_path = at(path + ".ports", i);
        if (!port.name.empty() && !names.insert(port.name).second) {
            issues.push_back(issue::duplicate(port_path + ".name", port.name));
        }
        if (port.hostPort == 0) continue;
        const std::string host_port = fmt::format("{}/{}/{}", port.protocol, port.hostIP, port.hostPort);
        if (!taken.insert(host_port).second) {
            issues.push_back(issue::duplicate(port_path + ".hostPort", host_port));
        }
        if (spec.hostNetwork && !is_init && port.hostPort != port.containerPort) {
            issues.push_back(issue::invalid_raw(port_path + ".hostPort", std::to_string(port.hostPort),
                                                "must match `containerPort` when `hostNetwork` is true"));
        }
    }
}

/// One of these words. The API's path is that of the list.
void check_word(const std::string& word, const std::vector<std::string_view>& words, const std::string& list,
                Issues& issues) {
    if (word.empty())
        issues.push_back(issue::required(list));
    else if (!contains(words, word))
        issues.push_back(issue::not_supported(list, word, words));
}

void check_resize_policies(const Container& container, const PodSpec& spec, const std::string& path,
                           Issues& issues) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < container.resizePolicy.size(); ++i) {
        const ContainerResizePolicy& policy = container.resizePolicy[i];
        if (!names.insert(policy.resourceName).second)
            issues.push_back(issue::duplicate(at(path, i), policy.resourceName));
        check_word(policy.resourceName, {resizable.begin(), resizable.end()}, path, issues);
        check_word(policy.restartPolicy, {"NotRequired", "RestartContainer"}, path, issues);
        if (spec.restartPolicy == "Never" && policy.restartPolicy != "NotRequired")
            issues.push_back(issue::invalid_text(path, policy.restartPolicy,
                                                 "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
}

void check_exit_codes(const ContainerRestartRuleOnExitCodes& codes, const std::string& path, Issues& issues) {
    if (codes.values.empty()) {
        issues.push_back(issue::required(path + ".values", "must specify at least one exit code"));
    } else if (codes.values.size() > most_exit_codes) {
        issues.push_back(issue::too_many(path + ".values", codes.values.size(), most_exit_codes));
    }
}

/// The container's own restart policy and its rules by exit code.
void check_restarts(const Container& container, const std::string& path, Issues& issues) {
    if (container.restartPolicyRules.empty()) return;
    if (!container.restartPolicy) {
        issues.push_back(issue::required(path + ".restartPolicy",
                                         "must specify restartPolicy when restart rules are used"));
    }
    if (container.restartPolicyRules.size() > most_restart_rules) {
        issues.push_back(issue::too_many(path + ".restartPolicyRules", container.restartPolicyRules.size(),
                                         most_restart_rules));
    }
    for (std::size_t i = 0; i < container.restartPolicyRules.size(); ++i) {
        const ContainerRestartRule& rule = container.restartPolicyRules[i];
        const std::string rule_path = at(path + ".restartPolicyRules", i) + ".exitCodes";
        if (!rule.exitCodes) {
            issues.push_back(issue::required(rule_path, "must be specified"));
        } else {
            check_exit_codes(*rule.exitCodes, rule_path, issues);
        }
    }
}

void check_container(const Container& container, const PodSpec& spec, bool is_init, const std::string& path,
                     Texts& names, Issues& issues) {
    if (!container.name.empty() && !names.insert(container.name).second) {
        issues.push_back(issue::duplicate(path + ".name", container.name));
    }
    check_environment(container, path, issues);
    check_mounts(container, spec, path, issues);
    check_devices(container, spec, path, issues);
    check_handlers(container, spec, is_init, path, issues);
    check_resources(container.resources, spec, path + ".resources", issues);
    check_resize_policies(container, spec, path + ".resizePolicy", issues);
    check_restarts(container, path, issues);
    if (container.securityContext)
        check_security(*container.securityContext, path + ".securityContext", issues);
}

}  // namespace

bool has_container(const PodSpec& spec, std::string_view name) {
    const auto named = [&](const Container& container) { return container.name == name; };
    return std::ranges::any_of(spec.containers, named) || std::ranges::any_of(spec.initContainers, named);
}

void check_containers(const PodSpec& spec, Issues& issues) {
    Texts names;
    Texts taken;
    for (std::size_t i = 0; i < spec.containers.size(); ++i) {
        const std::string path = at("spec.containers", i);
        check_container(spec.containers[i], spec, false, path, names, issues);
        check_ports(spec.containers[i], spec, false, path, taken, issues);
    }
    for (std::size_t i = 0; i < spec.initContainers.size(); ++i) {
        const std::string path = at("spec.initContainers", i);
        check_container(spec.initContainers[i], spec, true, path, names, issues);
        // Init containers run one by one, so that each has the ports for itself.
        Texts own;
        check_ports(spec.initContainers[i], spec, true, path, own, issues);
    }
}

}  // namespace hooklet::api
