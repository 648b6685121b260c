// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/back_off.hpp"
#include "events/recorder.hpp"
#include "images/image_puller.hpp"
#include "lifecycle/hook_runner.hpp"
#include "pods/leftover.hpp"
#include "pods/pod_settings.hpp"
#include "references/snapshot.hpp"
#include "status/pod_status.hpp"
#include "volumes/volumes.hpp"

#include <functional>
#include <optional>

namespace hooklet {

/// What all Pods of an agent share, besides the ports.
struct PodServices {
    HookRunner hooks;
    ImagePuller images;
    Volumes volumes;
};

/// What the parts of one Pod's worker share. Outlives them.
struct PodContext {
    PodPorts ports;
    const PodSettings* settings = nullptr;
    PodServices* services = nullptr;
    api::Pod pod;  ///< Spec and metadata as added; status as reported last.
    Recorder recorder;
    std::function<void()> changed;          ///< Something happened: the worker looks again.
    CancelToken abandon;                    ///< The agent stops: everything returns, nothing is cleaned up.
    std::function<void()> remember;         ///< What the next agent needs to know has changed.
    std::optional<PodEnd> end{};            ///< The Pod's end was asked for, and why.
    std::optional<MonotonicTime> end_by{};  ///< Set with `end`: its grace lasts until then.
    bool deleted = false;                   ///< With `end`: nothing of the Pod is to be left.
    std::optional<CgroupLimits> cgroup_limits{};  ///< The limits that the Pod's cgroup got last.
    std::uint64_t objects_version = 0;            ///< Grows when something that the Pod refers to changes.

    [[nodiscard]] Now now() const { return {ports.clock->now(), ports.clock->wall()}; }
    /// What the Pod was told in confidence is not for its records.
    void hide_secrets(const ObjectSnapshot& objects) const {
        ports.journal->hidden().add(pod.metadata.uid, objects.secret_values());
    }
    /// The engine's words without what the Pod was told in confidence.
    [[nodiscard]] std::string without_secrets(std::string text) const {
        return ports.journal->hidden().hide(pod.metadata.uid, std::move(text));
    }
    /// The engine answers, but not how something of the Pod stands: worth an event when that has failed a few
    /// times. `failures` counts those before.
    void tell_unknown(const Error& error, unsigned failures) const {
        if (error.code == Code::internal && failures == 3)
            recorder.event(event::status_unknown(error.text()));
    }
    [[nodiscard]] bool changed_since(const std::optional<std::uint64_t>& version) const {
        return version && *version != objects_version;
    }
};

/// The least that a stop is given, whatever grace was asked for.
inline constexpr Duration least_grace = std::chrono::seconds{1};
/// How long a single call to the engine may take (lifecycle spec 9.1).
inline constexpr Duration engine_call_limit = std::chrono::minutes{2};
inline constexpr Duration sandbox_call_limit = std::chrono::minutes{4};
/// How long reading all that one container or the volumes refer to may take.
inline constexpr Duration object_call_limit = std::chrono::seconds{30};
/// The pause before the next look at a record that lags behind its container's end: 50 brisk looks, then ever
/// slower ones.
inline Duration lag_delay(unsigned looks) {
    return retry_delay(looks / 50, std::chrono::milliseconds{5}, std::chrono::seconds{10});
}

}  // namespace hooklet
