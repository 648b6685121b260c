// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/api/connection.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace hooklet::bench {

/// Clients of an API server, on a loop of their own; each call returns when all of it has been answered.
/// Everything that goes wrong is thrown.
class ApiLoad {
  public:
    using Time = std::chrono::steady_clock::time_point;
    explicit ApiLoad(std::string socket) : socket_(std::move(socket)) {}

    /// What Pods need around them.
    void prepare();
    /// Requests a second, by `clients` at once. Pods are `pod-0` and so on.
    double create_pods(int count, int clients);
    double write_statuses(int pods, int count, int clients);
    double read_pods(int pods, int count, int clients);

    struct Listing {
        double ms = 0;  ///< The median, from the request to the last byte.
        std::size_t bytes = 0;
    };
    /// `query` begins with `?`.
    Listing list(const std::string& query);

    /// How long something took from the request of a write on.
    struct Delay {
        double median_ms = 0;
        double p99_ms = 0;
    };
    struct FanOut {
        double events = 0;  ///< That all watchers together got in a second.
        Delay answered;     ///< Until the writer had its answer.
        Delay seen;         ///< Until a watcher had the event.
    };
    /// As many status writes by one client after the other, `rate` a second at most, 0: as fast as it can.
    FanOut fan_out(int watchers, int writes, double rate);

  private:
    struct Watching;
    Executor executor() { return loop_.get_executor(); }
    void run();
    double rate(int count, int clients, const std::function<Task<void>(int client)>& worker);
    Task<void> creator(int from, int count, int step);
    Task<void> status_writer(int pods, int from, int count, int step);
    Task<void> reader(int pods, int from, int count, int step);
    Task<void> lister(std::string target, std::vector<double>* times, std::size_t* bytes);
    Task<void> watcher(Watching* watching);
    Task<void> paced_writer(Watching* watching, int watchers, double rate);
    Task<void> find_revision();

    std::string socket_;
    asio::io_context loop_{1};
    int writes_ = 0;
    std::string revision_;  ///< Of the store, when watches begin.
};

}  // namespace hooklet::bench
