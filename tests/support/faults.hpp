// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "support/history.hpp"
#include "support/sim_random.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace hooklet::sim {

/// How often what goes wrong, as probabilities from 0 to 1; the first four are per port call.
struct Faults {
    double error = 0;        ///< The call fails and has no effect.
    double delay = 0;        ///< The call takes up to `longest_delay` more, before or after its effect.
    double lost_answer = 0;  ///< The call takes effect, but the caller sees `unavailable`.
    double hang = 0;         ///< There is no answer, whether it took effect or not. Engine and network only.
    double duplicate_event = 0;  ///< An engine event comes twice.
    double late_event = 0;       ///< An engine event comes up to `longest_delay` later.
    double lost_event = 0;       ///< An engine event never comes.
    Duration longest_delay = std::chrono::seconds{5};
    /// Nothing goes wrong from here on (virtual time since the beginning).
    Duration stop_after = Duration::max();
};

/// `refusal` is an error of the other side's own, which is only ever forced.
enum class Fault { none, error, refusal, delay, lost_answer, hang };

/// What is going to go wrong with one call.
struct CallFate {
    std::optional<Error> error;
    Duration delay_before{};
    Duration delay_after{};
    bool lost_answer = false;
    bool crash = false;  ///< The agent dies with the call's effect.
};

/// Where the agent dies: at the `call`-th call of a port, counted from 1.
struct CrashPoint {
    enum class Moment {
        before,  ///< The call has no effect.
        after,   ///< It has, but nobody hears of it.
        later    ///< Half a second later: a call that takes long is in the middle of it.
    };
    std::uint64_t call = 0;
    Moment moment = Moment::before;
};

/// How often which calls were made, and how often what went wrong with them: by site (`event` for the
/// engine's events), then by kind: `call`, `error`, `delay`, `lost-answer`, `hang`, `down`, `lost-event`,
/// `duplicate-event`, `late-event`.
using FaultCounts = std::map<std::string, std::map<std::string, std::uint64_t>>;

struct EventFate {
    int copies = 1;  ///< 0: lost
    Duration late{};
};

/// Decides at every port call whether something goes wrong, by seed or as told. Call sites are named
/// `start_container`, `http_get`, `fs.write_file`, `journal.add_step`, ...
class FaultInjector {
  public:
    FaultInjector(Faults faults, SimRandom random, SimClock* clock, History* history)
        : faults_(faults), random_(random), clock_(clock), history_(history) {}

    [[nodiscard]] CallFate decide(const std::string& site);
    [[nodiscard]] EventFate decide_event();

    /// The next undecided call at `site` gets this fault, whatever the probabilities say. Calls queue up:
    /// `force(s, none)` lets one call pass.
    void force(const std::string& site, Fault fault) { forced_[site].push_back(fault); }
    /// Keeps random faults away from calls whose name begins with this.
    void spare(std::string site_prefix) { spared_.push_back(std::move(site_prefix)); }
    void set(Faults faults) { faults_ = faults; }
    /// The engine is down for so long: its calls fail at once, its events are lost; containers live on.
    void take_engine_down(Duration length) { engine_down_until_ = clock_->now() + length; }
    [[nodiscard]] const Faults& faults() const { return faults_; }
    /// What has gone wrong so far.
    [[nodiscard]] const FaultCounts& counts() const { return counts_; }
    [[nodiscard]] bool active() const { return clock_->elapsed() < faults_.stop_after; }

    /// From now on the agent is as good as dead: its calls fail and have no effect, writes that have not
    /// returned are lost.
    void sever() { severed_ = true; }
    void reconnect() { severed_ = false; }
    /// The agent dies there; once.
    void crash_at(CrashPoint point) { crash_point_ = point; }
    /// Calls so far that are worth dying at: those that change something, and those that wait for a command.
    [[nodiscard]] std::uint64_t crash_points() const { return crash_points_; }
    [[nodiscard]] bool severed() const { return severed_; }
    static Error severed_error() { return {Code::unavailable, "the agent has crashed", nullptr}; }

    [[nodiscard]] std::uint64_t state_hash() const { return random_.state_hash(); }

  private:
    void count_crash_point(const std::string& site, CallFate& fate);
    [[nodiscard]] bool engine_is_down() const { return clock_->now() < engine_down_until_; }
    [[nodiscard]] bool is_spared(const std::string& site) const;
    [[nodiscard]] Fault draw(const std::string& site);
    [[nodiscard]] Error draw_error();

    Faults faults_;
    SimRandom random_;
    SimClock* clock_;
    History* history_;
    std::map<std::string, std::deque<Fault>> forced_;
    std::vector<std::string> spared_;
    FaultCounts counts_;
    MonotonicTime engine_down_until_{};
    bool severed_ = false;
    std::optional<CrashPoint> crash_point_;
    std::uint64_t crash_points_ = 0;
    Timer crash_;
};

}  // namespace hooklet::sim
