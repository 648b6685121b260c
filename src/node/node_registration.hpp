// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "base/signal.hpp"
#include "node/api_ports.hpp"
#include "node/node_object.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hooklet {

/// Keeps this machine's Node and Lease in the API: one look every ten seconds, which renews the lease; the
/// status is written when it has changed, and every five minutes.
class NodeRegistration {
  public:
    /// How the machine is now.
    using Look = std::function<Task<NodeHealth>(CancelToken cancel)>;
    /// Told the Node's own events.
    using Tell = std::function<void(const event::Text&)>;

    NodeRegistration(ApiPorts ports, NodeSheet sheet, Look look, Tell tell_event);

    void start() { gate_.spawn(loop()); }
    /// There is reason to look now.
    void changed() { changed_.notify(); }
    Task<void> stop();

    /// One look. Fails when the API did not take all of it; then the next one makes up for it.
    Task<Status> beat();

    /// The Node's uid; empty as long as it is not registered.
    [[nodiscard]] const std::string& uid() const { return uid_; }

    static constexpr Duration period = std::chrono::seconds{10};
    static constexpr Duration status_period = std::chrono::minutes{5};

  private:
    Task<void> loop();
    Task<Status> write_status(NodeHealth health);
    Task<Result<api::Node>> find_or_create();
    /// Puts missing or changed labels on the Node.
    Task<Result<api::Node>> with_labels(api::Node node);
    Task<Status> renew_lease();
    [[nodiscard]] Call api_call() const;
    [[nodiscard]] ApiPath node_path(std::string subresource = {}) const;

    ApiPorts ports_;
    NodeSheet sheet_;
    Look look_;
    Tell tell_event_;
    std::optional<NodeHealth> health_;   // as told last
    std::optional<NodeHealth> written_;  // as in the API
    MonotonicTime written_at_;
    std::string uid_;
    Signal changed_;
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
