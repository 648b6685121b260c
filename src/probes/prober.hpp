// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"
#include "ports/network.hpp"

#include <string>

namespace hooklet {

/// The container that is probed.
struct ProbeTarget {
    api::Container container;  ///< For port names and for the literal environment.
    std::string container_id;
    std::string
        host;  ///< Where network probes go unless they say: the Pod's IP, or the node's on its network.
};

/// What one probing came to.
struct ProbeReport {
    enum class Verdict {
        success,
        warning,  ///< Counts as success: a redirect that is not followed.
        failure,
        error,  ///< The prober itself failed, which says nothing of the container.
    };
    Verdict verdict = Verdict::success;
    std::string output;  ///< In a kubelet's words (lifecycle spec 5.4); a command's own output.
    [[nodiscard]] bool ok() const { return verdict == Verdict::success || verdict == Verdict::warning; }
    bool operator==(const ProbeReport&) const = default;
};

/// Probes containers once.
class Prober {
  public:
    struct Ports {
        Clock* clock = nullptr;
        cri::ContainerRuntime* runtime = nullptr;
        Network* network = nullptr;
    };
    explicit Prober(Ports ports) : ports_(ports) {}

    /// Probes within timeoutSeconds; again, up to three times in all, when the prober itself fails. A command
    /// that is still running at the end is ended with every process it started. The report of a cancelled
    /// probing says nothing. Differs from a kubelet in that a gRPC server which refuses connections fails the
    /// probe at once, not when the time is up; and that the time for a body counts like that for the headers.
    Task<ProbeReport> probe(api::Probe probe, ProbeTarget target, CancelToken cancel) const;

  private:
    Task<ProbeReport> attempt(api::Probe probe, ProbeTarget target, Call call) const;
    Task<ProbeReport> exec(std::vector<std::string> command, std::string container_id, Duration timeout,
                           Call call) const;
    Task<ProbeReport> http_get(api::HTTPGetAction action, ProbeTarget target, Call call) const;
    Task<ProbeReport> tcp_socket(api::TCPSocketAction action, ProbeTarget target, Call call) const;
    Task<ProbeReport> grpc(api::GRPCAction action, std::string host, Duration timeout, Call call) const;

    Ports ports_;
};

}  // namespace hooklet
