// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/gate.hpp"
#include "base/signal.hpp"
#include "informer/reflector.hpp"
#include "node/api_ports.hpp"
#include "node/status_writer.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace hooklet {

/// The object that shows a static Pod in the API (lifecycle spec 7.6). `node_uid` may be empty.
api::Node mirror_of(const api::Pod& pod, const std::string& node_uid);

/// Shows this node's static Pods in the API: an object each, which follows its Pod and never leads it. A
/// mirror that somebody deletes comes back; one without its Pod goes. Fed by a Reflector of the node's Pods,
/// of which it sees the mirrors only.
class MirrorPods final : public Reflector::Sink {
  public:
    /// `node_uid`: the Node's uid, empty as long as it is not known.
    MirrorPods(ApiPorts ports, StatusWriter* statuses, std::function<std::string()> node_uid);

    void replace(std::vector<api::Node> pods) override;
    void put(api::Node pod) override;
    void erase(api::Node pod) override;

    /// A static Pod runs, or its status is another one.
    void on_status(const api::Pod& pod);
    /// Nothing is left of a static Pod.
    void on_gone(const api::Pod& pod);

    void start() { gate_.spawn(loop()); }
    Task<void> stop();

  private:
    struct Mirror {
        std::string uid;
        std::string hash;  ///< Of the Pod that it shows.
        bool deleted = false;
    };
    struct Place {
        std::optional<api::Pod> pod;
        std::optional<Mirror> mirror;
        MonotonicTime not_before{};  ///< The next mirror.
    };
    using Name = std::pair<std::string, std::string>;  // namespace, name

    void see(const api::Node& pod);
    void show_status(const Place& place);
    Task<void> loop();
    /// One request for each place that is not as it should be.
    Task<Status> settle();
    Task<Status> settle_one(Name name);
    [[nodiscard]] Call api_call() const;

    ApiPorts ports_;
    StatusWriter* statuses_;
    std::function<std::string()> node_uid_;
    bool synced_ = false;
    std::map<Name, Place> places_;
    Signal changed_;
    Timer return_;  ///< Of the mirror that was deleted last.
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
