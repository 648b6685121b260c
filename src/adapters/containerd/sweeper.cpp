// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/sweeper.hpp"

#include "adapters/containerd/preflight.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/process.hpp"
#include "ports/retry.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hooklet::containerd {

namespace {

using namespace std::chrono_literals;

constexpr Duration command_limit = 10s;
constexpr Duration known_limit = 60s;
constexpr Duration known_interval = 200ms;
constexpr Duration ended_limit = 10min;
constexpr Duration ended_interval = 2s;

/// The machine's rules of the table nat; empty when they can't be read.
Task<std::string> saved_rules(SweepTools tools) {
    const auto save = with_path(tools.search_path, {"iptables-save", "-t", "nat"});
    const Call call = tools.clock->call_within(command_limit);
    const auto saved = co_await run_command(tools.executor, tools.clock, save, call);
    co_return saved ? saved->out : std::string();
}

}  // namespace

Task<void> forget_networks(SweepTools tools, std::vector<std::string> names) {
    const std::string forget = forget_networks(co_await saved_rules(tools), names);
    const std::string script = tools.layout.run() + "/iptables";
    if (forget.empty() || !PosixFileSystem().write_file(script, forget, 0600)) co_return;
    const auto restore = with_path(tools.search_path, {"iptables-restore", "-w", "5", "--noflush", script});
    const Call call = tools.clock->call_within(command_limit);
    const auto done = co_await run_command(tools.executor, tools.clock, restore, call);
    if (done && !done->exit.ok()) tools.log("iptables-restore: " + done->err);
}

Task<bool> Sweeper::sweep() {
    const Call call = tools_.clock->call_within(known_limit, tools_.stop);
    rules_ = owners_of_rules(co_await saved_rules(tools_), bridge_name(tools_.layout.root));
    while (true) {
        const auto known = co_await ask(call);
        if (known) co_return co_await remove_unknown(*known);
        const bool in_time = co_await wait_to_retry(tools_.clock, known_interval, call);
        if (!in_time) co_return true;
    }
}

Task<void> Sweeper::sweep_later() {
    const MonotonicTime limit = tools_.clock->now() + ended_limit;
    while (tools_.clock->now() < limit) {
        const Call pause = tools_.clock->call_within(ended_interval, tools_.stop);
        (void)co_await sleep_until(tools_.clock, pause);
        if (tools_.stop.cancelled()) co_return;
        const auto known = co_await ask(tools_.clock->call_within(command_limit, tools_.stop));
        if (!known) continue;
        const bool all = co_await remove_unknown(*known);
        if (all) co_return;
    }
}

Task<Result<Sweeper::Known>> Sweeper::ask(Call call) {
    const cri::Filter all;
    const auto sandboxes = co_await tools_.runtime->list_pod_sandbox(all, call);
    if (!sandboxes) co_return std::unexpected(sandboxes.error());
    const auto containers = co_await tools_.runtime->list_containers(all, call);
    if (!containers) co_return std::unexpected(containers.error());
    Known known;
    for (const cri::PodSandbox& sandbox : *sandboxes) {
        known.ids.insert(sandbox.id);
        if (sandbox.state == cri::PodSandboxState::ready) known.ready.insert(sandbox.id);
    }
    for (const cri::Container& container : *containers) known.ids.insert(container.id);
    co_return known;
}

Task<bool> Sweeper::remove_unknown(Known known) {
    std::set<std::string> gone = left_.remove(known.ids);
    std::ranges::set_difference(rules_, known.ids, std::inserter(gone, gone.end()));
    std::erase_if(rules_, [&gone](const std::string& id) { return gone.contains(id); });
    const std::string bridge = bridge_name(tools_.layout.root);
    std::vector<std::string> names;
    for (const std::string& id : gone) {
        tools_.log("removed what an engine that ended too early left of " + id);
        // As the plugins write it behind the network's name.
        names.push_back(bridge + "\\\" id: \\\"" + id);
    }
    if (!names.empty()) co_await forget_networks(tools_, std::move(names));
    rules_.merge(left_.owners());
    co_return std::ranges::includes(known.ready, rules_);
}

}  // namespace hooklet::containerd
