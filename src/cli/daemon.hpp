// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/session.hpp"

#include <optional>
#include <string>

namespace hooklet::cli {

/// What a person chose about the daemon.
struct AgentOptions {
    SessionOptions session;
    std::string listen = "127.0.0.1:6443";       ///< Address and port of the API over TLS; port 0: any.
    std::string node_name;                       ///< Empty: the host's name.
    std::string manifests;                       ///< A directory of static Pods; empty: none.
    std::optional<std::string> eviction_hard{};  ///< As the kubelet's flag; unset: its defaults.
    std::string cluster_dns;           ///< Name server of Pods with dnsPolicy ClusterFirst; may be empty.
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
