// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/gate.hpp"
#include "node/api_ports.hpp"
#include "node/event_correlator.hpp"

#include <deque>
#include <functional>
#include <string>

namespace hooklet {

/// `spec.containers{app}`, `spec.initContainers{db}` or `spec.ephemeralContainers{shell}`; empty for the Pod.
std::string field_path_of(const api::PodSpec& spec, const std::string& container);

/// The event as an object of the API (core/v1 Event), from the kubelet of this node.
api::Node event_object(const EventSeries& series, const std::string& node_name);

/// Brings events to the API, those of one object in order, again until that has worked or nobody would read
/// them any more.
class EventSink {
  public:
    /// Whether nothing can be said yet of the object with this uid.
    using TooEarly = std::function<bool(const std::string& uid)>;
    EventSink(
        ApiPorts ports, std::string node_name, TooEarly too_early = [](const std::string&) { return false; });

    /// Something has happened now. Returns at once.
    void record(const InvolvedObject& object, const event::Text& text);
    /// It may no longer be too early for what waits.
    void go_on();
    /// Interrupts what is under way; what has not been sent is lost.
    Task<void> stop();

    /// So many wait to be sent; beyond, what is not of the lifecycle goes first.
    static constexpr std::size_t queue_limit = 1000;

  private:
    struct Pending {
        EventSeries series;
        bool is_new = false;  ///< The object has not been made yet.
    };
    void enqueue(EventSeries series);
    Task<void> run();
    Task<void> send(Pending pending);
    Task<Status> create(EventSeries series);
    Task<Status> count(EventSeries series);
    [[nodiscard]] Call api_call() const;

    ApiPorts ports_;
    std::string node_name_;
    TooEarly too_early_;
    EventCorrelator correlator_;
    std::deque<Pending> queue_;
    bool sending_ = false;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
