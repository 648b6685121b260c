// SPDX-License-Identifier: Apache-2.0
#include "pods/container_config.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "base/fnv.hpp"
#include "pods/environment.hpp"
#include "pods/names.hpp"
#include "pods/resources.hpp"
#include "pods/sandbox_config.hpp"
#include "pods/security_context.hpp"

#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

cri::StringMap make_annotations(const ContainerConfigInput& input) {
    const api::Container& container = input.container;
    cri::StringMap result{
        {"io.kubernetes.container.hash", container_hash(container)},
        {"io.kubernetes.container.restartCount", std::to_string(input.restart_count)},
        {"io.kubernetes.container.terminationMessagePath", container.terminationMessagePath},
        {"io.kubernetes.container.terminationMessagePolicy", container.terminationMessagePolicy},
    };
    if (const auto& grace = input.pod.spec.terminationGracePeriodSeconds) {
        result["io.kubernetes.pod.terminationGracePeriod"] = std::to_string(*grace);
    }
    if (const auto& grace = input.pod.metadata.deletionGracePeriodSeconds) {
        result["io.kubernetes.pod.deletionGracePeriod"] = std::to_string(*grace);
    }
    if (container.lifecycle && container.lifecycle->preStop) {
        result["io.kubernetes.container.preStopHandler"] =
            api::write_json(api::encode(*container.lifecycle->preStop));
    }
    if (!container.ports.empty()) {
        api::Node ports = api::Node::array();
        for (const api::ContainerPort& port : container.ports) ports.push(api::encode(port));
        result["io.kubernetes.container.ports"] = api::write_json(ports);
    }
    return result;
}

std::vector<std::string> expand_all(const std::vector<std::string>& words,
                                    const std::vector<cri::KeyValue>& env) {
    std::vector<std::string> result;
    for (const std::string& word : words) result.push_back(expand(word, env));
    return result;
}

}  // namespace

Result<cri::ContainerConfig> make_container_config(ContainerConfigInput input) {
    const api::Container& container = input.container;
    const Status allowed = verify_run_as_non_root(input.pod, container, input.image);
    if (!allowed) return std::unexpected(allowed.error());

    cri::ContainerConfig config;
    config.metadata = {container.name, input.restart_count};
    config.image = input.image_ref;
    config.command = expand_all(container.command, input.env);
    config.args = expand_all(container.args, input.env);
    config.working_dir = container.workingDir;
    config.labels = identity_labels(input.pod, input.owner_label);
    config.labels[label::container_name] = container.name;
    config.annotations = make_annotations(input);
    config.log_path = container_log_path(container.name, input.restart_count);
    config.stdin_ = container.stdin;
    config.stdin_once = container.stdinOnce;
    config.tty = container.tty;
    config.resources = make_resources(input.pod, container, input.node_memory_bytes);
    config.security_context =
        make_security_context(input.pod, container, input.image, input.seccomp_directory);
    if (container.lifecycle) config.stop_signal = container.lifecycle->stopSignal.value_or("");
    config.envs = std::move(input.env);
    config.mounts = std::move(input.mounts);
    return config;
}

std::string container_hash(const api::Container& container) {
    api::Node identity = api::Node::object();
    identity.set("image", api::Node(container.image));
    identity.set("name", api::Node(container.name));
    const std::string json = api::write_json(identity);
    // The kubelet hashes how Go prints a byte slice.
    const std::span bytes(reinterpret_cast<const unsigned char*>(json.data()), json.size());
    return fmt::format("{:x}", fnv1a_32(fmt::format("([]uint8)[{:d}]", fmt::join(bytes, " "))));
}

std::string container_log_path(const std::string& container, std::uint32_t restart_count) {
    return fmt::format("{}/{}.log", container, restart_count);
}

}  // namespace hooklet
