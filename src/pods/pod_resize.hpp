// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "pods/container_slot.hpp"
#include "pods/pod_context.hpp"
#include "pods/resize.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// The in-place resize of one Pod. What the Pod was given is in PodContext::pod; what its object asks for
/// beyond that waits here for room. Once granted, it is carried out: the Pod's cgroup first as wide as both
/// sizes need, then the containers, then the cgroup as it is to be.
class PodResize {
  public:
    using Slots = std::vector<std::unique_ptr<ContainerSlot>>;
    PodResize(PodContext* context, Gate* gate, const Slots* slots)
        : context_(context), gate_(gate), slots_(slots) {}

    /// An earlier agent may have been in the middle of one.
    void take_over();

    /// The Pod's object has this spec now.
    void want(const api::PodSpec& spec);
    /// What waits for room; not set: nothing.
    [[nodiscard]] const std::optional<api::PodSpec>& wanted() const { return wanted_; }
    /// What is wanted becomes the Pod's own; the slots have to be told.
    void grant();
    /// There is no room for what is wanted.
    void refuse(const ResizeVerdict& verdict);

    /// Begins to give running containers and the cgroup what the Pod's spec says.
    void begin();
    /// Adds what is known of resizes; ends the one that has been carried out.
    void observe(Observation& seen);
    [[nodiscard]] const ResizeProgress& progress() const { return progress_; }

  private:
    struct Lowered {
        std::string container;
        std::string id;
        std::int64_t limit = 0;
    };
    Task<void> run();
    Task<Status> carry_out();
    /// A limit below what is in use would end the container.
    Task<Status> check_usage(CgroupLimits next);
    [[nodiscard]] std::vector<Lowered> lowered() const;
    Status set_cgroup(const CgroupLimits& limits);
    /// What the cgroup is to have now: no less than a container has that is still to be restarted.
    [[nodiscard]] CgroupLimits cgroup_target() const;
    [[nodiscard]] std::string summary(const api::PodSpec& spec, const ResizeNote& note) const;
    void failed(const Error& error);

    PodContext* context_;
    Gate* gate_;
    const Slots* slots_;
    std::optional<api::PodSpec> wanted_;
    ResizeProgress progress_;
    bool busy_ = false;
    unsigned failures_ = 0;
    MonotonicTime not_before_;
};

}  // namespace hooklet
