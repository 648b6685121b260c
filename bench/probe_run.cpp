// SPDX-License-Identifier: Apache-2.0
#include "bench/probe_run.hpp"

#include "bench/bench_pod.hpp"
#include "bench/process_load.hpp"

#include <unistd.h>

namespace hooklet::bench {

namespace {

constexpr int containers_of_a_pod = 10;
constexpr Duration start_patience = std::chrono::minutes{5};
constexpr Duration warm_up = std::chrono::seconds{3};
constexpr Duration window = std::chrono::seconds{10};
constexpr Duration probe_period = std::chrono::seconds{1};

}  // namespace

void ProbeRun::listen() {
    session_->journal().listen([this](const JournalEntry& entry) {
        const auto* step = std::get_if<LifecycleStep>(&entry);
        if (step == nullptr) return;
        running_ += step->step == StepKind::started ? 1 : 0;
        gone_ += step->step == StepKind::gone ? 1 : 0;
        progress_.notify();
    });
}

double ProbeRun::used() const {
    std::vector<pid_t> all = processes_of(::getpid(), "containerd", root_);
    for (const pid_t shim : processes_of(-1, "containerd-shim-runc-v2", root_)) all.push_back(shim);
    all.push_back(::getpid());
    return processor_seconds(all);
}

Task<Status> ProbeRun::wait_for(const int* count, int wanted) {
    bool late = false;
    const Timer limit = clock_->at(clock_->now() + start_patience, [this, &late] {
        late = true;
        progress_.notify();
    });
    while (*count < wanted && !late) co_await progress_.wait();
    if (late) co_return fail(Code::deadline, "the containers do not start, or do not end");
    co_return Status{};
}

Task<Status> ProbeRun::start(int containers, bool probed) {
    running_ = 0;
    for (int left = containers; left > 0; left -= containers_of_a_pod) {
        const auto pod = make_busy_pod(static_cast<int>(pods_.size()), std::min(left, containers_of_a_pod),
                                       probed, *clock_, *random_);
        if (!pod) co_return std::unexpected(pod.error());
        pods_.push_back(pod->metadata.uid);
        session_->pods().add(*pod);
    }
    co_return co_await wait_for(&running_, containers);
}

Task<Status> ProbeRun::end() {
    gone_ = 0;
    const int wanted = static_cast<int>(pods_.size());
    for (const std::string& uid : pods_) session_->pods().remove(uid, 1);
    pods_.clear();
    co_return co_await wait_for(&gone_, wanted);
}

Task<double> ProbeRun::load() {
    (void)co_await sleep_until(clock_, clock_->call_within(warm_up));
    calls_ = 0;
    const double before = used();
    (void)co_await sleep_until(clock_, clock_->call_within(window));
    co_return (used() - before) / std::chrono::duration<double>(window).count();
}

Task<void> ProbeRun::call_often(std::string container) {
    MonotonicTime next = clock_->now();
    while (calling_) {
        cri::ExecSyncRequest request;
        request.container_id = container;
        request.command = hook_command;
        const Call call = clock_->call_within(std::chrono::minutes{1});
        const auto answer = co_await session_->runtime().exec_sync(request, call);
        calls_ += answer ? 1 : 0;
        next = std::max(next + probe_period, clock_->now());
        (void)co_await sleep_until(clock_, clock_->call_within(next - clock_->now()));
    }
}

Task<Status> ProbeRun::call_all() {
    const cri::Filter every;
    const auto all = co_await session_->runtime().list_containers(every, clock_->call_within(window));
    if (!all) co_return std::unexpected(all.error());
    calling_ = true;
    for (const cri::Container& container : *all) gate_.spawn(call_often(container.id));
    co_return Status{};
}

Task<Result<ProbeLoad>> ProbeRun::measure(int containers) {
    ProbeLoad load_of;
    load_of.wanted = containers * static_cast<int>(window / probe_period);
    Status done = co_await start(containers, false);
    if (done) done = co_await call_all();
    if (done) load_of.raw = co_await load();
    load_of.raw_calls = calls_;
    calling_ = false;
    const Status ended = co_await end();
    if (done) done = ended;
    if (done) done = co_await start(containers, true);
    if (done) load_of.hooklet = co_await load();
    const Status over = co_await end();
    if (!done) co_return std::unexpected(done.error());
    if (!over) co_return std::unexpected(over.error());
    co_return load_of;
}

}  // namespace hooklet::bench
