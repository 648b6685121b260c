// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "support/sim_clock.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace hooklet::sim {

/// Why a run of the loop came back.
enum class RunEnd {
    reached,   ///< The condition holds.
    limit,     ///< The virtual time limit came first.
    deadlock,  ///< Nothing is ready and no timer is set, so nothing can ever happen again.
    livelock,  ///< Handlers keep each other busy without any time passing.
};
std::string_view name(RunEnd end);

/// The agent's one loop on virtual time: runs what is ready, then jumps to the next timer.
class SimLoop {
  public:
    [[nodiscard]] Executor executor() { return context_.get_executor(); }
    [[nodiscard]] SimClock& clock() { return clock_; }
    [[nodiscard]] const SimClock& clock() const { return clock_; }

    /// Runs until `condition` holds (looked at whenever nothing is ready), for at most `limit` of virtual
    /// time.
    [[nodiscard]] RunEnd run_until(const std::function<bool()>& condition,
                                   Duration limit = std::chrono::hours{1});
    /// Lets exactly this much virtual time pass. False on a livelock.
    bool run_for(Duration length);
    /// Runs until nothing is ready and no timer is set; false when `limit` comes first.
    bool run_until_idle(Duration limit = std::chrono::hours{24});

    /// Runs a coroutine to its end and returns its value. Throws std::runtime_error when it doesn't end
    /// within `limit` of virtual time, naming why.
    template <class T>
    T run(Task<T> task, Duration limit = std::chrono::hours{24}) {
        using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
        // Shared: a coroutine given up on may still end while the loop goes on.
        auto value = std::make_shared<std::optional<Value>>();
        if constexpr (std::is_void_v<T>) {
            asio::co_spawn(context_, std::move(task), [value](std::exception_ptr error) {
                if (error) std::rethrow_exception(error);
                value->emplace();
            });
        } else {
            asio::co_spawn(context_, std::move(task), [value](std::exception_ptr error, T got) {
                if (error) std::rethrow_exception(error);
                value->emplace(std::move(got));
            });
        }
        const RunEnd end = run_until([value] { return value->has_value(); }, limit);
        if (end != RunEnd::reached) throw std::runtime_error("task did not end: " + std::string(name(end)));
        if constexpr (!std::is_void_v<T>) return std::move(**value);
    }

  private:
    /// Runs everything that is ready; false on a livelock.
    bool drain();

    SimClock clock_;
    asio::io_context context_{1};
};

}  // namespace hooklet::sim
