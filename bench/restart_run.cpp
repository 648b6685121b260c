// SPDX-License-Identifier: Apache-2.0
#include "bench/restart_run.hpp"

#include "bench/api/connection.hpp"
#include "bench/bench_pod.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>

namespace hooklet::bench {

namespace {

constexpr Duration command_limit = std::chrono::minutes{6};
constexpr Duration serve_limit = std::chrono::minutes{1};
constexpr Duration look_often = std::chrono::milliseconds{2};
constexpr Duration settled = std::chrono::seconds{3};

std::string all_of(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> words_of(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), {}};
}

Task<bool> api_answers(Executor executor, std::string socket_path) {
    try {
        Connection connection(executor, socket_path);
        const Connection::Answer answer = co_await connection.ask("GET", "/readyz");
        co_return answer.status == 200;
    } catch (const boost::system::system_error&) {
        co_return false;  // nobody listens yet
    }
}

}  // namespace

Task<Result<std::string>> RestartRun::hooklet(std::string args) {
    std::vector<std::string> argv{program_, "--root", root_};
    std::istringstream words(args);
    for (std::string word; words >> word;) argv.push_back(word);
    const auto output = co_await run_command(executor_, clock_, argv, clock_->call_within(command_limit));
    if (!output) co_return std::unexpected(output.error());
    if (!output->exit.ok()) co_return fail(Code::internal, output->err + output->out);
    co_return output->out;
}

Task<Result<Child>> RestartRun::start_agent(AgentLoad& load) {
    const MonotonicTime begun = clock_->now();
    const std::string printed = root_ + ".out";
    const UniqueFd out(::open(printed.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    SpawnOptions options;
    options.argv = {program_, "--root", root_, "agent", "--listen", "127.0.0.1:0"};
    options.argv.insert(options.argv.end(), {"--eviction-hard", "", "--image-gc-high-threshold", "100"});
    options.stdout_fd = out.get();
    options.stderr_fd = out.get();
    options.ends_with_parent = true;
    Result<Child> child = Child::spawn(executor_, options);
    if (!child) co_return child;
    load.answers = {};
    while (!all_of(printed).contains("KUBECONFIG=")) {
        if (load.answers == Duration{}) {
            const bool answers = co_await api_answers(executor_, root_ + "/run/api.sock");
            if (answers) load.answers = clock_->now() - begun;
        }
        if (clock_->now() > begun + serve_limit)
            co_return fail(Code::deadline, "the agent does not serve: " + all_of(printed));
        (void)co_await sleep_until(clock_, clock_->call_within(look_often));
    }
    load.start = clock_->now() - begun;
    if (load.answers == Duration{}) load.answers = load.start;
    co_return child;
}

Task<Status> RestartRun::end_agent(Child agent) {
    agent.signal(SIGTERM);
    const auto ended = co_await agent.wait(clock_, clock_->call_within(command_limit));
    if (!ended) co_return wrap("the end of hooklet agent", ended.error());
    co_return Status{};
}

Task<Status> RestartRun::start_pods(int pods, AgentLoad& load) {
    const std::string manifest = fmt::format("{}-{}.json", root_, pods);
    std::ofstream(manifest) << sleeping_pods(pods);
    const MonotonicTime begun = clock_->now();
    const auto applied = co_await hooklet("apply -f " + manifest);
    if (!applied) co_return std::unexpected(applied.error());
    const auto ready = co_await hooklet("wait pods --all --for condition=Ready --timeout 5m");
    load.all_running = clock_->now() - begun;
    co_return ready ? Status{} : std::unexpected(ready.error());
}

Task<Result<AgentLoad>> RestartRun::measure_two(int pods, SeenRun* seen, int samples) {
    AgentLoad load;
    const auto first = co_await start_agent(load);
    if (!first) co_return std::unexpected(first.error());
    const auto times = co_await seen->measure(samples);
    Status started;
    if (times) {
        load.seen = *times;
        started = co_await start_pods(pods, load);
    } else {
        started = std::unexpected(times.error());
    }
    load.agent = memory_of({first->pid()});
    const auto before = co_await containers();
    const Status ended = co_await end_agent(*first);
    if (!started) co_return std::unexpected(started.error());
    if (!before) co_return std::unexpected(before.error());
    if (!ended) co_return std::unexpected(ended.error());

    const auto second = co_await start_agent(load);
    if (!second) co_return std::unexpected(second.error());
    (void)co_await sleep_until(clock_, clock_->call_within(settled));
    const auto after = co_await containers();
    const auto removed = co_await hooklet("delete pods --all --grace-period 1");
    const Status over = co_await end_agent(*second);
    if (!after) co_return std::unexpected(after.error());
    if (!removed) co_return std::unexpected(removed.error());
    for (const std::string& id : *before) load.touched += after->contains(id) ? 0 : 1;
    load.touched += std::max(0, pods - static_cast<int>(before->size()));
    if (!over) co_return std::unexpected(over.error());
    co_return load;
}

Task<Result<std::set<std::string>>> RestartRun::containers() {
    const auto printed =
        co_await hooklet("get pods -o jsonpath={.items[*].status.containerStatuses[*].containerID}");
    if (!printed) co_return std::unexpected(printed.error());
    co_return words_of(*printed);
}

Task<Result<AgentLoad>> RestartRun::measure(std::string archive, int pods, SeenRun* seen, int samples) {
    const auto loaded = co_await hooklet("image load " + archive);
    if (!loaded) co_return std::unexpected(loaded.error());
    Result<AgentLoad> load = co_await measure_two(pods, seen, samples);
    // Ends the engine, which the agents leave alone.
    const auto swept = co_await hooklet("image list");
    if (load && !swept) co_return std::unexpected(swept.error());
    co_return load;
}

}  // namespace hooklet::bench
