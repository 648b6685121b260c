// SPDX-License-Identifier: Apache-2.0
#include "base/gate.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace hooklet {

void Gate::spawn(Task<void> task) {
    ++running_;
    asio::co_spawn(executor_, std::move(task), [this](std::exception_ptr error) {
        if (error) std::terminate();
        if (--running_ == 0 && idle_) idle_->set({});
    });
}

Task<void> Gate::close() {
    if (running_ == 0) co_return;
    idle_.emplace();
    co_await idle_->get();
}

}  // namespace hooklet
