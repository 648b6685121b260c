// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sim_clock.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::sim {

enum class Kind {
    sandbox_created,
    sandbox_stopped,
    sandbox_removed,
    container_created,  ///< code: attempt
    container_started,
    start_unanswered,  ///< It started, but the caller was not told.
    start_failed,      ///< detail: the error
    term,              ///< detail: the stop signal
    kill,              ///< detail: `stop timeout`, `stop now`, `stop sandbox`, `remove`, `outside`
    exited,            ///< code: exit code; detail: reason
    container_removed,
    exec_begin,     ///< detail: argv joined by spaces
    exec_end,       ///< code: exit code, or -1 when the engine's timeout ended it
    exec_detached,  ///< The caller stopped waiting; the command is killed. detail: argv
    exec_refused,   ///< No process was started. detail: argv
    http_hit,       ///< A server got a request. detail: `host:port/target`; code: status, 0 for none
    http_end,       ///< The caller has its answer, or none. detail as in http_hit
    tcp_hit,        ///< A server accepted a connection. detail: `host:port`
    net_refused,    ///< A request or connection reached no server. detail as in the hits
    image_pulled,   ///< detail: image
    fault,          ///< detail: call site and what was injected
    mark,           ///< What a test wrote: requests to stop, crashes.
    grpc_hit,       ///< A server got a health check. detail: `host:port/service`; code: as in the answer
    limited,        ///< A container got other limits as it ran. detail: the limits
};
std::string_view name(Kind kind);

/// Detail of a kill that the agent did not ask for.
inline constexpr std::string_view outside = "outside";

/// One thing that happened in the simulated world.
struct Observation {
    MonotonicTime at{};
    Kind kind = Kind::mark;
    std::string pod{};        ///< uid
    std::string container{};  ///< name
    std::string id{};         ///< of the container, or of the sandbox
    std::string detail{};
    std::int32_t code = 0;
    std::uint64_t operation = 0;  ///< The same for all observations of one exec.
};

/// Everything observable, in the order in which it happened.
class History {
  public:
    explicit History(const SimClock* clock) : clock_(clock) {}
    /// Stamps the time.
    void add(Observation observation);
    /// Told of each observation as it is made; one listener.
    void listen(std::function<void(const Observation&)> listener) { listener_ = std::move(listener); }
    void mark(std::string pod, std::string detail) {
        add({.kind = Kind::mark, .pod = std::move(pod), .detail = std::move(detail)});
    }

    [[nodiscard]] const std::vector<Observation>& all() const { return all_; }
    [[nodiscard]] std::vector<Observation> of(Kind kind) const;
    [[nodiscard]] std::size_t count(Kind kind) const { return of(kind).size(); }
    /// Digest of everything so far; equal for equal runs.
    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    /// A table for people, with times in seconds since the beginning.
    void print(std::ostream& out) const;
    [[nodiscard]] std::string text() const;

  private:
    void mix(std::string_view bytes);
    void mix(std::uint64_t number);

    const SimClock* clock_;
    MonotonicTime beginning_ = clock_->now();
    std::vector<Observation> all_;
    std::function<void(const Observation&)> listener_;
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;
};

}  // namespace hooklet::sim
