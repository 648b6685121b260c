// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "informer/control_loop.hpp"
#include "informer/informer.hpp"
#include "informer/reflector.hpp"

#include <map>

namespace hooklet {

/// How many events are kept, and for how long.
struct EventLimits {
    Duration age = std::chrono::hours{1};  ///< Since they were written last; what an API server keeps them.
    std::size_t number = 5000;             ///< The newest.
};

/// Removes events that are old, and the oldest of too many. It looks at them one by one: a list of thousands
/// would take more memory than all else.
class EventExpirer : Reflector::Sink {
  public:
    EventExpirer(Api* api, Clock* clock, const Executor& executor, EventLimits limits = {});

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    void replace(std::vector<api::Node> /*objects*/) override {}  // it never lists
    void put(api::Node object) override;
    void erase(api::Node object) override;

    /// When each was written last.
    using Written = std::map<ObjectName, MonotonicTime>;

    /// Those that are to go by now.
    [[nodiscard]] Written old() const;
    /// Unless it will anyway by then.
    void look_again(MonotonicTime by);
    Task<Status> remove_old(CancelToken cancel);

    Api* api_;
    Clock* clock_;
    EventLimits limits_;
    Written written_;
    MonotonicTime next_look_ = MonotonicTime::max();
    bool listening_ = false;
    Reflector events_;
    ControlLoop loop_;
};

}  // namespace hooklet
