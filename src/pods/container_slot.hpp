// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/back_off.hpp"
#include "lifecycle/container_stop.hpp"
#include "pods/plan.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_sandbox.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hooklet {

/// One container of a Pod's spec, over all its starts: knows the engine's records of it and carries out at
/// most one start and one stop at a time.
class ContainerSlot {
  public:
    ContainerSlot(PodContext* context, PodSandbox* sandbox, Gate* gate, api::Container spec);

    /// Begins the steps of lifecycle spec 1.4: image, create, start, postStart.
    void start();
    /// Ends a start where it is, also a running postStart.
    void interrupt_start();
    /// Begins the stop of the running container, within `grace` or what the Pod has left. `reason` goes to
    /// the journal, `message` to the Killing event.
    void stop(Duration grace, std::string reason, std::string message);
    /// The Pod's end was brought forward: a running stop has at most `grace` left.
    void shorten(Duration grace);
    /// Records that the container waits for its back-off; once for each back-off.
    void show_back_off();

    /// The engine's word on one of this slot's containers. Others are ignored.
    void observe(const cri::ContainerStatus& status);
    /// The engine says that the container has ended, or that it does not know it; finds out how it ended.
    void look_again(const std::string& id);

    [[nodiscard]] ContainerFacts facts(MonotonicTime now) const;
    [[nodiscard]] const ContainerView& view() const { return view_; }
    [[nodiscard]] const api::Container& spec() const { return spec_; }

  private:
    /// Why a start did not succeed, and when the next may be tried.
    struct StartFailure {
        Waiting waiting;
        MonotonicTime retry_at;
    };
    using StartResult = std::expected<void, StartFailure>;

    Task<void> run_start();
    Task<StartResult> make_and_start(CancelToken cancel);
    Task<StartResult> create(ReadyImage image, ObjectSnapshot objects);
    Task<StartResult> start_created();
    Task<void> run_post_start(CancelToken cancel);
    void post_start_failed(const HookResult& result, Duration cap);
    /// A new current record; the one before becomes the previous, and the one before that is removed.
    void adopt(std::string id, std::uint32_t restart_count, cri::ContainerState state);
    /// After a failed create: the engine may have made the container all the same.
    Task<void> adopt_created(std::uint32_t restart_count);
    /// Asks the engine for the current record's state until it answers.
    Task<void> learn(std::string id);
    Task<void> run_stop();
    Task<void> remove_record(ContainerRecord record);
    Result<cri::ContainerConfig> make_config(const ReadyImage& image, const ObjectSnapshot& objects,
                                             std::uint32_t restart_count);
    /// What the container's environment refers to.
    Task<ObjectSnapshot> read_references(CancelToken cancel);
    [[nodiscard]] std::string termination_message(const ContainerRecord& record) const;
    [[nodiscard]] std::string log_file(const ContainerRecord& record) const;
    [[nodiscard]] std::string log_link(const ContainerRecord& record) const;
    [[nodiscard]] std::unexpected<StartFailure> failed(std::string reason, const std::string& message) const;
    [[nodiscard]] std::unexpected<StartFailure> interrupted(const CancelToken& cancel) const;
    [[nodiscard]] HookRequest hook_request(HookType hook, const api::LifecycleHandler& handler,
                                           std::string reason, Duration cap) const;
    [[nodiscard]] bool is_current(const std::string& id) const {
        return view_.current && view_.current->id == id;
    }
    void mark_exited(ContainerRecord& record);

    PodContext* context_;
    PodSandbox* sandbox_;
    Gate* gate_;
    api::Container spec_;
    Recorder recorder_;
    ContainerView view_;
    std::string termination_message_file_;  ///< Of the current record, on the host; empty when it has none.
    BackOff back_off_;
    MonotonicTime not_before_;
    /// Set by a start that failed for its configuration: a change since makes it worth another try at once.
    std::optional<std::uint64_t> config_failed_at_;
    std::optional<CancelSource> starting_;
    std::unique_ptr<ContainerStop> stop_;
};

}  // namespace hooklet
