// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_sandbox.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "base/back_off.hpp"
#include "pods/names.hpp"
#include "pods/pod_cgroup.hpp"
#include "pods/sandbox_config.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {
constexpr Duration first_sandbox_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_sandbox_retry = std::chrono::seconds{10};
/// How often the engine is asked for a sandbox that should have ended: together they take a second and a
/// half.
constexpr unsigned checks = 6;
constexpr Duration first_check_delay = std::chrono::milliseconds{50};

const cri::RuntimeCondition* broken_network(const std::vector<cri::RuntimeCondition>& conditions) {
    const auto found = std::ranges::find(conditions, "NetworkReady", &cri::RuntimeCondition::type);
    return found == conditions.end() || found->status ? nullptr : &*found;
}
}  // namespace

void PodSandbox::enter(SandboxState state) {
    state_ = state;
    context_->changed();
}

void PodSandbox::retry(SandboxState state) {
    not_before_ =
        context_->ports.clock->now() + retry_delay(failures_++, first_sandbox_retry, slowest_sandbox_retry);
    enter(state);
}

void PodSandbox::take_over(const cri::PodSandboxStatus& status) {
    id_ = status.id;
    ips_ = status.ips;
    next_attempt_ = status.metadata.attempt + 1;
    config_ = make_sandbox_config(context_->pod, *context_->settings, status.metadata.attempt);
    state_ = status.state == cri::PodSandboxState::ready ? SandboxState::ready : SandboxState::broken;
    volumes_.take_over();
}

void PodSandbox::make() {
    state_ = SandboxState::making;
    gate_->spawn(make_sandbox());
}

void PodSandbox::stop() {
    state_ = SandboxState::stopping;
    gate_->spawn(stop_sandbox());
}

void PodSandbox::remove() {
    state_ = SandboxState::removing;
    gate_->spawn(remove_sandbox());
}

Task<void> PodSandbox::make_sandbox() {
    if (next_attempt_ > 0) {
        const bool replaces_one = !id_.empty();
        // Records of earlier attempts, also of one whose answer was lost.
        const Status removed = co_await discard_all();
        if (!removed) {
            retry(SandboxState::stopped);
            co_return;
        }
        if (replaces_one) tell_changed();
    }
    const Status volumes = co_await volumes_.set_up();
    if (!volumes) {
        retry(SandboxState::stopped);
        co_return;
    }
    const Status limited =
        make_pod_cgroup(context_->ports.files, context_->settings->cgroup_root, context_->pod);
    if (!limited) {
        context_->recorder.event(event::pod_cgroup_failed(limited.error().text()));
        retry(SandboxState::stopped);
        co_return;
    }
    context_->cgroup_limits = pod_cgroup_limits(context_->pod.spec);
    const MonotonicTime begun = context_->ports.clock->now();
    const Status running = co_await run_in_engine();
    if (!running) {
        retry(SandboxState::stopped);
        co_return;
    }
    record_ready(context_->ports.clock->now() - begun);
    failures_ = 0;
    change_told_ = false;
    enter(SandboxState::ready);
}

void PodSandbox::tell_changed() {
    if (!std::exchange(change_told_, true)) context_->recorder.event(event::sandbox_changed());
}

void PodSandbox::record_ready(Duration took) const {
    LifecycleStep step;
    step.step = StepKind::sandbox;
    step.took = took;
    step.detail = ips_.empty() ? "on the host's network" : ips_.front();
    context_->recorder.step(std::move(step));
}

Task<Result<std::string>> PodSandbox::create(Call call) {
    const Status fits = check_hostname(context_->pod, context_->settings->cluster_dns.domain);
    if (!fits) co_return std::unexpected(fits.error());
    config_ = make_sandbox_config(context_->pod, *context_->settings, next_attempt_++);
    const std::string runtime_class = context_->pod.spec.runtimeClassName.value_or("");
    if (!runtime_class.empty()) {
        Result<std::string> handler = co_await context_->ports.objects->runtime_handler(runtime_class, call);
        if (!handler) co_return std::unexpected(handler.error());
        config_.runtime_handler = *std::move(handler);
    }
    co_return co_await context_->ports.runtime->run_pod_sandbox(config_, call);
}

Status PodSandbox::check_claims() const {
    const api::Pod& pod = context_->pod;
    if (pod.spec.resourceClaims.empty()) return {};
    const auto& claim = pod.spec.resourceClaims.front();
    const std::string name = claim.resourceClaimName.value_or("");
    const std::string why = name.empty()
                                ? fmt::format("pod claim {}: ResourceClaim not created yet", claim.name)
                                : fmt::format(
                                      "failed to fetch ResourceClaim {0} referenced by pod {1}: "
                                      "resourceclaims.resource.k8s.io \"{0}\" not found",
                                      name, pod.metadata.name);
    context_->recorder.event(event::resource_claims_failed("prepare dynamic resources: " + why));
    return fail(Code::not_found, why);
}

