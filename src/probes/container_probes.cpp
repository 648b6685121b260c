// SPDX-License-Identifier: Apache-2.0
#include "probes/container_probes.hpp"

namespace hooklet {

namespace {

/// How long the news of the container's end may come after a probe has failed because of it.
constexpr Duration container_end_delay = std::chrono::milliseconds{200};

AttemptOutcome outcome_of(const ProbeReport& report) {
    if (report.ok()) return AttemptOutcome::success;
    return report.verdict == ProbeReport::Verdict::failure ? AttemptOutcome::failure : AttemptOutcome::error;
}

}  // namespace

ContainerProbes::Probe::Probe(ProbeType of_type, api::Probe from_spec, MonotonicTime container_start,
                              std::optional<ProbeMemory> memory)
    : type(of_type),
      spec(std::move(from_spec)),
      machine(type, pace_of(spec), container_start, std::move(memory)) {}

ContainerProbes::ContainerProbes(Ports ports, ProbeTarget target, MonotonicTime container_start,
                                 Recorder recorder, std::function<void()> changed, const ProbesMemory& memory)
    : clock_(ports.prober.clock),
      prober_(ports.prober),
      target_(std::move(target)),
      recorder_(std::move(recorder)),
      changed_(std::move(changed)),
      gate_(std::move(ports.executor)) {
    for (const ProbeType type : all_probe_types) {
        const std::optional<api::Probe>& spec = probe_of(target_.container, type);
        if (spec) of(type).emplace(type, *spec, container_start, memory[static_cast<std::size_t>(type)]);
    }
}

void ContainerProbes::start() {
    begin(ProbeType::startup);
    if (!started()) return;
    begin(ProbeType::liveness);
    begin(ProbeType::readiness);
}

void ContainerProbes::stop_liveness_and_startup() {
    end(ProbeType::startup);
    end(ProbeType::liveness);
}

Task<void> ContainerProbes::stop() {
    for (const ProbeType type : all_probe_types) end(type);
    return gate_.close();
}

bool ContainerProbes::started() const {
    const Probe* startup = of(ProbeType::startup);
    return startup == nullptr || startup->machine.result() == ProbeResult::success;
}

bool ContainerProbes::ready() const {
    const Probe* readiness = of(ProbeType::readiness);
    return started() && (readiness == nullptr || readiness->machine.result() == ProbeResult::success);
}

std::optional<ProbeType> ContainerProbes::failed() const {
    for (const ProbeType type : {ProbeType::startup, ProbeType::liveness}) {
        const Probe* probe = of(type);
        if (probe != nullptr && probe->machine.result() == ProbeResult::failure) return type;
    }
    return std::nullopt;
}

ProbesMemory ContainerProbes::memory() const {
    ProbesMemory memory;
    for (const ProbeType type : all_probe_types) {
        if (const Probe* probe = of(type)) memory[static_cast<std::size_t>(type)] = probe->machine.memory();
    }
    return memory;
}

const ContainerProbes::Probe* ContainerProbes::of(ProbeType type) const {
    const std::optional<Probe>& probe = probes_[static_cast<std::size_t>(type)];
    return probe ? &*probe : nullptr;
}

void ContainerProbes::begin(ProbeType type) {
    if (std::optional<Probe>& probe = of(type)) perform(&*probe, probe->machine.begin(clock_->now()));
}

void ContainerProbes::end(ProbeType type) {
    std::optional<Probe>& probe = of(type);
    if (!probe) return;
    probe->machine.stop();
    probe->timer = {};
    probe->cancel.cancel({Code::cancelled, "the probe is not needed any more"});
}

void ContainerProbes::perform(Probe* probe, ProbeStep step) {
    if (step.attempt) gate_.spawn(attempt(probe));
    probe->timer = {};
    if (const auto wake_at = probe->machine.wake_at()) {
        probe->timer = clock_->at(
            *wake_at, [this, probe] { perform(probe, probe->machine.time_passed(clock_->now())); });
    }
    if (!step.changed) return;
    if (probe->type == ProbeType::startup && started()) {
        begin(ProbeType::liveness);
        begin(ProbeType::readiness);
    }
    changed_();
}

Task<void> ContainerProbes::attempt(Probe* probe) {
    const CancelToken cancel = probe->cancel.token();
    const ProbeReport report = co_await prober_.probe(probe->spec, target_, cancel);
    if (!report.ok()) {
        // Perhaps the container has just ended: then nobody is unhealthy.
        (void)co_await sleep_until(clock_, clock_->call_within(container_end_delay, cancel));
    }
    if (cancel.cancelled()) co_return;
    record(probe->type, report);
    const ProbeStep step = probe->machine.attempt_ended(outcome_of(report), clock_->now());
    perform(probe, step);
    if (!step.changed && probe->machine.counts()) changed_();
}

void ContainerProbes::record(ProbeType type, const ProbeReport& report) const {
    switch (report.verdict) {
        case ProbeReport::Verdict::success:
            return;
        case ProbeReport::Verdict::warning:
            return recorder_.event(event::probe_warning(name(type), report.output));
        case ProbeReport::Verdict::failure:
            return recorder_.event(event::probe_failed(name(type), report.output));
        case ProbeReport::Verdict::error:
            return recorder_.event(event::probe_errored(name(type), report.output));
    }
}

}  // namespace hooklet
