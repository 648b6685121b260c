// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/container_runtime.hpp"
#include "support/history.hpp"
#include "support/memory_files.hpp"
#include "support/sim_images.hpp"
#include "support/sim_network.hpp"
#include "support/sim_process.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hooklet::sim {

struct SimSandbox {
    std::string id{};
    cri::PodSandboxConfig config;
    cri::PodSandboxState state = cri::PodSandboxState::ready;
    WallTime created_at;
    std::string ip{};  ///< Empty on the host's network.
};

struct SimContainer {
    std::string id{};
    std::string sandbox_id{};
    cri::ContainerConfig config;
    cri::ContainerState state = cri::ContainerState::created;
    WallTime created_at;
    WallTime started_at;
    WallTime finished_at;
    std::int32_t exit_code = 0;
    std::string reason{};
    std::string message{};
    std::string image_id{};
    std::string stop_signal{};
    std::string log_path{};
    std::string pod{};  ///< uid
    bool stop_signalled = false;
    bool forgotten = false;  ///< Whether it runs.
    std::uint64_t working_set_bytes = 0;
    cri::FilesystemUsage writable_layer{};
    std::vector<ContainerBehavior> behaviors;      // one for each start, the last for all later ones
    std::map<std::uint16_t, ServerBehavior> open;  // ports that are served now
    std::vector<Timer> changes;                    // of those
    std::shared_ptr<SimProcess> process;
    std::vector<std::function<void()>> waiting_for_end;
    /// Set while the process has ended and the engine has not recorded it.
    std::optional<Timer> recording;

    /// What the engine says, as its records lag behind its processes.
    [[nodiscard]] bool runs_on_record() const {
        return state == cri::ContainerState::running || recording.has_value();
    }
};

/// CRI's label filter.
[[nodiscard]] bool selected(const cri::Filter& filter, const cri::StringMap& labels);

/// What an engine is made of.
struct EngineParts {
    SimClock* clock = nullptr;
    History* history = nullptr;
    MemoryFiles* files = nullptr;
    SimNetwork* network = nullptr;
    SimImages* images = nullptr;
};

/// The engine itself: its records and the processes it runs, without the way to it (SimRuntime). Stricter
/// than containerd: whatever is out of order is refused. It lives on when the agent crashes.
class SimEngine {
  public:
    SimEngine(EngineParts parts, SimRandom random) : parts_(parts), random_(random) {}

    void on_exit(std::function<void(const SimContainer&)> listener) { exit_listener_ = std::move(listener); }
    /// Some time after the exit: the engine has recorded it.
    void on_recorded(std::function<void(const SimContainer&)> listener) {
        record_listener_ = std::move(listener);
    }
    /// What the command does in every container, unless a script of its own says so.
    void on_exec(const std::string& command, ExecBehavior behavior) { commands_[command] = behavior; }
    /// The next run_sandbox fails and leaves a not-ready sandbox, as when the network can't be set up.
    void fail_next_sandbox(std::string why) { sandbox_failures_.push_back(std::move(why)); }

    Result<std::string> run_sandbox(cri::PodSandboxConfig config);
    /// Kills what runs; `over` is set when all of it has ended.
    void stop_sandbox(const std::string& id, Promise<Status> over);
    Status remove_sandbox(const std::string& id);

