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
    ContainerSlot(PodContext* context, PodSandbox* sandbox, Gate* gate, api::Container spec, Role role);

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
    /// Records that the container waits for its back-off; once for each back-off.
    void show_back_off();
    /// The records went with their sandbox, and the container is to run again as if it never had.
    void forget();

    /// A new sandbox comes, and nothing runs: a container that was made in the old one and never ran is gone,
    /// and a start that the old one refused does not count.
    void sandbox_replaced();

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

    Task<void> run_pull();
    Task<void> run_start(ReadyImage image);
    Task<StartResult> make_and_start(ReadyImage image, CancelToken cancel);
    Task<StartResult> create(ReadyImage image);
    Task<StartResult> start_created();
    Task<void> run_post_start(CancelToken cancel);
    void post_start_failed(const HookResult& result, Duration cap);
    /// The current record becomes the previous one, and the one before that is removed.
    void retire();
    /// A new current record.
    void adopt(std::string id, cri::ContainerState state);
    /// After a failed create: the engine may have made the container all the same.
    Task<void> adopt_created();
    /// Asks the engine for the current record's state until it answers.
    Task<void> learn(std::string id);
    void begin_stop(Duration grace, std::string reason, std::string message, bool ordered);
    Task<void> run_stop();
    Task<void> remove_record(ContainerRecord record);
    Result<cri::ContainerConfig> make_config(const ReadyImage& image);
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
    /// Its end went unseen and the engine knows nothing of it (lifecycle spec 6.4).
    void mark_lost();
    void refresh();

    PodContext* context_;
    PodSandbox* sandbox_;
    Gate* gate_;
    api::Container spec_;
    Recorder recorder_;
    ContainerView view_;
    std::string termination_message_file_;  ///< Of the current record, on the host; empty when it has none.
    BackOff back_off_;
    std::optional<BackOff> back_off_before_;  ///< Before a start that has made no container so far.
    MonotonicTime not_before_;
    std::uint32_t next_restart_count_ = 0;
    std::optional<ReadyImage> image_;  ///< For the next start.
    bool pulling_ = false;
    std::optional<CancelSource> starting_;  ///< A pull or a start is under way.
    std::unique_ptr<ContainerStop> stop_;
};

}  // namespace hooklet
