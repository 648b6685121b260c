// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/gate.hpp"
#include "base/ids.hpp"
#include "node/api_ports.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace hooklet {

/// What pods/status is to become, given the Pod of the API and the node's word on it. Conditions and fields
/// of others stay as they are. nullopt: nothing is to be written, because it says so already, or because the
/// Pod has ended there and would come back to life.
std::optional<api::Node> next_status(const api::Node& stored, const api::PodStatus& own);

/// Brings the statuses of this node's Pods to the API: as soon as they change, the newest of each Pod, one
/// request at a time for each Pod, again until it has worked. What somebody else makes of a status stays for
/// ten seconds, as with a kubelet.
class StatusWriter {
  public:
    /// `first_settled` is called whenever owes_first() may have become false for a Pod.
    explicit StatusWriter(
        ApiPorts ports, std::function<void()> first_settled = [] {})
        : ports_(std::move(ports)), first_settled_(std::move(first_settled)), gate_(ports_.executor) {}

    /// The Pod has this status now.
    void write(const PodRef& pod, const api::PodStatus& status);
    /// The last status; once it is there, the object is removed.
    void finish(const PodRef& pod, const api::PodStatus& status);
    /// The API has the Pod like this now.
    void compare(const api::Node& pod);
    /// The object is gone: nothing more is written.
    void forget(const std::string& uid);
    /// Whether the Pod has a status, and the API has had none of it yet.
    [[nodiscard]] bool owes_first(const std::string& uid) const;

    /// Interrupts what is under way.
    Task<void> stop();

  private:
    struct Entry {
        PodRef pod;
        api::PodStatus status;
        bool remove = false;
        bool changed = false;           ///< Not written yet.
        bool busy = false;              ///< A coroutine looks after it.
        bool brought = false;           ///< The API has had one.
        std::optional<Timer> repair{};  ///< Set: another status was seen; then ours is written again.
    };
    void set(const PodRef& pod, const api::PodStatus& status, bool remove);
    void begin(Entry& entry);
    void arrived(const std::string& uid);
    Task<void> run(std::string uid);
    Task<Status> bring(PodRef pod, api::PodStatus status, bool removed);
    Task<Status> put(PodRef pod, api::PodStatus status);
    Task<Status> remove(PodRef pod);
    [[nodiscard]] Call api_call() const;

    ApiPorts ports_;
    std::function<void()> first_settled_;
    std::map<std::string, Entry> entries_;  // by uid
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
