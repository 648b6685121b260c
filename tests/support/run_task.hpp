// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace hooklet {

/// Runs the loop, on real time, until `task` has ended, and returns its value. Throws, which fails the test,
/// when the loop has nothing left to do before that, or nothing happens in it for half a minute.
template <class T>
T run(asio::io_context& loop, Task<T> task) {
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    // Shared: a coroutine given up on may still end while the loop goes on.
    const auto value = std::make_shared<std::optional<Value>>();
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(loop, std::move(task), [value](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
            value->emplace();
        });
    } else {
        asio::co_spawn(loop, std::move(task), [value](std::exception_ptr error, T got) {
            if (error) std::rethrow_exception(error);
            value->emplace(std::move(got));
        });
    }
    loop.restart();
    while (!value->has_value()) {
        if (loop.run_one_for(std::chrono::seconds{30}) == 0) throw std::runtime_error("the task never ends");
    }
    if constexpr (!std::is_void_v<T>) return std::move(**value);
}

}  // namespace hooklet
