// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/back_off.hpp"
#include "lifecycle/container_stop.hpp"
#include "pods/exit_command.hpp"
#include "pods/hook_deliveries.hpp"
#include "pods/leftover.hpp"
#include "pods/plan.hpp"
#include "pods/pod_context.hpp"
#include "pods/pod_sandbox.hpp"
#include "probes/container_probes.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hooklet {

/// One container of a Pod's spec, over all its starts: knows the engine's records of it and carries out at
/// most one start and one stop at a time.
class ContainerSlot {
  public:
    ContainerSlot(PodContext* context, PodSandbox* sandbox, Gate* gate, api::Container spec, Role role);

    /// An earlier agent has started it: its records and those that are gone count on. What runs goes on
    /// running; a stop that had begun goes on; a hook that is not known to be done is delivered.
    void take_over(const ContainerLeftover& left);
    /// What the next agent needs to know.
    [[nodiscard]] ContainerMemory memory() const;

    /// The Pod's spec has changed; counts from the next start on.
    void update(api::Container spec);

    /// Begins to make the image present for the next start.
    void pull();
    /// Begins the steps of lifecycle spec 1.4 that follow the image: create, start, postStart.
    void start();
    /// Ends a pull or a start where it is, also a running postStart.
    void interrupt_start();
    /// Begins a stop of the running container within the grace that its cause gives.
    void stop(const StopContainer& order);
    /// Those that an ordered stop waits for have ended.
    void allow_term();
    /// The Pod's end was brought forward: a running stop has at most `grace` left.
    void shorten(Duration grace);
    /// What the running container needs to get to the resources of its spec; none when nothing runs.
    [[nodiscard]] ResizeNeed resize_need() const;
    /// Gives them to it as it runs. Success also when it has ended meanwhile: the next one is made with them.
    Task<Status> resize();
    /// Ends the probes where they are; to be called when the worker leaves a container that runs.
    void stop_probes();
    /// Records that the container waits for its back-off; once for each back-off.
    void show_back_off();
    /// The records went with their sandbox, and the container is to run again as if it never had.
    void forget();

    /// A new sandbox comes, and nothing runs: a container that was made in the old one and never ran is gone,
    /// and a start that the old one refused does not count.
    void sandbox_replaced();

    /// The engine's word on one of this slot's containers. Others are ignored.
    void observe(const cri::ContainerStatus& status);
    /// The container's process has ended: nothing is sent to it any more. Finds out how it ended.
    void observe_end(const std::string& id);
    /// The container's process has ended with exit code 0; its record is still to come.
    void observe_success(const std::string& id);
    /// The engine says that the container has ended, or that it does not know it; finds out how it ended.
    void look_again(const std::string& id);
    /// A re-list: everything that the engine has of this Pod.
    void on_list(const std::vector<cri::Container>& containers);

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

