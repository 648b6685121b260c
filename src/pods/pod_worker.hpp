// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_phase.hpp"
#include "base/gate.hpp"
#include "base/signal.hpp"
#include "pods/container_slot.hpp"
#include "pods/leftover.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_resize.hpp"
#include "pods/pod_sandbox.hpp"

#include <optional>
#include <vector>

namespace hooklet {

/// The life of one Pod: observe, plan, act, report, until nothing of it is left.
class PodWorker {
  public:
    using Report = std::function<void(const api::Pod&)>;
    /// `report` is told each new status. All that is pointed to outlives the worker.
    PodWorker(PodPorts ports, const PodSettings* settings, PodServices* services, api::Pod pod,
              CancelToken abandon, Report report);

    /// Before run(): goes on with what an earlier agent left of the Pod.
    void take_over(const Leftover& leftover);

    /// Returns when the Pod is gone, or when abandoned.
    Task<void> run();

    /// Asks for the Pod's end within `grace` (at least 1 s) from now. Again: only ever sooner, and the first
    /// reason stays. The records of a Pod that was not deleted are kept until it is.
    void end(PodEnd why, Duration grace);
    /// The same, after which nothing of the Pod is left.
    void remove(Duration grace);
    /// The Pod's object has changed: metadata, images, ephemeral containers, deadline. Other resources wait
    /// for resize().
    void update(api::Pod pod);

    /// The Pod's object asks for the resources of this spec.
    void want(const api::PodSpec& spec) { resize_.want(spec); }
    /// What the Pod's object asks for and was not given yet; not set: nothing.
    [[nodiscard]] const std::optional<api::PodSpec>& wanted_resize() const { return resize_.wanted(); }
    /// Decides on it.
    void resize(const ResizeVerdict& verdict);

    /// The engine's news about one of this Pod's containers or about its sandbox.
    void on_event(const cri::ContainerEvent& event);
    /// A re-list: everything that the engine has of this Pod.
    void on_list(const std::vector<cri::Container>& containers,
                 const std::vector<cri::PodSandbox>& sandboxes);

    [[nodiscard]] const api::Pod& pod() const { return context_.pod; }
    /// Its end was asked for, or it has ended by itself.
    [[nodiscard]] bool ending() const { return context_.end || api::is_terminal(context_.pod.status.phase); }

  private:
    void add_slot(const api::Container& spec, Role role);
    [[nodiscard]] Observation observe();
    /// The containers of the Pod's spec have changed.
    void hand_out();
    [[nodiscard]] std::optional<MonotonicTime> active_deadline();
    void act(const Plan& plan);
    void perform(const MakeSandbox& action);
    void perform(const StopSandbox& action);
    void perform(const RemoveSandbox& action);
    void perform(const ExpirePod& action);
    void perform(const PullImage& action);
    void perform(const StartContainer& action);
    void perform(const StopContainer& action);
    void perform(const AllowTerm& action);
    void perform(const InterruptStart& action);
    void perform(const ResizePod& action);
    void perform(const ShowBackOff& action);
    void report(const Plan& plan);
    Task<void> wait(std::optional<MonotonicTime> wake_at);
    void objects_changed();
    [[nodiscard]] PodMemory memory() const;
    /// Writes what the next agent needs to know, if that has changed.
    void remember();
    void remember_hidden_values();

    Gate gate_;
    Signal changed_;
    PodContext context_;
    Report report_;
    PodSandbox sandbox_;
    PodResize::Slots slots_;
    PodResize resize_;
    std::vector<ObjectWatch> watches_;
    std::string remembered_;                     ///< As written last.
    std::size_t remembered_hidden_ = 0;          ///< How many of the hidden values were written.
    std::optional<MonotonicTime> active_since_;  ///< As PodMemory::active_since.
    std::optional<Duration> deletion_grace_;     ///< As PodMemory::deletion_grace.
    bool deletion_taken_over_ = false;           ///< Nobody has asked for it yet since this agent began.
};

}  // namespace hooklet
