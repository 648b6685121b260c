// SPDX-License-Identifier: Apache-2.0
#include "support/sim_engine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

using cri::ContainerState;

namespace {

std::string container_name(const SimSandbox& sandbox, const cri::ContainerMetadata& m) {
    const cri::PodSandboxMetadata& pod = sandbox.config.metadata;
    return fmt::format("{}_{}_{}_{}_{}", m.name, pod.name, pod.namespace_, pod.uid, m.attempt);
}

std::string cgroup_of(const SimSandbox& sandbox, const SimContainer& container) {
    const std::string& parent = sandbox.config.cgroup_parent;
    return parent.empty() ? parent : parent + "/" + container.id;
}

/// How long the engine takes to record that a process has ended, as measured with containerd.
constexpr Duration shortest_lag = std::chrono::milliseconds{10};
constexpr Duration longest_lag = std::chrono::milliseconds{60};

constexpr std::string_view no_task = "failed to create containerd task: failed to create shim task: ";

}  // namespace

void SimEngine::note(Kind kind, const SimContainer& container, std::string detail, std::int32_t code,
                     std::uint64_t operation) {
    parts_.history->add({.kind = kind,
                         .pod = container.pod,
                         .container = container.config.metadata.name,
                         .id = container.id,
                         .detail = std::move(detail),
                         .code = code,
                         .operation = operation});
}

Status SimEngine::check_new(const SimSandbox& sandbox, const cri::ContainerConfig& config,
                            const cri::PodSandboxConfig& sandbox_config) const {
    if (sandbox.state != cri::PodSandboxState::ready) {
        return fail(Code::internal, fmt::format("sandbox \"{}\" is not ready", sandbox.id));
    }
    if (!(sandbox_config.metadata == sandbox.config.metadata)) {
        return fail(Code::invalid, "the sandbox config is not the one of this sandbox");
    }
    if (config.metadata.name.empty()) return fail(Code::invalid, "container config must include metadata");
    for (const auto& [id, other] : containers_) {
        if (other.sandbox_id == sandbox.id && other.config.metadata == config.metadata) {
            return fail(Code::internal, fmt::format("failed to reserve container name \"{0}\": name \"{0}\" "
                                                    "is reserved for \"{1}\"",
                                                    container_name(sandbox, config.metadata), id));
        }
    }
    return {};
}

Result<std::string> SimEngine::create(const std::string& sandbox_id, cri::ContainerConfig config,
                                      const cri::PodSandboxConfig& sandbox_config) {
    const auto sandbox = sandboxes_.find(sandbox_id);
    if (sandbox == sandboxes_.end()) return std::unexpected(unknown("sandbox", sandbox_id));
    const Status fine = check_new(sandbox->second, config, sandbox_config);
    if (!fine) return std::unexpected(fine.error());
    const SimImage* image = parts_.images->find_present(config.image);
    if (image == nullptr) {
        return fail(Code::not_found, fmt::format("failed to resolve image \"{}\": not found", config.image));
    }
    std::vector<std::string> argv = config.command;
    argv.insert(argv.end(), config.args.begin(), config.args.end());
    SimContainer c;
    c.id = make_id('c');
    c.sandbox_id = sandbox_id;
    c.created_at = parts_.clock->wall();
    c.image_id = SimImages::id_of(*image);
    // As engines do that do not know of config.stop_signal.
    c.stop_signal = image->stop_signal.empty() ? "SIGTERM" : image->stop_signal;
    c.log_path = sandbox_config.log_directory + "/" + config.log_path;
    c.pod = sandbox_config.metadata.uid;
    c.behaviors = parse_container_behavior(argv).value_or(image->entrypoint);
    c.config = std::move(config);
    note(Kind::container_created, c, c.config.image, static_cast<std::int32_t>(c.config.metadata.attempt));
    std::string id = c.id;
    containers_.emplace(id, std::move(c));
    return id;
}

ContainerBehavior SimEngine::next_behavior(const SimContainer& container) {
    std::size_t& count = starts_[{container.pod, container.config.metadata.name}];
    const std::size_t index = std::min(count++, container.behaviors.size() - 1);
    return container.behaviors.at(index);
}

Status SimEngine::refuse_start(SimContainer& container, const std::string& why) {
    container.state = ContainerState::exited;
    container.exit_code = 128;
    container.reason = "StartError";
    container.message = std::string(no_task) + why;
    container.finished_at = parts_.clock->wall();
    note(Kind::start_failed, container, why, 128);
    return fail(Code::internal, container.message);
}

