// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_dialer.hpp"
#include "adapters/posix/inotify_watch.hpp"
#include "api/types.hpp"
#include "app/object_proxies.hpp"
#include "ports/api.hpp"
#include "server/pod_streams.hpp"
#include "streams/log_answer.hpp"
#include "streams/log_state.hpp"
#include "streams/stream_proxy.hpp"

#include <string>

namespace hooklet::app {

/// Logs and streams of the Pods of this machine: finds the container that a request means, and hands over to
/// room `streams`.
class NodePodStreams final : public server::PodStreams {
  public:
    /// All outlive it.
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        Api* api = nullptr;
        cri::ContainerRuntime* runtime = nullptr;
        FileSystem* files = nullptr;
        Random* random = nullptr;
    };
    NodePodStreams(Ports ports, std::string log_directory);

    Task<void> serve(HttpExchange* exchange, server::PodStreamRequest request) override;

  private:
    [[nodiscard]] std::string log_path(const api::Pod& pod, const std::string& container,
                                       const LogInstance& instance) const;
    /// Path of the log of a container that has just started; empty for an older one.
    [[nodiscard]] std::string young_log(const api::Pod& pod, const std::string& container) const;
    Task<void> log(HttpExchange* exchange, api::Pod pod);
    /// The log of this run of a container, to its end; of a run that is followed, until that is over.
    Task<void> send_log(HttpExchange* exchange, api::Pod pod, LogInstance instance, LogRequest request);
    Task<void> command(HttpExchange* exchange, api::Pod pod, bool attach);
    Task<void> port_forward(HttpExchange* exchange, api::Pod pod);
    /// Cancels `ended` when the API says that this run of the container is over.
    Task<void> follow(api::Pod pod, std::string container_id, CancelSource* ended, CancelToken gone);

    Ports ports_;
    std::string log_directory_;
    AsioDialer dialer_;
    InotifyWatch watch_;
    StreamProxy proxy_;
    ObjectProxies object_proxies_;
};

}  // namespace hooklet::app
