// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/back_off.hpp"
#include "cli/session.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet::cli {

/// What a person chose about the daemon.
struct AgentOptions {
    SessionOptions session;
    std::string listen = "127.0.0.1:6443";       ///< Address and port of the API over TLS; port 0: any.
    std::string node_name;                       ///< Empty: the host's name.
    std::string manifests;                       ///< A directory of static Pods; empty: none.
    std::optional<std::string> eviction_hard{};  ///< As the kubelet's flag; unset: its defaults.
    std::vector<std::string>
        cluster_dns;  ///< Name servers of Pods with dnsPolicy ClusterFirst; may be empty.
    std::string cluster_domain = "cluster.local";
    BackOffLimits back_off{};
    std::size_t max_parallel_image_pulls = 0;  ///< 0: no limit.
    Duration shutdown_grace{};           ///< How long the machine's shutdown waits for Pods; 0: not at all.
    Duration shutdown_grace_critical{};  ///< The part of it that critical Pods get after the others.
    int image_gc_high_threshold = 85;  ///< Per cent of their disk from which on unused images go; 100: never.
};

/// A running `hooklet agent`: the API and the node behind it. Made by Environment::serve(); close() is
/// awaited before it is destroyed.
class Daemon {
  public:
    virtual ~Daemon() = default;
    /// Where the API is: `https://127.0.0.1:6443`.
    [[nodiscard]] virtual std::string url() const = 0;
    /// The file with which kubectl reaches it as an administrator.
    [[nodiscard]] virtual std::string kubeconfig() const = 0;
    [[nodiscard]] virtual std::string node_name() const = 0;
    /// Ends the API and the node's work. Containers live on for the next agent of this root.
    virtual Task<void> close() = 0;
};

}  // namespace hooklet::cli
