// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/inotify_watch.hpp"
#include "api/types.hpp"
#include "ports/api.hpp"
#include "ports/clock.hpp"
#include "ports/file_system.hpp"
#include "ports/http_server.hpp"
#include "streams/log_options.hpp"
#include "streams/log_state.hpp"

#include <string>

namespace hooklet::app {

/// The logs of the containers of this machine's Pods, as answers.
class PodLogs {
  public:
    /// All outlive it.
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        Api* api = nullptr;
        FileSystem* files = nullptr;
    };
    /// `directory` holds the logs of all Pods.
    PodLogs(Ports ports, std::string directory);

    /// The log of this run of the container that the options name. Returns when it has ended or the client
    /// has gone.
    Task<void> answer(HttpExchange* exchange, api::Pod pod, LogOptions options, LogInstance instance);
    /// Path of the log of a container that has just started; empty for an older one.
    [[nodiscard]] std::string young(const api::Pod& pod, const std::string& container) const;

  private:
    [[nodiscard]] std::string path_of(const api::Pod& pod, const std::string& container,
                                      const LogInstance& instance) const;
    /// Cancels `ended` when the API says that this run of the container is over.
    Task<void> follow(api::Pod pod, std::string container_id, CancelSource* ended, CancelToken gone);

    Ports ports_;
    std::string directory_;
    InotifyWatch watch_;
};

}  // namespace hooklet::app
