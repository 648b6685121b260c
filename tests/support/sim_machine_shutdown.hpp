// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/machine_shutdown.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace hooklet::sim {

/// An init system that goes down when it is told to. Fails on a second watch and on a release of what is not
/// held.
class SimMachineShutdown final : public MachineShutdown {
  public:
    Task<Status> watch(Listener listener, CancelToken cancel) override {
        if (watched_) throw std::logic_error("it is watched already");
        ++watches;
        if (!there) co_return fail(Code::unavailable, "there is no logind");
        watched_.emplace();
        listener_ = std::move(listener);
        held = true;
        listener_.holding(longest);
        const Promise<Status> end = *watched_;
        const CancelRegistration on_cancel =
            cancel.on_cancel([end, cancel] { end.set(std::unexpected(cancel.reason())); });
        const Status ended = co_await end.get();
        watched_.reset();
        held = false;
        co_return ended;
    }
    void let_go() override {
        if (!std::exchange(held, false)) throw std::logic_error("nothing is held");
    }

    void begin() { listener_.shutdown(true); }
    void call_off() {
        held = true;
        listener_.shutdown(false);
    }
    /// The init system is started anew.
    void lose() { watched_->set(fail(Code::unavailable, "the connection is gone")); }

    bool there = true;
    Duration longest = std::chrono::minutes{5};
    bool held = false;
    int watches = 0;

  private:
    std::optional<Promise<Status>> watched_;
    Listener listener_;
};

}  // namespace hooklet::sim