Status SimEngine::start(const std::string& id) {
    const auto found = containers_.find(id);
    if (found == containers_.end()) return std::unexpected(unknown("container", id));
    SimContainer& c = found->second;
    if (c.state != ContainerState::created) {
        const std::string_view state =
            c.state == ContainerState::running ? "CONTAINER_RUNNING" : "CONTAINER_EXITED";
        return fail(Code::internal,
                    fmt::format("failed to set starting state for container \"{}\": container is in {} state",
                                id, state));
    }
    if (sandboxes_.at(c.sandbox_id).state != cri::PodSandboxState::ready) {
        return fail(Code::internal, fmt::format("sandbox container \"{}\" is not running", c.sandbox_id));
    }
    const Status logged = parts_.files->write_file(c.log_path, {}, 0640);
    if (!logged) return refuse_start(c, "failed to open log file: " + logged.error().message);
    const ContainerBehavior behavior = next_behavior(c);
    if (!behavior.start_error.empty()) return refuse_start(c, behavior.start_error);
    run(c, behavior);
    return {};
}

void SimEngine::run(SimContainer& c, const ContainerBehavior& behavior) {
    c.state = ContainerState::running;
    c.started_at = parts_.clock->wall();
    for (const auto& [port, server] : behavior.listens) listen(c, port, server);
    for (const ContainerBehavior::Change& change : behavior.changes) {
        c.changes.push_back(parts_.clock->after(change.age, [this, id = c.id, change] {
            listen(containers_.at(id), change.port, change.server);
        }));
    }
    const std::string cgroup = cgroup_of(sandboxes_.at(c.sandbox_id), c);
    if (!cgroup.empty()) parts_.files->join_cgroup(cgroup, c.id);
    leave_words(c, behavior);
    note(Kind::container_started, c, {}, static_cast<std::int32_t>(c.config.metadata.attempt));
    c.process = std::make_shared<SimProcess>(parts_.clock, random_.fork(), behavior,
                                             [this, id = c.id](SimProcess::Exit exit) { ended(id, exit); });
}

void SimEngine::listen(SimContainer& c, std::uint16_t port, const std::optional<ServerBehavior>& server) {
    const std::string& ip = sandboxes_.at(c.sandbox_id).ip;
    const std::string host = ip.empty() ? "127.0.0.1" : ip;
    if (server) {
        c.open[port] = *server;
        parts_.network->serve(host, port, *server, {c.pod, c.config.metadata.name, c.id});
    } else if (c.open.erase(port) > 0) {
        parts_.network->close(host, port);
    }
}

void SimEngine::leave_words(const SimContainer& c, const ContainerBehavior& behavior) {
    if (!behavior.prints.empty())
        parts_.files->append(c.log_path, "2026-01-01T00:00:00Z stdout F " + behavior.prints + "\n");
    const auto path = c.config.annotations.find("io.kubernetes.container.terminationMessagePath");
    if (behavior.message.empty() || path == c.config.annotations.end()) return;
    const auto mount = std::ranges::find(c.config.mounts, path->second, &cri::Mount::container_path);
    if (mount != c.config.mounts.end()) parts_.files->append(mount->host_path, behavior.message);
}

void SimEngine::ended(const std::string& id, SimProcess::Exit exit) {
    SimContainer& c = containers_.at(id);
    const SimSandbox& sandbox = sandboxes_.at(c.sandbox_id);
    c.state = ContainerState::exited;
    c.exit_code = exit.code;
    c.reason = exit.oom ? "OOMKilled" : exit.code == 0 ? "Completed" : "Error";
    c.finished_at = parts_.clock->wall();
    c.changes.clear();
    while (!c.open.empty()) listen(c, c.open.begin()->first, std::nullopt);
    const std::string cgroup = cgroup_of(sandbox, c);
    parts_.files->leave_cgroup(cgroup, id);
    if (!cgroup.empty()) (void)parts_.files->remove_cgroup(cgroup);
    note(Kind::exited, c, c.reason, c.exit_code);
    const Duration lag = random_.between(shortest_lag, longest_lag);
    c.recording = parts_.clock->after(lag, [this, id] { recorded(id); });
    if (exit_listener_) exit_listener_(c);
}

void SimEngine::recorded(const std::string& id) {
    SimContainer& c = containers_.at(id);
    c.recording.reset();
    if (record_listener_) record_listener_(c);
    // Copied: the last of them may remove the record.
    const auto waiting = std::exchange(c.waiting_for_end, {});
    for (const auto& tell : waiting) tell();
}