    Result<std::string> create(const std::string& sandbox_id, cri::ContainerConfig config,
                               const cri::PodSandboxConfig& sandbox_config);
    Status start(const std::string& id);
    /// Sends the stop signal, once; `over` is set when the container has ended. The timer kills it; without
    /// the timer it lives on.
    [[nodiscard]] Timer stop(const std::string& id, Duration timeout, const Promise<Status>& over);
    /// Sends any signal to its process, which takes it for the stop signal.
    Status signal(const std::string& id, const std::string& name);
    /// Kills if need be; `over` is set when the record is gone.
    void remove(const std::string& id, Promise<Status> over);
    /// From now on the container uses so much memory and disk.
    void use(const std::string& id, std::uint64_t memory_bytes, std::uint64_t disk_bytes) {
        containers_.at(id).working_set_bytes = memory_bytes;
        containers_.at(id).writable_layer.used_bytes = disk_bytes;
    }
    /// Changes the limits of a container that has not ended.
    Status update(const std::string& id, const cri::LinuxResources& resources);
    /// Goes on in a new file when the log's name leads to none.
    Status reopen_log(const std::string& id);
    /// Returns the number of the exec, 0 when refused; `over` is set when it has ended.
    std::uint64_t exec(const cri::ExecSyncRequest& request,
                       const Promise<Result<cri::ExecSyncResponse>>& over);
    /// As exec, for a command that is known by its name; 0 when there is none.
    std::uint64_t await_exec(const cri::ExecSyncRequest& request,
                             const Promise<Result<cri::ExecSyncResponse>>& over);
    /// The caller has stopped waiting: the command is killed, if it still runs.
    void leave_exec(const cri::ExecSyncRequest& request, std::uint64_t number);
    /// Somebody has the result.
    void forget_exec(const std::string& exec_id) { named_.erase(exec_id); }
    /// Whether commands with names outlive the one who waits for them.
    void keep_commands(bool keep) { keeps_commands_ = keep; }
    [[nodiscard]] bool keeps_commands() const { return keeps_commands_; }
    void note_unanswered_start(const std::string& id);
    void note_refused_exec(const cri::ExecSyncRequest& request);
    void note_pull(const std::string& image) {
        parts_.history->add({.kind = Kind::image_pulled, .detail = image});
    }
    /// SIGKILL from outside, e.g. by the kernel or a person.
    void kill_from_outside(const std::string& id) { kill(id, std::string(outside)); }
    /// The engine died while it started the container: from now on it says "unknown" of it, as containerd
    /// does.
    void forget_state(const std::string& id) { containers_.at(id).forgotten = true; }
    /// The sandbox's own process dies: it becomes not ready and its containers are killed.
    void kill_sandbox(const std::string& id);

    [[nodiscard]] const std::map<std::string, SimSandbox>& sandboxes() const { return sandboxes_; }
    [[nodiscard]] const std::map<std::string, SimContainer>& containers() const { return containers_; }
    [[nodiscard]] cri::ContainerStatus status_of(const SimContainer& container) const;
    /// True when the engine has ever given out this id.
    [[nodiscard]] bool ever_had(const std::string& id) const { return given_.contains(id); }
    [[nodiscard]] Error unknown(const std::string& what, const std::string& id) const;
    [[nodiscard]] std::uint64_t state_hash() const { return random_.state_hash(); }

  private:
    std::string make_id(char kind);
    Status check_new(const SimSandbox& sandbox, const cri::ContainerConfig& config,
                     const cri::PodSandboxConfig& sandbox_config) const;
    [[nodiscard]] ContainerBehavior next_behavior(const SimContainer& container);
    Status refuse_start(SimContainer& container, const std::string& why);
    void run(SimContainer& container, const ContainerBehavior& behavior);
    /// Puts the server behind the container's port, or closes it.
    void listen(SimContainer& container, std::uint16_t port, const std::optional<ServerBehavior>& server);
    /// What the entrypoint prints, and its termination message.
    void leave_words(const SimContainer& container, const ContainerBehavior& behavior);
    void ended(const std::string& id, SimProcess::Exit exit);
    void recorded(const std::string& id);
    void kill(const std::string& id, const std::string& why);
    void kill(SimContainer& container, const std::string& why);
    void send(SimContainer& container, const std::string& signal);
    void forget(const std::string& id);
    [[nodiscard]] std::optional<ExecBehavior> behavior_of(const std::vector<std::string>& command,
                                                          Duration age) const;
    void note(Kind kind, const SimContainer& container, std::string detail = {}, std::int32_t code = 0,
              std::uint64_t operation = 0);
    void note(Kind kind, const SimSandbox& sandbox);

    EngineParts parts_;
    SimRandom random_;
    std::function<void(const SimContainer&)> exit_listener_;
    std::function<void(const SimContainer&)> record_listener_;
    std::map<std::string, ExecBehavior> commands_;
    std::vector<std::string> sandbox_failures_;
    std::map<std::string, SimSandbox> sandboxes_;
    std::map<std::string, SimContainer> containers_;
    std::set<std::string> given_;
    std::map<std::pair<std::string, std::string>, std::size_t> starts_;  // by Pod uid and container name
    std::uint32_t last_address_ = 0;
    std::uint64_t last_exec_ = 0;
    struct NamedExec {
        std::string container_id;
        std::uint64_t number = 0;
        Promise<Result<cri::ExecSyncResponse>> over;
        std::optional<Result<cri::ExecSyncResponse>> result;
    };
    std::map<std::string, NamedExec> named_;
    bool keeps_commands_ = true;
};

}  // namespace hooklet::sim
