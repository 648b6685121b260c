// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <cassert>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hooklet {

/// A value that one coroutine awaits and callbacks provide. The first `set` wins; later ones are ignored.
/// Copies share the value, so a callback that outlives the awaiting coroutine is harmless.
/// Belongs to the loop's thread; other threads post to the loop first.
template <class T>
class Promise {
  public:
    Promise() : state_(std::make_shared<State>()) {}

    /// Returns false when a value was there already.
    bool set(T value) const {
        if (state_->done) return false;
        state_->done = true;
        if (state_->waiter) {
            // Resumed from the loop, never from inside the caller.
            auto waiter = std::exchange(state_->waiter, nullptr);
            waiter(std::move(value));
        } else {
            state_->value.emplace(std::move(value));
        }
        return true;
    }

    [[nodiscard]] bool is_set() const { return state_->done; }

    /// Waits for the value. At most one coroutine may wait, once. The task may outlive this copy.
    Task<T> get() const { return wait(state_); }

  private:
    struct State {
        bool done = false;
        std::optional<T> value;
        std::move_only_function<void(T)> waiter;
    };

    static Task<T> wait(std::shared_ptr<State> state) {
        if (state->value) co_return std::move(*state->value);
        auto start = [state](auto handler) {
            assert(!state->waiter);
            state->waiter = [h = std::move(handler)](T v) mutable {
                auto executor = asio::get_associated_executor(h);
                asio::post(executor, [h = std::move(h), v = std::move(v)]() mutable { h(std::move(v)); });
            };
        };
        co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(start,
                                                                                        asio::use_awaitable);
    }

    std::shared_ptr<State> state_;
};

}  // namespace hooklet