    Task<void> run_pull();
    Task<void> run_start(ReadyImage image);
    Task<StartResult> make_and_start(ReadyImage image, CancelToken cancel);
    Task<StartResult> create(ReadyImage image, ObjectSnapshot objects);
    Task<StartResult> start_created();
    Task<void> remove_unstarted();
    Task<void> run_post_start(CancelToken cancel);
    Task<HookResult> deliver_post_start(Duration cap, CancelToken cancel);
    /// The current record has one, and nobody has delivered it yet.
    [[nodiscard]] bool pre_stop_is_due() const;
    /// The container has started, and its postStart neither ran nor began.
    [[nodiscard]] bool post_start_is_due() const;
    Task<void> record_cancelled_post_start();
    void post_start_failed(const HookResult& result, Duration cap);
    /// The current record becomes the previous one, and the one before that is removed.
    void retire();
    /// A new current record.
    void adopt(std::string id, cri::ContainerState state);
    /// After a failed create: the engine may have made the container all the same.
    Task<void> adopt_created();
    /// Asks the engine for the current record's state until it answers, and for one that has ended until it
    /// says how.
    Task<void> learn(std::string id);
    /// `message` is the Killing event's; without one there is none.
    void begin_stop(Duration grace, std::string reason, std::string message, bool ordered);
    void carry_out_stop(std::string message);
    Task<void> run_stop();
    Task<void> remove_record(ContainerRecord record);
    [[nodiscard]] Result<std::vector<cri::KeyValue>> service_variables() const;
    Result<cri::ContainerConfig> make_config(const ReadyImage& image, const ObjectSnapshot& objects);
    /// What the Pod's imagePullSecrets hold for this image.
    Task<std::vector<cri::AuthConfig>> read_logins(CancelToken cancel);
    /// What the container's environment refers to.
    Task<ObjectSnapshot> read_references(CancelToken cancel);
    [[nodiscard]] std::string termination_message(const ContainerRecord& record) const;
    [[nodiscard]] std::string log_file(const ContainerRecord& record) const;
    [[nodiscard]] std::string log_link(const ContainerRecord& record) const;
    [[nodiscard]] std::unexpected<StartFailure> failed(std::string reason, const std::string& message) const;
    [[nodiscard]] std::unexpected<StartFailure> interrupted(const CancelToken& cancel) const;
    [[nodiscard]] HookRequest hook_request(HookType hook, const api::LifecycleHandler& handler,
                                           std::string reason, Duration cap);
    /// HookDeliveries::done of the current record.
    [[nodiscard]] const HookAttempt* delivered(HookType hook) const;
    /// The container has ended: its on-exit hook is due, if it has one.
    void begin_exit_hook();
    /// What the current record was made from, as it can be made again: an earlier agent knew it.
    Task<void> restore_config();
    Task<void> run_exit_hook(HookRequest request);
    void limit_exit_hook(Duration grace);
    Task<void> learn_exit_command(std::string id);
    [[nodiscard]] bool is_current(const std::string& id) const {
        return view_.current && view_.current->id == id;
    }
    void mark_ended(ContainerRecord& record);
    void mark_exited(ContainerRecord& record, Duration ran);
    /// Its end went unseen and the engine knows nothing of it (lifecycle spec 6.4).
    void mark_lost();
    /// postStart is done, or there is none: the container counts as running, and its probes begin.
    void count_as_running();
    void begin_probes(const ProbesMemory& memory);
    /// What is left to do for a container that was taken over while it runs.
    Task<void> resume(std::string id);
    void take_over_records(std::vector<cri::ContainerStatus> records);
    void keep_reported_start(ContainerRecord& record) const;
    void take_over_back_off(const ContainerLeftover& left);
    void take_over_running(const ContainerLeftover& left, bool was_stopping);
    /// Adds what the container has left to say to the record's message.
    void add_termination_message(ContainerRecord& record) const;
    Task<void> end_probes(std::unique_ptr<ContainerProbes> probes);
    [[nodiscard]] std::string address() const;
    [[nodiscard]] Duration grace_for(StopCause cause) const;
    void refresh();

    PodContext* context_;
    PodSandbox* sandbox_;
    Gate* gate_;
    api::Container spec_;
    Recorder recorder_;
    ContainerView view_;
    api::ResourceRequirements made_with_;   ///< The resources in the newest configuration.
    std::string termination_message_file_;  ///< Of the current record, on the host; empty when it has none.
    BackOff back_off_;
    std::optional<BackOff> back_off_before_;  ///< Before a start that has come to nothing so far.
    std::uint32_t backed_off_start_ = 0;      ///< The restart count of the start that back_off_ counts.
    HookDeliveries deliveries_;
    std::optional<cri::ContainerStatus> left_exit_command_;  ///< Begun by an earlier agent.
    std::string unstarted_;               ///< A container that an earlier agent made and did not start.
    std::optional<StopMemory> stopping_;  ///< What the next agent needs to know of stop_.
    MonotonicTime not_before_;
    /// Set by a start that failed for its configuration: a change since makes it worth another try at once.
    std::optional<std::uint64_t> config_failed_at_;
    std::uint32_t next_restart_count_ = 0;
    std::optional<ReadyImage> image_;  ///< For the next start.
    bool pulling_ = false;
    std::optional<CancelSource> starting_;  ///< A pull or a start is under way.
    std::unique_ptr<ContainerStop> stop_;
    MonotonicTime running_since_;
    std::unique_ptr<ContainerProbes> probes_;  ///< Of the current record, while it counts as running.
    std::optional<cri::ContainerConfig>
        config_;                                 ///< What the current record was made from, if by this agent.
    std::unique_ptr<ExitCommand> exit_command_;  ///< While an on-exit hook runs.
    std::optional<CancelSource> exit_hook_;
    Timer exit_hook_limit_;
};

}  // namespace hooklet
