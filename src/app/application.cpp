// SPDX-License-Identifier: Apache-2.0
#include "app/application.hpp"

#include "app/host_environment.hpp"
#include "cli/cli.hpp"

#include <csignal>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace hooklet::app {

int run(std::vector<std::string> args) {
    // A reader that has gone away must not end the agent in the middle of its Pods.
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context loop(1);
    HostEnvironment env(loop.get_executor());
    int code = cli::exit_failed;
    const auto done = [&](const std::exception_ptr& bug, int result) {
        if (bug) std::rethrow_exception(bug);
        code = result;
        // What is still pending then (signals, listeners) is nobody's any more.
        loop.stop();
    };
    asio::co_spawn(loop, cli::run_cli(&env, std::move(args)), done);
    loop.run();
    return code;
}

}  // namespace hooklet::app
