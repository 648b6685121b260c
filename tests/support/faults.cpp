// SPDX-License-Identifier: Apache-2.0
#include "support/faults.hpp"

#include <algorithm>
#include <set>

namespace hooklet::sim {

namespace {

/// Longer than any call may take.
constexpr Duration forever = std::chrono::hours{24};

/// Not files or the journal: those are called without a deadline.
bool goes_out(const std::string& site) {
    return site.find('.') == std::string::npos;
}

/// Engines give up a pull that makes no progress.
bool may_hang(const std::string& site) {
    return goes_out(site) && site != "pull_image";
}

/// Calls that only look something up leave nothing that a crash could damage.
bool only_looks(const std::string& site) {
    static const std::set<std::string> all{"list_containers",  "list_pod_sandbox",
                                           "container_status", "pod_sandbox_status",
                                           "image_status",     "status",
                                           "version",          "list_images",
                                           "image_fs_info",    "list_container_stats",
                                           "watch_container",  "journal.read",
                                           "journal.recall",   "fs.type_of",
                                           "fs.real_path",     "fs.size_of",
                                           "fs.read_tail",     "fs.open",
                                           "fs.list_directory"};
    return all.contains(site) || site.starts_with("api.get") || site.starts_with("api.list") ||
           site.starts_with("api.watch") || site.starts_with("api.next") || site.find("leases") != site.npos;
}

const Error refusal{Code::internal, "injected failure", nullptr};

bool is_of_engine(const std::string& site) {
    return goes_out(site) && site != "http_get" && site != "tcp_connect";
}

}  // namespace

bool FaultInjector::is_spared(const std::string& site) const {
    return std::ranges::any_of(spared_, [&site](const std::string& p) { return site.starts_with(p); });
}

Fault FaultInjector::draw(const std::string& site) {
    if (const auto forced = forced_.find(site); forced != forced_.end() && !forced->second.empty()) {
        const Fault fault = forced->second.front();
        forced->second.pop_front();
        return fault;
    }
    if (!active() || is_spared(site)) return Fault::none;
    if (random_.chance(faults_.error)) return Fault::error;
    if (random_.chance(faults_.lost_answer)) return Fault::lost_answer;
    if (random_.chance(faults_.delay)) return Fault::delay;
    if (may_hang(site) && random_.chance(faults_.hang)) return Fault::hang;
    return Fault::none;
}

Error FaultInjector::draw_error() {
    switch (random_.below(3)) {
        case 0:
            return {Code::unavailable, "connection error: injected", nullptr};
        case 1:
            return {Code::deadline, "context deadline exceeded", nullptr};
        default:
            return refusal;
    }
}

void FaultInjector::count_crash_point(const std::string& site, CallFate& fate) {
    if (only_looks(site) || ++crash_points_ != crash_point_.value_or(CrashPoint{}).call) return;
    history_->add({.kind = Kind::fault, .detail = site + ": the agent dies"});
    switch (crash_point_->moment) {
        case CrashPoint::Moment::before:
            sever();
            break;
        case CrashPoint::Moment::after:
            fate.crash = true;
            break;
        case CrashPoint::Moment::later:
            crash_ = clock_->after(std::chrono::milliseconds{500}, [this] { sever(); });
            break;
    }
}

CallFate FaultInjector::decide(const std::string& site) {
    CallFate fate;
    count_crash_point(site, fate);
    auto& counts = counts_[site];
    ++counts["call"];
    if (engine_is_down() && is_of_engine(site)) {
        ++counts["down"];
        fate.error = Error{Code::unavailable, "connection refused: the engine is down", nullptr};
        return fate;
    }
    const Fault fault = draw(site);
    switch (fault) {
        case Fault::none:
            return fate;
        case Fault::error:
        case Fault::refusal:
            ++counts["error"];
            fate.error = fault == Fault::error ? draw_error() : refusal;
            history_->add({.kind = Kind::fault, .detail = site + ": " + fate.error->message});
            return fate;
        case Fault::lost_answer:
            ++counts["lost-answer"];
            fate.lost_answer = true;
            history_->add({.kind = Kind::fault, .detail = site + ": lost answer"});
            return fate;
        case Fault::hang:
            ++counts["hang"];
            (random_.chance(0.5) ? fate.delay_before : fate.delay_after) = forever;
            history_->add({.kind = Kind::fault, .detail = site + ": no answer"});
            return fate;
        case Fault::delay:
            break;
    }
    ++counts["delay"];
    const Duration late = random_.between(Duration::zero(), faults_.longest_delay);
    (random_.chance(0.5) ? fate.delay_before : fate.delay_after) = late;
    history_->add({.kind = Kind::fault, .detail = site + ": delayed by " + go_duration(late)});
    return fate;
}

EventFate FaultInjector::decide_event() {
    EventFate fate;
    auto& counts = counts_["event"];
    ++counts["call"];
    if (engine_is_down()) {
        ++counts["down"];
        fate.copies = 0;
    }
    if (!active() || engine_is_down()) return fate;
    if (random_.chance(faults_.lost_event)) {
        ++counts["lost-event"];
        fate.copies = 0;
        history_->add({.kind = Kind::fault, .detail = "event: lost"});
        return fate;
    }
    if (random_.chance(faults_.duplicate_event)) {
        ++counts["duplicate-event"];
        fate.copies = 2;
    }
    if (random_.chance(faults_.late_event)) {
        ++counts["late-event"];
        fate.late = random_.between(Duration::zero(), faults_.longest_delay);
    }
    if (fate.copies > 1 || fate.late > Duration::zero()) {
        history_->add({.kind = Kind::fault, .detail = "event: late or twice"});
    }
    return fate;
}

}  // namespace hooklet::sim
