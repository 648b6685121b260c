// SPDX-License-Identifier: Apache-2.0
#include "support/sim_engine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

std::string sandbox_name(const cri::PodSandboxMetadata& m) {
    return fmt::format("{}_{}_{}_{}", m.name, m.namespace_, m.uid, m.attempt);
}

}  // namespace

bool selected(const cri::Filter& filter, const cri::StringMap& labels) {
    return std::ranges::all_of(filter.label_selector, [&labels](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && found->second == wanted.second;
    });
}

std::string SimEngine::make_id(char kind) {
    std::string id = fmt::format("{}{:07x}", kind, given_.size() + 1);
    for (int i = 0; i < 4; ++i) id += fmt::format("{:014x}", random_.next() >> 8);
    given_.insert(id);
    return id;
}

Error SimEngine::unknown(const std::string& what, const std::string& id) const {
    return {Code::not_found, fmt::format("an error occurred when try to find {} \"{}\": not found", what, id),
            nullptr};
}

void SimEngine::note(Kind kind, const SimSandbox& sandbox) {
    parts_.history->add({.kind = kind,
                         .pod = sandbox.config.metadata.uid,
                         .id = sandbox.id,
                         .detail = sandbox.config.metadata.name,
                         .code = static_cast<std::int32_t>(sandbox.config.metadata.attempt)});
}

Result<std::string> SimEngine::run_sandbox(cri::PodSandboxConfig config) {
    const cri::PodSandboxMetadata& m = config.metadata;
    if (m.name.empty() || m.uid.empty() || m.namespace_.empty()) {
        return fail(Code::invalid, "sandbox config metadata is incomplete");
    }
    if (!config.runtime_handler.empty() && config.runtime_handler != "runc") {
        return fail(Code::internal,
                    fmt::format("no runtime for \"{}\" is configured", config.runtime_handler));
    }
    for (const auto& [id, other] : sandboxes_) {
        if (other.config.metadata == m) {
            return fail(Code::internal, fmt::format("failed to reserve sandbox name \"{0}\": name \"{0}\" is "
                                                    "reserved for \"{1}\"",
                                                    sandbox_name(m), id));
        }
    }
    const bool on_host = config.security_context.namespaces.network == cri::NamespaceMode::node;
    SimSandbox sandbox{
        make_id('b'), std::move(config), cri::PodSandboxState::ready, parts_.clock->wall(), {}};
    std::string id = sandbox.id;
    if (!sandbox_failures_.empty()) {
        const std::string why = sandbox_failures_.front();
        sandbox_failures_.erase(sandbox_failures_.begin());
        sandbox.state = cri::PodSandboxState::not_ready;
        sandboxes_.emplace(id, std::move(sandbox));
        return fail(Code::internal, why);
    }
    if (!on_host) {
        ++last_address_;
        sandbox.ip = fmt::format("10.88.{}.{}", last_address_ / 250, 2 + last_address_ % 250);
    }
    if (!on_host) parts_.network->assign(sandbox.ip, sandbox.config.metadata.uid);
    parts_.files->join_cgroup(sandbox.config.cgroup_parent, id);
    note(Kind::sandbox_created, sandbox);
    sandboxes_.emplace(id, std::move(sandbox));
    return id;
}

void SimEngine::stop_sandbox(const std::string& id, Promise<Status> over) {
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end()) {
        over.set(ever_had(id) ? Status{} : std::unexpected(unknown("sandbox", id)));
        return;
    }
    kill_sandbox(id);
    const auto left = std::make_shared<std::size_t>(0);
    for (auto& [container_id, c] : containers_) {
        if (c.sandbox_id != id || !c.runs_on_record()) continue;
        ++*left;
        c.waiting_for_end.emplace_back([left, over] {
            if (--*left == 0) over.set({});
        });
    }
    if (*left == 0) over.set({});
}

void SimEngine::kill_sandbox(const std::string& id) {
    SimSandbox& sandbox = sandboxes_.at(id);
    if (sandbox.state == cri::PodSandboxState::ready) note(Kind::sandbox_stopped, sandbox);
    sandbox.state = cri::PodSandboxState::not_ready;
    parts_.files->leave_cgroup(sandbox.config.cgroup_parent, id);
    for (auto& [container_id, c] : containers_) {
        if (c.sandbox_id == id && c.state == cri::ContainerState::running) kill(c, "stop sandbox");
    }
}

Status SimEngine::remove_sandbox(const std::string& id) {
    const auto found = sandboxes_.find(id);
    if (found == sandboxes_.end()) {
        return ever_had(id) ? Status{} : std::unexpected(unknown("sandbox", id));
    }
    if (found->second.state == cri::PodSandboxState::ready) {
        return fail(Code::internal, fmt::format("sandbox container \"{}\" is not fully stopped", id));
    }
    std::vector<std::string> inside;
    for (const auto& [container_id, c] : containers_) {
        if (c.sandbox_id != id) continue;
        if (c.runs_on_record()) {
            return fail(Code::internal, fmt::format("container \"{}\" is still running", container_id));
        }
        inside.push_back(container_id);
    }
    for (const std::string& container_id : inside) forget(container_id);
    note(Kind::sandbox_removed, found->second);
    sandboxes_.erase(found);
    return {};
}

}  // namespace hooklet::sim
