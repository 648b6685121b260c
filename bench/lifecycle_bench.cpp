// SPDX-License-Identifier: Apache-2.0
#include "bench/lifecycle_bench.hpp"

#include "bench/bench_pod.hpp"
#include "bench/tables.hpp"

#include <fmt/format.h>

namespace hooklet::bench {

Status LifecycleBench::go_on() const {
    if (interrupted_) return fail(Code::cancelled, "interrupted");
    return {};
}

Task<Status> LifecycleBench::sample(Floor* floor, AgentRun* agent, bool floor_next) {
    const auto pod = make_pod(fmt::format("bench-{}", pods_made_++), *host_.clock, *host_.random);
    if (!pod) co_return std::unexpected(pod.error());
    // What the engine still does for the Pod before is nobody's.
    (void)co_await sleep_until(host_.clock, host_.clock->call_within(settle_time));
    if (floor_next) {
        const Status lowest = co_await floor->run(*pod);
        if (!lowest) co_return wrap("the floor", lowest.error());
    } else {
        const Status lived = co_await agent->run(*pod);
        if (!lived) co_return wrap("hooklet", lived.error());
    }
    co_return Status{};
}

Task<Status> LifecycleBench::alternate(Floor* floor, AgentRun* agent, int pairs) {
    for (int i = 0; i < 2 * pairs; ++i) {
        if (const Status on = go_on(); !on) co_return on;
        // Each comes first in every other pair.
        const bool floor_next = i % 4 == 0 || i % 4 == 3;
        const Status taken = co_await sample(floor, agent, floor_next);
        if (!taken) co_return taken;
    }
    co_return Status{};
}

Task<Status> LifecycleBench::kill_some(ExitRun* exits) {
    for (int i = -2; i < settings_.samples; ++i) {
        if (const Status on = go_on(); !on) co_return on;
        if (i == 0) exits->reset();  // caches are warm
        const auto sleeper = make_sleeping_pod(pods_made_++, *host_.clock, *host_.random);
        if (!sleeper) co_return std::unexpected(sleeper.error());
        (void)co_await sleep_until(host_.clock, host_.clock->call_within(settle_time));
        const Status killed = co_await exits->run(*sleeper);
        if (!killed) co_return wrap("exits", killed.error());
    }
    co_return Status{};
}

Task<Status> LifecycleBench::follow_some(CourseRun* course) {
    for (int i = -1; i < settings_.samples / 2; ++i) {
        if (const Status on = go_on(); !on) co_return on;
        if (i == 0) course->reset();
        const auto pod = make_course_pod(pods_made_++, *host_.clock, *host_.random);
        if (!pod) co_return std::unexpected(pod.error());
        (void)co_await sleep_until(host_.clock, host_.clock->call_within(settle_time));
        const Status lived = co_await course->run(*pod);
        if (!lived) co_return wrap("course", lived.error());
    }
    co_return Status{};
}

Task<Status> LifecycleBench::probe_some(cli::Session* session) {
    if (const Status on = go_on(); !on) co_return on;
    ProbeRun probes(session, host_.clock, host_.random, host_.executor, settings_.folder + "/agent");
    const Result<ProbeLoad> load = co_await probes.measure(settings_.probes);
    co_await probes.stop();
    if (!load) co_return wrap("probes", load.error());
    fmt::print("{}", probe_rows(settings_.probes, *load));
    co_return Status{};
}

Task<Status> LifecycleBench::take_samples(cli::Session* session) {
    const auto images = co_await session->import_image(archive());
    if (!images) co_return std::unexpected(images.error());
    const Call call = host_.clock->call_within(std::chrono::minutes{1});
    const auto engine = co_await session->runtime().version(call);
    if (!engine) co_return std::unexpected(engine.error());
    fmt::print("hooklet {} on {} {}\n\n", HOOKLET_VERSION, engine->runtime_name, engine->runtime_version);

    Floor floor(&session->runtime(), host_.clock, settings_.folder);
    ExitRun exits(session, host_.clock);
    Status done = co_await kill_some(&exits);
    CourseRun course(session, host_.clock);
    if (done) done = co_await follow_some(&course);
    AgentRun agent(session, host_.clock);
    if (done) done = co_await alternate(&floor, &agent, 2);  // caches warm up
    floor.reset();
    agent.reset();
    if (done) done = co_await alternate(&floor, &agent, settings_.samples);
    if (done) fmt::print("{}\n", latency_table(floor.times(), agent.times(), exits.times(), course.times()));
    if (done) done = co_await probe_some(session);
    const Status removed = floor.tidy();
    co_return done ? removed : done;
}

Task<Status> LifecycleBench::measure_latency() {
    cli::SessionOptions options;
    options.root = settings_.folder + "/agent";
    const CancelToken never;
    auto session = co_await app::open_agent(host_, options, never);
    if (!session) co_return std::unexpected(session.error());
    const Status done = co_await take_samples(session->get());
    co_await (*session)->close(cli::Containers::ended);
    co_return done;
}

Task<Status> LifecycleBench::measure_memory() {
    MemoryRun memory(host_.executor, host_.clock, settings_.program, settings_.folder + "/memory");
    const Status loaded = co_await memory.load_image(archive());
    if (!loaded) co_return loaded;
    fmt::print("{}", memory_head());
    for (const int pods : {1, settings_.pods}) {
        if (const Status on = go_on(); !on) co_return on;
        const Result<IdleLoad> load = co_await memory.measure(pods);
        if (!load) co_return std::unexpected(load.error());
        fmt::print("{}", memory_row(pods, *load));
    }
    co_return Status{};
}

Task<Status> LifecycleBench::measure_agent() {
    if (const Status on = go_on(); !on) co_return on;
    const std::string root = settings_.folder + "/daemon";
    SeenRun seen(host_.executor, host_.clock, host_.random, root);
    RestartRun restart(host_.executor, host_.clock, settings_.program, root);
    const Result<AgentLoad> load =
        co_await restart.measure(archive(), settings_.pods, &seen, settings_.samples);
    if (!load) co_return wrap("hooklet agent", load.error());
    fmt::print("{}\n{}", agent_rows(settings_.pods, *load), seen_rows(load->seen));
    co_return Status{};
}

Task<Status> LifecycleBench::run() {
    const Status measured = co_await measure_latency();
    if (!measured) co_return measured;
    const Status remembered = co_await measure_memory();
    if (!remembered) co_return remembered;
    co_return co_await measure_agent();
}

}  // namespace hooklet::bench
