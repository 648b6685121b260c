// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/beast_network.hpp"
#include "adapters/containerd/containerd.hpp"
#include "adapters/cri/cri_runtime.hpp"
#include "adapters/posix/lock_file.hpp"
#include "adapters/posix/orphan_reaper.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/sqlite/sqlite_journal.hpp"
#include "app/agent.hpp"
#include "app/paths.hpp"
#include "pods/pod_manager.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::app {

/// What every agent stands on: a root that is its own, the journal in it, an engine that answers, and the
/// network. Parts are members in the order in which they are made: each may use those above it, and none
/// below it. They end in the reverse order.
class Machine {
  public:
    Machine(HostPorts host, cli::SessionOptions options);

    /// Makes all parts but the network, and lets the engine start. When it fails, close() ends those that
    /// there are; so with ready().
    Status begin();
    /// Waits until the engine can be used.
    Task<Status> ready(CancelToken cancel);
    /// After everything that uses the parts has ended.
    Task<void> close(cli::Containers left);

    /// What the agent's Pods work with, and what is the same for all of them; `objects` outlives them.
    PodPorts pod_ports(ObjectSource* objects);
    [[nodiscard]] PodSettings pod_settings() const;

    HostPorts& host() { return host_; }
    [[nodiscard]] const Paths& paths() const { return paths_; }
    FileSystem& files() { return files_; }
    Journal& journal() { return *journal_; }
    JournalStore& journal_store() { return *store_; }
    cri::ContainerRuntime& runtime() { return *runtime_; }
    /// Includes everything that was recorded before the call.
    Task<Result<JournalContents>> read_journal(JournalQuery query);
    /// Forgets Pods that have long been gone, so that the journal does not grow for ever.
    Task<void> trim_journal();
    /// Puts the images of an OCI or Docker archive into the engine and returns their names.
    Task<Result<std::vector<std::string>>> import_image(std::string path);
    void tell(std::string_view line) const;

  private:
    Status take_root();
    Status open_journal();
    Status make_runtime();
    Task<Status> reach_engine(CancelToken cancel);
    /// Whether the engine has Pods, of whichever agent.
    Task<bool> has_pods();
    [[nodiscard]] std::string cgroup_root() const { return "/hooklet-" + short_id(paths_); }

    HostPorts host_;
    cli::SessionOptions options_;
    Paths paths_;
    PosixFileSystem files_;
    std::optional<LockFile> lock_;          // before anything below the root is touched
    bool shared_ = false;                   // the root is a running agent's: only its engine is used
    std::unique_ptr<SqliteJournal> store_;  // its thread works until stop()
    std::optional<Journal> journal_;        // writes to the store in the background
    std::optional<OrphanReaper> reaper_;    // the engine's shims, only with --runtime auto
    std::unique_ptr<Containerd> engine_;    // only with --runtime auto
    std::unique_ptr<cri::CriRuntime> runtime_;
    std::string runtime_name_;
    std::optional<BeastNetwork> network_;  // hooks' connections to containers
};

}  // namespace hooklet::app
