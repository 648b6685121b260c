// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "informer/reflector.hpp"
#include "node/admission.hpp"
#include "node/api_ports.hpp"
#include "node/status_writer.hpp"
#include "pods/pod_manager.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hooklet {

/// Runs the Pods that the API has for this node, and tells the API what becomes of them. A Reflector of the
/// node's Pods feeds it. Mirrors of static Pods are passed over.
class ApiPods final : public Reflector::Sink {
  public:
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        PodManager* pods = nullptr;
        PodControl* control = nullptr;  ///< The same Pods.
        StatusWriter* statuses = nullptr;
        Journal* journal = nullptr;
        std::function<AdmittingNode()> node;  ///< As admission sees it now.
    };
    explicit ApiPods(Ports ports) : ports_(std::move(ports)), gate_(ports_.executor) {}

    void replace(std::vector<api::Node> pods) override;
    void put(api::Node pod) override;
    void erase(api::Node pod) override;
    /// Whether all Pods of the API are known.
    [[nodiscard]] bool synced() const { return synced_; }

    /// To be told what PodManager tells. Pods of others are ignored.
    void on_status(const api::Pod& pod);
    void on_gone(const api::Pod& pod);

    /// The Pod as the API has it; nullptr when it has none of this uid.
    [[nodiscard]] const api::Pod* find(const std::string& uid) const;
    /// Pods that have ended and whose objects are still there: their logs are kept.
    [[nodiscard]] std::vector<api::Pod> ended() const;

    Task<void> stop();

  private:
    enum class Stage {
        waiting,      ///< For what Pods that the API has no more still have, or for its turn.
        making_room,  ///< Others are ended for it.
        running,      ///< PodManager has it.
        ended,        ///< Nothing of it runs, and nothing will.
    };
    struct Entry {
        api::Pod pod;
        Stage stage = Stage::waiting;
        bool gone = false;       ///< The API has it no more.
        bool inherited = false;  ///< It ended before this agent began; what is left of it was never added.
    };

    void take(api::Pod pod);
    void settle(Entry& entry);
    void admit_or_reject(Entry& entry);
    void reject(Entry& entry, const Admission& admission);
    void start(Entry& entry);
    void forward(Entry& entry, const api::Pod& before);
    void finish_deleted(Entry& entry);
    void lose(const std::string& uid);
    /// Whether the API has it no more, while its containers still end.
    [[nodiscard]] bool is_leaving(const api::Pod& pod) const;
    void settle_waiting();
    Task<void> settle_later();
    Task<void> discard(std::string uid);
    /// Somebody else has written that the Pod has ended: then it has to.
    Task<void> end_as_told(std::string uid);
    Task<void> make_room(std::string uid, std::vector<std::string> victims);

    Ports ports_;
    bool synced_ = false;
    std::map<std::string, Entry> entries_;  // by uid
    CancelSource stopping_;
    Gate gate_;
};

}  // namespace hooklet
