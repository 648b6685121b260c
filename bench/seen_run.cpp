// SPDX-License-Identifier: Apache-2.0
#include "bench/seen_run.hpp"

#include "adapters/cri/cri_runtime.hpp"
#include "bench/bench_pod.hpp"

#include <exception>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::bench {

namespace {

constexpr const char* all_pods = "/api/v1/namespaces/default/pods";

/// Reads events until one of them has the text.
Task<void> wait_for(Connection* watch, std::string text) {
    bool seen = false;
    while (!seen) {
        const std::string event = co_await watch->line();
        seen = event.contains(text);
    }
}

}  // namespace

Task<void> SeenRun::see(int number) {
    const std::string name = fmt::format("sleeper-{}", number);
    Connection client(executor_, root_ + "/run/api.sock");
    Connection watch(executor_, root_ + "/run/api.sock");
    co_await watch.open(fmt::format("{}?watch=true&fieldSelector=metadata.name%3D{}", all_pods, name));
    const MonotonicTime asked = clock_->now();
    const std::string manifest = sleeping_pod(number);
    co_await client.done("POST", all_pods, manifest);
    times_.answered.add(clock_->now() - asked);
    const std::string running = R"("phase":"Running")";
    co_await wait_for(&watch, running);
    times_.seen.add(clock_->now() - asked);
    const std::string target = fmt::format("{}/{}?gracePeriodSeconds=1", all_pods, name);
    co_await client.done("DELETE", target);
    const std::string deleted = R"({"type":"DELETED")";
    co_await wait_for(&watch, deleted);
}

Task<Status> SeenRun::alternate(Floor* floor, int samples) {
    for (int i = -2; i < samples; ++i) {
        if (i == 0) {  // caches are warm
            floor->reset();
            times_ = {};
        }
        const auto pod = make_pod(fmt::format("floor-{}", i + 2), *clock_, *random_);
        if (!pod) co_return std::unexpected(pod.error());
        const Status lived = co_await floor->run(*pod);
        if (!lived) co_return wrap("the floor", lived.error());
        (void)co_await sleep_until(clock_, clock_->call_within(settle_time));
        co_await see(i + 2);
        (void)co_await sleep_until(clock_, clock_->call_within(settle_time));
    }
    co_return Status{};
}

Task<Result<SeenRun::Times>> SeenRun::measure(int samples) {
    auto runtime =
        cri::make_cri_runtime(executor_, clock_, "unix://" + root_ + "/run/containerd/containerd.sock");
    if (!runtime) co_return std::unexpected(runtime.error());
    Floor floor(runtime->get(), clock_, root_ + "-floor", true);
    Status done;
    try {
        done = co_await alternate(&floor, samples);
    } catch (const std::exception& error) {
        done = fail(Code::internal, error.what());
    }
    co_await (*runtime)->stop();
    const Status left = floor.tidy();
    if (!done) co_return std::unexpected(done.error());
    if (!left) co_return std::unexpected(left.error());
    times_.floor = floor.times().whole_start;
    co_return times_;
}

}  // namespace hooklet::bench
