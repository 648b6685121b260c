// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/config.hpp"
#include "adapters/posix/process_table.hpp"
#include "base/gate.hpp"
#include "integration/engine/engine_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

namespace hooklet::testing {
namespace {

using namespace std::chrono_literals;
using cri::ContainerState;

TEST_F(EngineTest, SandboxContainerExecStopRemove) {
    const auto id = start_container({"/bin/sh", "-c", "while :; do /bin/sleep 1; done"});
    const auto status = run(runtime->container_status(id, soon()));
    ASSERT_TRUE(status) << status.error().text();
    EXPECT_EQ(status->state, ContainerState::running);
    EXPECT_EQ(status->pod_sandbox_id, sandbox);
    const auto begin = clock.now();
    const auto exec =
        run(runtime->exec_sync({id, {"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}}, soon()));
    ASSERT_TRUE(exec) << exec.error().text();
    std::cout << "exec_sync " << (clock.now() - begin) / 1ms << " ms\n";
    EXPECT_EQ(exec->stdout_, "out\n");
    EXPECT_EQ(exec->stderr_, "err\n");
    EXPECT_EQ(exec->exit_code, 3);
    const auto stopped = run(runtime->stop_container(id, 0s, soon()));
    EXPECT_TRUE(stopped) << stopped.error().text();
    EXPECT_EQ(exit_of(id).status->exit_code, 137);
    EXPECT_TRUE(run(runtime->remove_container(id, soon())));
    EXPECT_TRUE(run(runtime->stop_pod_sandbox(sandbox, soon())));
    EXPECT_TRUE(run(runtime->remove_pod_sandbox(sandbox, soon())));
    EXPECT_EQ(exits_noticed(), 1);
}

/// Pids of processes whose argv holds the word.
std::vector<pid_t> processes_with(const std::string& word) {
    std::vector<pid_t> found;
    for (const ProcessEntry& entry : process_table()) {
        if (std::ranges::count(process_arguments(entry.pid), word) > 0) found.push_back(entry.pid);
    }
    return found;
}

/// How often each thread of this process has given up the CPU by itself.
std::map<std::string, long> wake_ups() {
    std::map<std::string, long> counts;
    constexpr std::string_view key = "voluntary_ctxt_switches:";
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream status(task.path() / "status");
        std::string name;
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("Name:")) name = line.substr(6);
            if (line.starts_with(key)) {
                counts[name + " " + task.path().filename().string()] = std::stol(line.substr(key.size()));
            }
        }
    }
    return counts;
}

Task<void> expect_exec(cri::CriRuntime* runtime, cri::ExecSyncRequest request, Call call, bool* done) {
    const auto result = co_await runtime->exec_sync(std::move(request), std::move(call));
    EXPECT_TRUE(result && result->exit_code == 0);
    *done = true;
}

Task<void> expect_stop(cri::CriRuntime* runtime, std::string id, Call call, bool* done) {
    const auto stopped = co_await runtime->stop_container(std::move(id), 20s, std::move(call));
    EXPECT_TRUE(stopped);
    *done = true;
}

TEST_F(EngineTest, ExitIsNoticedByItself) {
    // The container tells in its log when it ends.
    const auto id = start_container({"/bin/sh", "-c", "/bin/sleep 1; exit 7"});
    const auto event = exit_of(id);
    ASSERT_TRUE(event.status);
    EXPECT_EQ(event.status->exit_code, 7);
    EXPECT_EQ(event.status->state, ContainerState::exited);
    EXPECT_EQ(event.pod_sandbox_id, sandbox);
    const auto finished = event.status->finished_at;
    const auto seen_ago = clock.now() - event.seen_at;
    std::cout << "engine's finished_at to event " << (clock.wall() - finished) / 1us
              << " us, of which pidfd to event " << seen_ago / 1us << " us\n";
    EXPECT_EQ(exits_noticed(), 1);
}

TEST_F(EngineTest, ExitDuringOrBeforeTheWatchIsNotLost) {
    for (int i = 0; i < 5; ++i) {
        const auto id = start_container({"/bin/sh", "-c", "exit 4"});
        const auto event = exit_of(id);
        ASSERT_TRUE(event.status);
        EXPECT_EQ(event.status->exit_code, 4);
    }
    EXPECT_EQ(exits_noticed(), 5);
}

TEST_F(EngineTest, AnotherAgentIsToldOfTheExit) {
    const auto id = start_container({"/bin/sleep", "1000"});
    auto other = cri::make_cri_runtime(loop.get_executor(), &clock, engine->endpoint());
    ASSERT_TRUE(other);
    int told = 0;
    // The engine's own events, where it has them, come with a status.
    (*other)->on_event([&](const cri::ContainerEvent& event) {
        const bool noticed = event.type == cri::ContainerEventType::stopped && !event.status;
        told += event.container_id == id && noticed ? 1 : 0;
    });
    EXPECT_TRUE(run((*other)->watch_container(id, soon())));
    EXPECT_TRUE(run((*other)->watch_container(id, soon())));
    const auto missing = run((*other)->watch_container("no-such", soon()));
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_TRUE(run(runtime->stop_container(id, 0s, soon())));
    exit_of(id);
    (void)run(sleep_until(&clock, within(100ms)));
    EXPECT_EQ(told, 1);
    run((*other)->stop());
}

TEST_F(EngineTest, ExecOverItsDeadlineTakesItsProcessesWithIt) {
    const auto id = start_container({"/bin/sh", "-c", "/bin/sleep 7777 & while :; do /bin/sleep 1; done"});
    // Children in the background, one of them in a session of its own, and one that has lost its parent.
    const std::string script =
        "/bin/sleep 8888 & /bin/setsid /bin/sleep 8888 & (/bin/sleep 8888 &) ; /bin/sleep 8888";
    const auto begin = clock.now();
    const auto exec = run(runtime->exec_sync({id, {"/bin/sh", "-c", script}}, within(1s)));
    std::cout << "deadline of 1000 ms, ended after " << (clock.now() - begin) / 1ms << " ms\n";
    ASSERT_FALSE(exec);
    EXPECT_EQ(exec.error().code, Code::deadline);
    EXPECT_TRUE(processes_with("8888").empty());
    EXPECT_EQ(processes_with("7777").size(), 1);
    const auto status = run(runtime->container_status(id, soon()));
    EXPECT_EQ(status->state, ContainerState::running);
}

TEST_F(EngineTest, CommandThatEndsButLeavesItsOutputOpenIsEndedAtTheDeadline) {
    const auto id = start_container({"/bin/sleep", "1000"});
    const auto begin = clock.now();
    const auto exec =
        run(runtime->exec_sync({id, {"/bin/sh", "-c", "/bin/sleep 8889 & exit 0"}}, within(1s)));
    std::cout << "ended after " << (clock.now() - begin) / 1ms << " ms\n";
    ASSERT_FALSE(exec);
    EXPECT_EQ(exec.error().code, Code::deadline);
    EXPECT_TRUE(processes_with("8889").empty());
}

TEST_F(EngineTest, CancelledExecSparesAnother) {
    const auto id = start_container({"/bin/sleep", "1000"});
    CancelSource cancel;
    const Timer timer = clock.at(clock.now() + 500ms, [&] { cancel.cancel({Code::cancelled, "enough"}); });
    bool other_done = false;
    Gate gate(loop.get_executor());
    gate.spawn(expect_exec(runtime.get(), {id, {"/bin/sleep", "2"}}, soon(), &other_done));
    const auto exec = run(runtime->exec_sync({id, {"/bin/sh", "-c", "/bin/sleep 8890; /bin/sleep 8890"}},
                                             clock.call_within(20s, cancel.token())));
    ASSERT_FALSE(exec);
    EXPECT_EQ(exec.error().code, Code::cancelled);
    EXPECT_EQ(exec.error().message, "enough");
    EXPECT_TRUE(processes_with("8890").empty());
    EXPECT_FALSE(other_done);
    run(gate.close());
    EXPECT_TRUE(other_done);
}

TEST_F(EngineTest, AnExecOverItsDeadlineSparesOneThatHasReplacedItsCommand) {
    const auto id = start_container({"/bin/sleep", "1000"});
    bool other_done = false;
    Gate gate(loop.get_executor());
    gate.spawn(expect_exec(runtime.get(), {id, {"/bin/sh", "-c", "exec /bin/sleep 3"}}, soon(), &other_done));
    const auto exec = run(runtime->exec_sync({id, {"/bin/sleep", "8891"}}, within(1s)));
    EXPECT_EQ(exec.error().code, Code::deadline);
    EXPECT_TRUE(processes_with("8891").empty());
    EXPECT_FALSE(other_done);
    run(gate.close());
    EXPECT_TRUE(other_done);
}

TEST_F(EngineTest, SecondStopWithoutGraceKillsAtOnce) {
    const auto id = start_container({"/bin/sh", "-c", "trap '' TERM; while :; do /bin/sleep 1; done"});
    (void)run(sleep_until(&clock, within(200ms)));
    bool first_done = false;
    Gate gate(loop.get_executor());
    gate.spawn(expect_stop(runtime.get(), id, soon(), &first_done));
    (void)run(sleep_until(&clock, within(500ms)));
    EXPECT_FALSE(first_done);
    const auto begin = clock.now();
    EXPECT_TRUE(run(runtime->stop_container(id, 0s, soon())));
    exit_of(id);
    std::cout << "second stop took " << (clock.now() - begin) / 1ms << " ms\n";
    EXPECT_LT(clock.now() - begin, 10s);
    run(gate.close());
}

TEST_F(EngineTest, ContainersOutliveContainerd) {
    const auto id = start_container({"/bin/sh", "-c", "/bin/sleep 3; exit 5"});
    const auto servers = processes_with(root + "/run/containerd/config.toml");
    ASSERT_EQ(servers.size(), 1);
    ASSERT_TRUE(signal_process(*process_entry(servers.front()), SIGKILL));
    const auto gone = run(runtime->container_status(id, within(50ms)));
    EXPECT_FALSE(gone);
    const auto event = exit_of(id);
    ASSERT_TRUE(event.status);
    EXPECT_EQ(event.status->exit_code, 5);
    EXPECT_EQ(exits_noticed(), 1);
}

TEST_F(EngineTest, ContainersOutliveTheAgent) {
    const auto id = start_container({"/bin/sh", "-c", "/bin/sleep 3; exit 6"});
    run(engine->leave());
    run(runtime->stop());
    ASSERT_NO_FATAL_FAILURE(make_engine());
    const auto status = run(runtime->container_status(id, soon()));
    ASSERT_TRUE(status) << status.error().text();
    EXPECT_EQ(status->pod_sandbox_id, sandbox);
    EXPECT_TRUE(run(runtime->watch_container(id, soon())));
    const auto event = exit_of(id);
    ASSERT_TRUE(event.status);
    EXPECT_EQ(event.status->exit_code, 6);
}

TEST_F(EngineTest, ACommandWithANameOutlivesTheAgentAndTheEngine) {
    const auto id = start_container({"/bin/sleep", "1000"});
    const auto leave_behind = [&](const std::string& name, const std::string& script) {
        CancelSource agent;
        const Timer timer = clock.at(clock.now() + 500ms, [&] { agent.cancel({Code::cancelled, "gone"}); });
        const cri::ExecSyncRequest request{id, {"/bin/sh", "-c", script}, 0, name, agent.token()};
        const auto left = run(runtime->exec_sync(request, clock.call_within(20s, agent.token())));
        EXPECT_EQ(left.error().message, "gone");
    };
    leave_behind("long", "echo begin; /bin/sleep 4; echo end; exit 7");
    leave_behind("endless", "/bin/sleep 8892 & /bin/sleep 8892");
    run(engine->leave());
    run(runtime->stop());
    ASSERT_NO_FATAL_FAILURE(make_engine());

    const auto await = [&](const std::string& name, Duration limit) {
        const cri::AwaitExecRequest request{{id, name}, {}};
        return run(runtime->await_exec(request, within(limit)));
    };
    EXPECT_EQ(processes_with("8892").size(), 2);
    EXPECT_EQ(await("endless", 1s).error().code, Code::deadline);
    EXPECT_TRUE(processes_with("8892").empty());
    const auto ended = await("long", 20s);
    ASSERT_TRUE(ended) << ended.error().text();
    EXPECT_EQ(ended->exit_code, 7);
    EXPECT_TRUE(ended->stdout_.ends_with("end\n")) << ended->stdout_;
    EXPECT_EQ(await("long", 20s).error().code, Code::not_found) << "its result was given";
    EXPECT_EQ(await("never", 20s).error().code, Code::not_found);
}

TEST_F(EngineTest, ACommandWhoseShimIsSlowIsStillThere) {
    const auto id = start_container({"/bin/sleep", "1000"});
    CancelSource agent;
    const Timer timer = clock.at(clock.now() + 500ms, [&] { agent.cancel({Code::cancelled, "gone"}); });
    const cri::ExecSyncRequest left{id, {"/bin/sleep", "5"}, 0, "slow", agent.token()};
    EXPECT_FALSE(run(runtime->exec_sync(left, clock.call_within(20s, agent.token()))));

    const cri::AwaitExecRequest request{id, "slow", {}};
    const auto shims = containerd::shims_of(containerd::Layout{root}.socket(), process_table());
    ASSERT_EQ(shims.size(), 1U);
    ::kill(shims.front().process.pid, SIGSTOP);
    const auto unknown = run(runtime->await_exec(request, within(60s)));
    ::kill(shims.front().process.pid, SIGCONT);
    EXPECT_EQ(unknown.error().code, Code::unavailable) << "to be asked again";
    const auto ended = run(runtime->await_exec(request, within(60s)));
    ASSERT_TRUE(ended) << ended.error().text();
    EXPECT_EQ(ended->exit_code, 0);
}

TEST_F(EngineTest, OrphansInTheHostsPidNamespaceOutliveTheEngine) {
    pid_namespace = cri::NamespaceMode::node;
    (void)start_container({"/bin/sh", "-c", "(/bin/sleep 8894 &); exec /bin/sleep 1000"});
    for (int tries = 0; processes_with("8894").empty() && tries < 100; ++tries)
        (void)run(sleep_until(&clock, within(50ms)));
    run(engine->leave());
    run(runtime->stop());
    ASSERT_NO_FATAL_FAILURE(make_engine());
    EXPECT_EQ(processes_with("8894").size(), 1) << "a child of the shim that no exec has begun";
}

TEST_F(EngineTest, ACommandWithANameSaysAsMuchAsAnother) {
    const auto id = start_container({"/bin/sleep", "1000"});
    const auto exec = [&](const std::string& name, std::vector<std::string> command, Duration limit) {
        const cri::ExecSyncRequest request{id, std::move(command), 0, name, {}};
        return run(runtime->exec_sync(request, within(limit)));
    };
    const auto said = exec("a", {"/bin/sh", "-c", "echo out; echo err >&2; exit 5"}, 20s);
    ASSERT_TRUE(said) << said.error().text();
    EXPECT_EQ(said->stdout_, "out\n");
    EXPECT_EQ(said->stderr_, "err\n");
    EXPECT_EQ(said->exit_code, 5);
    const auto missing = exec("b", {"/no/such"}, 20s);
    const auto missing_by_cri = run(runtime->exec_sync({id, {"/no/such"}}, soon()));
    EXPECT_TRUE(missing.error().message.contains("failed to start exec")) << missing.error().message;
    EXPECT_TRUE(missing.error().message.contains("no such file or directory")) << missing.error().message;
    EXPECT_EQ(missing.error().code, missing_by_cri.error().code) << missing_by_cri.error().message;
    const auto much =
        exec("c", {"/bin/sh", "-c", "/bin/busybox yes 123456789012345 | head -c 10000000"}, 30s);
    ASSERT_TRUE(much) << much.error().text();
    EXPECT_GE(much->stdout_.size(), 2 * 128 * 1024);
    EXPECT_LE(much->stdout_.size(), 3 * 128 * 1024);
    EXPECT_EQ(exec("d", {"/bin/sh", "-c", "/bin/sleep 8893 &"}, 1s).error().code, Code::deadline);
    EXPECT_TRUE(processes_with("8893").empty());
    EXPECT_EQ(exec("e", {"/bin/sleep", "8894"}, 1ms).error().code, Code::deadline);
    (void)run(sleep_until(&clock, within(500ms)));
    EXPECT_TRUE(processes_with("8894").empty()) << "also what began after its end";
    EXPECT_TRUE(std::filesystem::is_empty(engine->exec_folder()));
}

TEST_F(EngineTest, LargeOutput) {
    const auto id = start_container({"/bin/sleep", "1000"});
    const auto exec = run(runtime->exec_sync(
        {id, {"/bin/sh", "-c", "/bin/busybox yes 123456789012345 | /bin/busybox head -c 10000000"}}, soon()));
    ASSERT_TRUE(exec) << exec.error().text();
    EXPECT_EQ(exec->stdout_.size(), 10'000'000);
}

TEST_F(EngineTest, HostPortIsServedAndForgotten) {
    auto config = sandbox_config("web");
    config.port_mappings.push_back({cri::Protocol::tcp, 80, 18080, ""});
    const auto made = run(runtime->run_pod_sandbox(config, soon()));
    ASSERT_TRUE(made) << made.error().text();
    const auto status = run(runtime->pod_sandbox_status(*made, soon()));
    ASSERT_TRUE(status);
    ASSERT_EQ(status->ips.size(), 1);
    EXPECT_TRUE(status->ips[0].starts_with("10.")) << status->ips[0];
    // Left to the engine's stop.
}

TEST_F(EngineTest, SandboxesRunWithTheHandlerThatTheyName) {
    auto config = sandbox_config("handled");
    config.runtime_handler = "runc";
    ASSERT_TRUE(run(runtime->run_pod_sandbox(config, soon())));
    config = sandbox_config("unhandled");
    config.runtime_handler = "kata";
    const auto made = run(runtime->run_pod_sandbox(config, soon()));
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().text().find("no runtime for \"kata\" is configured"), std::string::npos)
        << made.error().text();
}

TEST_F(EngineTest, NamesOfArchivesWithReferenceNames) {
    const auto import = [&](const std::string& path) {
        const containerd::ImportTarget target{engine->endpoint(), runtime.get(), ""};
        return run(containerd::import_image(loop.get_executor(), &clock, target, path, soon()));
    };
    // The tests' image again, with other names in it.
    const auto rename = [&](const std::string& file, const std::string& edit) {
        const std::string command = "rm -rf " + folder.path("x") + " && mkdir " + folder.path("x") +
                                    " && cd " + folder.path("x") + " && tar xf " HOOKLET_ENGINE_IMAGE " && " +
                                    edit + " && tar cf " + folder.path(file) + " *";
        return std::system(command.c_str());
    };
    const auto only_ref = [](const std::string& ref) {
        return "rm manifest.json && sed -i -e s,io.containerd.image.name,other, -e "
               "'s,name\":\"1\",name\":\"" +
               ref + "\",' index.json";
    };
    const std::string familiar = "sed -i s,hooklet.dev/test/engine:1,busy:";
    ASSERT_EQ(rename("short.tar", only_ref("7")), 0);
    EXPECT_EQ(*import(folder.path("short.tar")), std::vector<std::string>{"docker.io/library/short:7"});
    ASSERT_EQ(rename("full.tar", only_ref("example.org/a/b:2")), 0);
    EXPECT_EQ(*import(folder.path("full.tar")), std::vector<std::string>{"example.org/a/b:2"});
    ASSERT_EQ(rename("familiar.tar", "rm manifest.json && " + familiar + "4, index.json"), 0);
    EXPECT_EQ(*import(folder.path("familiar.tar")), std::vector<std::string>{"docker.io/library/busy:4"});
    ASSERT_EQ(rename("docker.tar", "rm index.json oci-layout && " + familiar + "3, manifest.json"), 0);
    EXPECT_EQ(*import(folder.path("docker.tar")), std::vector<std::string>{"docker.io/library/busy:3"});
    EXPECT_EQ(import(folder.path("no-such.tar")).error().code, Code::not_found);
    EXPECT_EQ(import("/proc/self/exe").error().code, Code::invalid);
}

TEST_F(EngineTest, IdleEngineConnectionDoesNotWakeUp) {
    start_container({"/bin/sleep", "1000"});
    (void)run(sleep_until(&clock, within(1s)));
    const auto before_wait = wake_ups();
    // The loop's own way of waiting, without the short naps of run_one_for.
    bool over = false;
    const Timer end = clock.at(clock.now() + 5s, [&] { over = true; });
    loop.restart();
    while (!over) loop.run_one();
    long sum = 0;
    for (const auto& [thread, count] : wake_ups()) {
        const auto known = before_wait.find(thread);
        const long more = count - (known == before_wait.end() ? 0 : known->second);
        sum += more;
        if (more > 0) std::cout << thread << ": " << more << " wake-ups in 5 s\n";
    }
    EXPECT_LE(sum, 2) << "the end of the wait is one";
}

}  // namespace
}  // namespace hooklet::testing
