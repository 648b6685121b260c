// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_dialer.hpp"
#include "api/types.hpp"
#include "app/node_pages.hpp"
#include "app/object_proxies.hpp"
#include "app/pod_logs.hpp"
#include "ports/api.hpp"
#include "server/pod_streams.hpp"
#include "streams/stream_proxy.hpp"

#include <string>

namespace hooklet::app {

/// Logs and streams of the Pods of this machine, and its own pages: finds the container that a request means,
/// and hands over to room `streams`.
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
    /// The first directory holds what a node's page of logs shows, the second one those of Pods.
    NodePodStreams(Ports ports, std::string log_directory, const std::string& pod_log_directory);

    Task<void> serve(HttpExchange* exchange, server::PodStreamRequest request) override;
    /// What of the node can be asked, once it is there.
    void show(NodeFace face) { pages_.show(std::move(face)); }

  private:
    Task<void> log(HttpExchange* exchange, api::Pod pod);
    Task<void> command(HttpExchange* exchange, api::Pod pod, bool attach);
    Task<void> port_forward(HttpExchange* exchange, api::Pod pod);

    Ports ports_;
    AsioDialer dialer_;
    PodLogs logs_;
    NodePages pages_;
    StreamProxy proxy_;
    ObjectProxies object_proxies_;
};

}  // namespace hooklet::app
