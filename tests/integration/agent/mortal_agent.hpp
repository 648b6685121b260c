// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/fault_point.hpp"
#include "integration/agent/api_socket.hpp"
#include "integration/run/hooklet_process.hpp"
#include "support/scratch_folder.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hooklet::testing {

/// A `hooklet agent` that may die at any moment: whenever it has, the next look starts another one on the
/// same root. Its engine and the Pods live on.
class MortalAgent {
  public:
    /// Loads the busybox image. `more` are more arguments of the agent. With `disk_mib` its root is on a disk
    /// of its own, so large.
    explicit MortalAgent(std::vector<std::string> more = {}, unsigned disk_mib = 0);
    MortalAgent(const MortalAgent&) = delete;
    MortalAgent& operator=(const MortalAgent&) = delete;
    /// Ends the agent by SIGTERM, then its engine.
    ~MortalAgent();

    void start();
    void kill();
    /// Ends it by SIGTERM, and starts the next.
    void restart();
    /// Starts the next agent if this one is dead; false if it ended in another way than by SIGKILL.
    bool tend();
    /// Tends the agent until `done`, for `patience`.
    bool eventually(const std::function<bool()>& done);

    /// What the shared memory of fault points says; the agent counts and dies by it.
    FaultPlan& plan() { return *plan_; }
    [[nodiscard]] int deaths() const { return deaths_; }
    [[nodiscard]] pid_t pid() const { return agent_->pid(); }
    [[nodiscard]] std::string said() const { return agent_ ? agent_->out() + agent_->err() : ""; }

    /// Asks until an agent answers. `path` is below /api/v1/namespaces/default/.
    Reply ask(const std::string& method, const std::string& path, const std::string& body = "");
    /// A Pod without a uid when it is not there, or nobody answers.
    api::Pod pod(const std::string& name);
    /// True when surely not there; false when nobody answers.
    bool is_gone(const std::string& name);
    void create(const std::string& pod);
    void remove(const std::string& name);

    [[nodiscard]] std::string root() const { return folder_.path("agent"); }
    [[nodiscard]] std::string folder(const std::string& below) const { return folder_.path(below); }

  private:
    Reply ask_once(const std::string& method, const std::string& path, const std::string& body = "") const;

    ScratchFolder folder_;
    std::vector<std::string> more_;
    bool has_disk_;
    std::unique_ptr<HookletProcess> agent_;
    FaultPlan* plan_ = nullptr;
    int deaths_ = 0;
};

}  // namespace hooklet::testing
