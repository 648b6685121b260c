// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "events/recorder.hpp"
#include "probes/probe_machine.hpp"
#include "probes/prober.hpp"

#include <array>
#include <functional>
#include <optional>

namespace hooklet {

/// What has become of a container instance's probes, by type; to be given to the next agent's ContainerProbes
/// for the same instance, so that neither readiness nor a count is lost.
using ProbesMemory = std::array<std::optional<ProbeMemory>, all_probe_types.size()>;

/// The probes of one container instance, from its start to its end (lifecycle spec 5). A restarted container
/// gets another one. Nothing runs before start(); await stop() before this goes away.
class ContainerProbes {
  public:
    struct Ports {
        Executor executor;
        Prober::Ports prober;
    };

    /// `container_start` is when the instance began to run. `changed` is called from the loop when started(),
    /// ready() or failed() says something else than before, or memory() is worth keeping; it must not destroy
    /// this.
    ContainerProbes(Ports ports, ProbeTarget target, MonotonicTime container_start, Recorder recorder,
                    std::function<void()> changed, const ProbesMemory& memory = {});

    /// Begins to probe: the container is running and its postStart hook, if any, is done. Once.
    void start();
    /// The Pod is being stopped: only readiness is still of interest, until the container has ended.
    void stop_liveness_and_startup();
    /// Ends everything, with this call, also a command that runs in the container. Nothing is recorded or
    /// called any more; the answers stay. The task ends when nothing of this is running.
    [[nodiscard]] Task<void> stop();

    /// Whether the startup probe has succeeded, or there is none.
    [[nodiscard]] bool started() const;
    /// Whether the container is started, and its readiness probe says yes or there is none.
    [[nodiscard]] bool ready() const;
    /// The probe for which the container must be killed; nothing as long as all is well.
    [[nodiscard]] std::optional<ProbeType> failed() const;
    [[nodiscard]] ProbesMemory memory() const;

  private:
    struct Probe {
        Probe(ProbeType of_type, api::Probe from_spec, MonotonicTime container_start,
              std::optional<ProbeMemory> memory);
        ProbeType type;
        api::Probe spec;
        ProbeMachine machine;
        CancelSource cancel;
        Timer timer;
    };

    [[nodiscard]] std::optional<Probe>& of(ProbeType type) { return probes_[static_cast<std::size_t>(type)]; }
    [[nodiscard]] const Probe* of(ProbeType type) const;
    void begin(ProbeType type);
    void end(ProbeType type);
    void perform(Probe* probe, ProbeStep step);
    Task<void> attempt(Probe* probe);
    void record(ProbeType type, const ProbeReport& report) const;

    Clock* clock_;
    Prober prober_;
    ProbeTarget target_;
    Recorder recorder_;
    std::function<void()> changed_;
    std::array<std::optional<Probe>, all_probe_types.size()> probes_;
    Gate gate_;
};

}  // namespace hooklet