Task<Status> PodSandbox::run_in_engine() {
    if (const Status claims = check_claims(); !claims) co_return claims;
    const PodPorts& ports = context_->ports;
    const Call call = ports.clock->call_within(sandbox_call_limit, context_->abandon);
    const Result<std::string> id = co_await create(call);
    if (!id) {
        co_await record_refusal(id.error(), call);
        co_return std::unexpected(id.error());
    }
    id_ = *id;
    const Result<cri::PodSandboxStatus> status = co_await ports.runtime->pod_sandbox_status(id_, call);
    if (!status) {
        context_->recorder.event(event::sandbox_status_failed(status.error().text()));
        co_return std::unexpected(status.error());
    }
    ips_ = status->ips;
    write_object();
    co_return write_hosts_file();
}

Task<void> PodSandbox::record_refusal(Error refusal, Call call) {
    if (context_->abandon.cancelled()) co_return;
    if (!context_->pod.spec.hostNetwork) {
        const auto conditions = co_await context_->ports.runtime->status(call);
        if (context_->abandon.cancelled()) co_return;
        if (const cri::RuntimeCondition* network = conditions ? broken_network(*conditions) : nullptr) {
            context_->recorder.event(event::network_not_ready(*network));
            co_return;
        }
    }
    context_->recorder.event(event::sandbox_failed(refusal.text()));
}

std::string PodSandbox::hosts_path() const {
    return pod_directory(context_->settings->pods_directory, context_->pod.metadata.uid) + "/etc-hosts";
}

Status PodSandbox::write_hosts_file() const {
    const std::string text = hosts_file(context_->pod, ips_, context_->settings->host_hosts_file,
                                        context_->settings->cluster_dns.domain);
    return context_->ports.files->write_file(hosts_path(), text, 0644);
}

void PodSandbox::write_object() const {
    const std::string path = object_file(context_->settings->pods_directory, context_->pod.metadata.uid);
    // Without it, the next agent removes the Pod's remains at once.
    (void)context_->ports.files->write_file(path, api::write_json(api::encode(context_->pod)), 0600);
}

void PodSandbox::look_again() {
    if (state_ == SandboxState::ready) gate_->spawn(check());
}

Task<void> PodSandbox::check() {
    const std::string id = id_;
    Clock* clock = context_->ports.clock;
    // The engine tells the end of a sandbox's process somewhat earlier than its record does.
    for (unsigned attempt = 0; attempt < checks && state_ == SandboxState::ready && id == id_; ++attempt) {
        const Call call = clock->call_within(engine_call_limit, context_->abandon);
        const Result<cri::PodSandboxStatus> status =
            co_await context_->ports.runtime->pod_sandbox_status(id, call);
        if (!status) context_->tell_unknown(status.error(), attempt);
        const bool missing = !status && status.error().code == Code::not_found;
        const bool unready = status && status->state != cri::PodSandboxState::ready;
        if ((missing || unready) && state_ == SandboxState::ready && id == id_) enter(SandboxState::broken);
        if (context_->abandon.cancelled() || state_ != SandboxState::ready) co_return;
        (void)co_await sleep_until(
            clock, clock->call_within(retry_delay(attempt, first_check_delay, slowest_sandbox_retry),
                                      context_->abandon));
    }
}

Task<void> PodSandbox::stop_sandbox() {
    if (!id_.empty()) {
        const Call call = context_->ports.clock->call_within(sandbox_call_limit, context_->abandon);
        const Status stopped = co_await context_->ports.runtime->stop_pod_sandbox(id_, call);
        if (!stopped && stopped.error().code != Code::not_found) {
            context_->recorder.event(event::kill_pod_failed(stopped.error().text()));
            retry(SandboxState::broken);
            co_return;
        }
        stopped_id_ = id_;
    }
    failures_ = 0;
    enter(SandboxState::stopped);
}

Task<void> PodSandbox::remove_sandbox() {
    const Status removed = co_await discard_all();
    if (!removed || !clean_up()) {
        retry(SandboxState::stopped);
        co_return;
    }
    failures_ = 0;
    enter(SandboxState::absent);
}

Task<Status> PodSandbox::discard_all() {
    cri::ContainerRuntime* runtime = context_->ports.runtime;
    const Call call = context_->ports.clock->call_within(sandbox_call_limit, context_->abandon);
    cri::Filter mine;
    mine.label_selector[label::pod_uid] = context_->pod.metadata.uid;
    const auto sandboxes = co_await runtime->list_pod_sandbox(mine, call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    for (const cri::PodSandbox& sandbox : *sandboxes) {
        if (sandbox.id != stopped_id_) {  // again would take its network down again
            const Status stopped = co_await runtime->stop_pod_sandbox(sandbox.id, call);
            if (!stopped) co_return stopped;
        }
        const Status removed = co_await runtime->remove_pod_sandbox(sandbox.id, call);
        if (!removed) co_return removed;
    }
    id_.clear();
    co_return Status{};
}

Status PodSandbox::clean_up() {
    const Status volumes = volumes_.tear_down();
    if (!volumes) return volumes;
    context_->cgroup_limits.reset();
    return context_->ports.files->remove_cgroup(pod_cgroup(context_->settings->cgroup_root, context_->pod));
}

}  // namespace hooklet
