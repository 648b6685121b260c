// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// The private containerd of one root: configured, started, supervised and ended by hooklet.
///
/// It is a child in a session of its own and gets SIGTERM when hooklet's main thread ends, however that
/// happens; containers and their shims live on then, and the next containerd of the same root finds them.
/// Everything it has is below the root, except: sockets of shims in /run/containerd/s and libcni's cache in
/// /var/lib/cni (both hard-wired), the bridge, and iptables rules of the CNI plugins.
class Containerd {
  public:
    struct Options {
        std::string root;  ///< Absolute, without links.
        std::string_view pause_image_name;
        std::string_view pause_image_tar;
        /// Told what a person should know of the supervision, one line at a time.
        std::function<void(std::string)> log;
    };

    Containerd(Executor executor, Clock* clock, Options options);
    Containerd(const Containerd&) = delete;
    Containerd& operator=(const Containerd&) = delete;
    ~Containerd();

    /// Where it serves CRI, as make_cri_runtime takes it; known before the start.
    [[nodiscard]] std::string endpoint() const;
    /// A folder for make_cri_runtime().
    [[nodiscard]] std::string exec_folder() const;
    /// What images are unpacked into; known after the start.
    [[nodiscard]] std::string snapshotter() const;

    /// Lets containerd come up while others work; start() tells whether it could. Not needed before start().
    void begin();
    /// Returns when containers can be run: it is started, ready, and has the pause image. `runtime` is the
    /// CRI adapter on endpoint(). Fails with not_found when something is not installed, naming all of it;
    /// with invalid when the root's path is too long; with unavailable and containerd's last words when it
    /// ended again and again. After a failure nothing is left behind, except containers of an earlier agent,
    /// which live on.
    Task<Status> start(cri::ContainerRuntime* runtime, Call call);

    /// Ends every container, then containerd, and removes from the machine what they have left. Images and
    /// other state below the root stay. Before the runtime's own stop().
    Task<void> stop();
    /// Ends containerd only; containers live on, for the next agent of this root.
    Task<void> leave();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

namespace containerd {
/// How long to wait before the next start after `failures` (from 1) quick ends in a row: 100 ms doubling to
/// 10 s.
Duration restart_delay(unsigned failures);
/// How often a start that comes to nothing is tried, with those delays in between.
inline constexpr unsigned start_attempts = 5;
/// A containerd that ran for this long counts as having worked.
inline constexpr Duration worked_after = std::chrono::seconds{30};
}  // namespace containerd

}  // namespace hooklet
