// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {
Task<int> version(Environment* env) {
    env->out(fmt::format("hooklet {}\n", HOOKLET_VERSION));
    co_return exit_ok;
}
}  // namespace

void add_version(CLI::App& app, Verb& chosen) {
    app.add_subcommand("version", "Print the version")->callback([&chosen] { chosen = version; });
}

}  // namespace hooklet::cli