Timer SimEngine::stop(const std::string& id, Duration timeout, const Promise<Status>& over) {
    const auto found = containers_.find(id);
    if (found == containers_.end() || !found->second.runs_on_record()) {
        const bool known = found != containers_.end() || ever_had(id);
        over.set(known ? Status{} : std::unexpected(unknown("container", id)));
        return {};
    }
    SimContainer& c = found->second;
    c.waiting_for_end.emplace_back([over] { over.set({}); });
    if (c.recording) return {};
    if (timeout <= Duration::zero()) {
        kill(c, "stop now");
        return {};
    }
    if (!c.stop_signalled) send(c, c.stop_signal);
    return parts_.clock->after(timeout, [this, id] { kill(id, "stop timeout"); });
}

Status SimEngine::signal(const std::string& id, const std::string& name) {
    const auto found = containers_.find(id);
    if (found == containers_.end()) return std::unexpected(unknown("container", id));
    if (found->second.state == ContainerState::running) send(found->second, name);
    return {};
}

void SimEngine::send(SimContainer& container, const std::string& name) {
    container.stop_signalled = true;
    note(Kind::term, container, name);
    container.process->stop_signal();
}

void SimEngine::kill(const std::string& id, const std::string& why) {
    if (const auto found = containers_.find(id); found != containers_.end()) kill(found->second, why);
}

void SimEngine::kill(SimContainer& container, const std::string& why) {
    if (container.state != ContainerState::running) return;
    note(Kind::kill, container, why);
    container.process->kill();
}

void SimEngine::forget(const std::string& id) {
    const auto node = containers_.extract(id);
    note(Kind::container_removed, node.mapped());
    std::erase_if(named_, [&id](const auto& exec) { return exec.second.container_id == id; });
}

void SimEngine::remove(const std::string& id, Promise<Status> over) {
    const auto found = containers_.find(id);
    if (found == containers_.end()) {
        over.set(ever_had(id) ? Status{} : std::unexpected(unknown("container", id)));
        return;
    }
    if (!found->second.runs_on_record()) {
        forget(id);
        over.set({});
        return;
    }
    found->second.waiting_for_end.emplace_back([this, id, over] {
        if (containers_.contains(id)) forget(id);
        over.set({});
    });
    kill(found->second, "remove");
}

Status SimEngine::update(const std::string& id, const cri::LinuxResources& resources) {
    const auto found = containers_.find(id);
    if (found == containers_.end()) return std::unexpected(unknown("container", id));
    SimContainer& c = found->second;
    if (c.state != ContainerState::created && c.state != ContainerState::running) {
        return fail(Code::internal, "container is not created or running");
    }
    cri::LinuxResources& limits = c.config.resources;
    const auto change = [](std::int64_t& limit, std::int64_t to) { limit = to != 0 ? to : limit; };
    change(limits.cpu_period_us, resources.cpu_period_us);
    change(limits.cpu_quota_us, resources.cpu_quota_us);
    change(limits.cpu_shares, resources.cpu_shares);
    change(limits.memory_limit_bytes, resources.memory_limit_bytes);
    change(limits.oom_score_adj, resources.oom_score_adj);
    note(Kind::limited, c,
         fmt::format("shares {} quota {} memory {}", limits.cpu_shares, limits.cpu_quota_us,
                     limits.memory_limit_bytes));
    return {};
}

Status SimEngine::reopen_log(const std::string& id) {
    const auto found = containers_.find(id);
    if (found == containers_.end()) return std::unexpected(unknown("container", id));
    if (found->second.state != ContainerState::running) {
        return fail(Code::internal, "container is not running");
    }
    const std::string& path = found->second.log_path;
    return parts_.files->node(path) != nullptr ? Status{} : parts_.files->write_file(path, {}, 0640);
}

cri::ContainerStatus SimEngine::status_of(const SimContainer& c) const {
    cri::ContainerStatus s;
    s.id = c.id;
    s.pod_sandbox_id = c.sandbox_id;
    s.metadata = c.config.metadata;
    s.created_at = c.created_at;
    s.started_at = c.started_at;
    s.image = c.config.image;
    s.image_ref = c.image_id;
    s.labels = c.config.labels;
    s.annotations = c.config.annotations;
    s.log_path = c.log_path;
    if (c.runs_on_record()) {
        s.state = c.forgotten ? ContainerState::unknown : ContainerState::running;
        return s;
    }
    s.state = c.state;
    s.finished_at = c.finished_at;
    s.exit_code = c.exit_code;
    s.reason = c.reason;
    s.message = c.message;
    return s;
}

}  // namespace hooklet::sim
