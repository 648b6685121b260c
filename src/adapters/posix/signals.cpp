// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/signals.hpp"

#include <csignal>
#include <utility>

#include <boost/asio/signal_set.hpp>

namespace hooklet {

struct TerminationSignals::State : std::enable_shared_from_this<State> {
    State(const Executor& executor, std::function<void(int)> on_signal)
        : signals(executor, SIGINT, SIGTERM), listener(std::move(on_signal)) {}

    void wait() {
        signals.async_wait([self = shared_from_this()](const boost::system::error_code& error, int number) {
            if (error || self->withdrawn) return;
            self->wait();
            self->listener(number);
        });
    }

    asio::signal_set signals;
    std::function<void(int)> listener;
    bool withdrawn = false;
};

TerminationSignals::TerminationSignals(const Executor& executor, std::function<void(int)> listener)
    : state_(std::make_shared<State>(executor, std::move(listener))) {
    state_->wait();
}

TerminationSignals::~TerminationSignals() {
    state_->withdrawn = true;
    boost::system::error_code ignored;
    state_->signals.clear(ignored);
    state_->signals.cancel(ignored);
}

}  // namespace hooklet
