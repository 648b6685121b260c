// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_clock.hpp"

#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace hooklet {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

class AsioTimer final : public Timer::Handle {
  public:
    AsioTimer(const Executor& executor, MonotonicTime when, std::move_only_function<void()> callback)
        : timer_(executor, SteadyTime{when.time_since_epoch()}),
          callback_(std::make_shared<Callback>(std::move(callback))) {
        timer_.async_wait([callback = callback_](const boost::system::error_code&) {
            // Taken out first: the callback may destroy its own timer.
            if (auto call = std::exchange(*callback, nullptr)) call();
        });
    }
    AsioTimer(const AsioTimer&) = delete;
    AsioTimer& operator=(const AsioTimer&) = delete;
    /// An expiry that is queued already can no longer be cancelled, so the callback itself is withdrawn.
    ~AsioTimer() override { *callback_ = nullptr; }

  private:
    using Callback = std::move_only_function<void()>;
    asio::steady_timer timer_;
    std::shared_ptr<Callback> callback_;
};

}  // namespace

MonotonicTime AsioClock::now() const {
    return MonotonicTime{std::chrono::steady_clock::now().time_since_epoch()};
}

WallTime AsioClock::wall() const {
    return std::chrono::system_clock::now();
}

Timer AsioClock::at(MonotonicTime when, std::move_only_function<void()> callback) {
    return Timer(std::make_unique<AsioTimer>(executor_, when, std::move(callback)));
}

}  // namespace hooklet
