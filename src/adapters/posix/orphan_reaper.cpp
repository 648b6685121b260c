// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/orphan_reaper.hpp"

#include "adapters/posix/process.hpp"
#include "adapters/posix/process_table.hpp"

#include <csignal>

#include <boost/asio/signal_set.hpp>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {

struct OrphanReaper::State : std::enable_shared_from_this<State> {
    explicit State(const Executor& executor) : child_ended(executor, SIGCHLD) {}

    void wait() {
        child_ended.async_wait([self = shared_from_this()](const boost::system::error_code& error, int) {
            if (error || self->withdrawn) return;
            reap();
            self->wait();
        });
    }

    static void reap() {
        for (const pid_t pid : ended_children(::getpid())) {
            if (!Child::started_here(pid)) ::waitpid(pid, nullptr, WNOHANG);
        }
    }

    asio::signal_set child_ended;
    bool withdrawn = false;
};

OrphanReaper::OrphanReaper(const Executor& executor) : state_(std::make_shared<State>(executor)) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    state_->wait();
}

OrphanReaper::~OrphanReaper() {
    State::reap();
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    state_->withdrawn = true;
    boost::system::error_code ignored;
    state_->child_ended.cancel(ignored);
}

}  // namespace hooklet
