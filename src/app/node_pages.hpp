// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "app/pod_logs.hpp"
#include "node/stats_reporter.hpp"
#include "ports/api.hpp"
#include "server/pod_streams.hpp"
#include "server/request_path.hpp"

#include <string>

namespace hooklet::app {

/// What a node can tell of itself.
struct NodeFace {
    StatsReporter* stats = nullptr;  ///< Outlives all requests.
    api::Node configuration{};       ///< As KubeletConfiguration of kubelet.config.k8s.io/v1beta1.
};

/// What a kubelet answers over HTTP, for `nodes/proxy`: its Pods, their logs, what they use, its settings,
/// and the machine's logs. All names of nodes mean this one.
class NodePages {
  public:
    /// All outlive it.
    struct Ports {
        Clock* clock = nullptr;
        Api* api = nullptr;
        FileSystem* files = nullptr;
    };
    /// `log_directory` is what `/logs/` shows.
    NodePages(Ports ports, PodLogs* logs, std::string log_directory)
        : ports_(ports), logs_(logs), log_directory_(std::move(log_directory)) {}

    /// The node is there. Before, what it uses and its settings are 503.
    void show(NodeFace face) { face_ = std::move(face); }
    Task<void> serve(HttpExchange* exchange, server::PodStreamRequest request);

  private:
    Task<void> serve_page(HttpExchange* exchange, std::string node, server::RequestPath asked, Call call);
    Task<HttpReply> reply(std::string node, server::RequestPath asked, Call call);
    Task<HttpReply> pod_list(std::string node, Call call);
    Task<HttpReply> summary(bool disks, Call call);
    Task<HttpReply> metrics(Call call);
    Task<void> container_log(HttpExchange* exchange, server::RequestPath asked, Call call);

    Ports ports_;
    PodLogs* logs_;
    std::string log_directory_;
    NodeFace face_;
};

}  // namespace hooklet::app
