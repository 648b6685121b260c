// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/container_stop.hpp"

#include "base/back_off.hpp"

namespace hooklet {

namespace {

constexpr Duration first_retry = std::chrono::milliseconds{100};
constexpr Duration slowest_retry = std::chrono::seconds{10};
/// Beyond the engine's own timeout: how long an answer to StopContainer may take.
constexpr Duration engine_margin = std::chrono::minutes{2};
constexpr Duration signal_limit = std::chrono::seconds{2};
/// The engine's timeout is set this much longer than ours: SIGKILL is ours to send, the engine's only counts
/// should the agent be gone by then.
constexpr Duration engine_backup = std::chrono::seconds{1};

}  // namespace

ContainerStop::ContainerStop(Ports ports, StopRequest request, Recorder recorder, std::function<void()> ended)
    : ports_(ports),
      request_(std::move(request)),
      recorder_(std::move(recorder)),
      ended_(std::move(ended)),
      machine_(ports_.clock->now(), request_.grace, request_.pre_stop.has_value(), request_.ordered),
      gate_(ports_.executor) {}

void ContainerStop::post(Event event) {
    events_.push_back(std::move(event));
    changed_.notify();
}

void ContainerStop::shorten(Duration grace) {
    const MonotonicTime end = ports_.clock->now() + grace;
    post([this, end](MonotonicTime now) { return machine_.shortened(end, now); });
}

void ContainerStop::allow_term() {
    post([this](MonotonicTime now) { return machine_.turn_came(now); });
}

void ContainerStop::container_exited() {
    post([this](MonotonicTime) { return machine_.exited(); });
}

Task<void> ContainerStop::run(CancelToken cancel) {
    const CancelRegistration on_cancel = cancel.on_cancel([this] { changed_.notify(); });
    if (!request_.message.empty()) recorder_.event(event::killing(request_.message));
    perform(machine_.begin(ports_.clock->now()));
    while (!machine_.done() && !cancel.cancelled()) {
        Timer timer;
        if (const auto wake_at = machine_.wake_at()) {
            timer = ports_.clock->at(*wake_at, [this] { changed_.notify(); });
        }
        co_await changed_.wait();
        while (!events_.empty()) {
            const Event event = std::move(events_.front());
            events_.pop_front();
            perform(event(ports_.clock->now()));
        }
        perform(machine_.time_passed(ports_.clock->now()));
    }
    if (cancel.cancelled()) hook_cancel_.cancel(cancel.reason());
    engine_cancel_.cancel();
    co_await gate_.close();
}

void ContainerStop::perform(const std::vector<StopAction>& actions) {
    for (const StopAction& action : actions) {
        if (const auto* hook = std::get_if<RunPreStop>(&action)) perform(*hook);
        if (const auto* term = std::get_if<SendTerm>(&action)) perform(*term);
        if (std::holds_alternative<SendKill>(action)) send_kill();
        if (std::holds_alternative<ExpirePreStop>(action)) {
            hook_cancel_.cancel({Code::deadline, "the grace period is over"});
        }
        if (std::holds_alternative<AbandonPreStop>(action)) {
            hook_cancel_.cancel({Code::cancelled, "the container has ended"});
        }
    }
}

void ContainerStop::perform(const RunPreStop& action) {
    HookRequest hook = *request_.pre_stop;
    hook.grace = action.deadline - ports_.clock->now();
    // A command that takes all of the grace period dies with its container, as under a kubelet.
    if (hook.cap >= *hook.grace)
        hook.afterlife = Afterlife{&gate_, minimum_term_time + signal_limit, engine_cancel_.token()};
    hook.cap = std::min(hook.cap, *hook.grace);
    recorder_.step({.container_id = request_.container_id, .step = StepKind::pre_stop, .grace = hook.grace});
    gate_.spawn(run_pre_stop(std::move(hook)));
}

void ContainerStop::perform(const SendTerm& action) {
    recorder_.step({.container_id = request_.container_id,
                    .step = StepKind::term,
                    .grace = action.until_kill,
                    .detail = request_.stop_signal});
    const CancelToken cancel = engine_cancel_.token();
    gate_.spawn(request_.stop_signal.empty() ? stop_in_engine(action.until_kill + engine_backup, cancel)
                                             : send_own_signal(action.until_kill, cancel));
}

void ContainerStop::send_kill() {
    recorder_.step({.container_id = request_.container_id, .step = StepKind::kill});
    gate_.spawn(stop_in_engine(Duration::zero(), engine_cancel_.token()));
}

Task<void> ContainerStop::run_pre_stop(HookRequest hook) {
    const MonotonicTime begun = ports_.clock->now();
    const HookResult result = co_await ports_.hooks->run(hook, hook_cancel_.token());
    const Duration before = hook.again ? hook.again->since_first : Duration::zero();
    const Duration took = before + std::min(hook.cap, ports_.clock->now() - begun);
    if (result.outcome == HookOutcome::failed) recorder_.event(event::pre_stop_failed(result.cause));
    if (result.outcome == HookOutcome::timed_out) recorder_.event(event::pre_stop_timed_out(took));
    post([this](MonotonicTime now) { return machine_.pre_stop_ended(now); });
}

Task<void> ContainerStop::send_own_signal(Duration until_kill, CancelToken cancel) {
    const Call call = ports_.clock->call_within(signal_limit, cancel);
    const Status sent =
        co_await ports_.runtime->signal_container(request_.container_id, request_.stop_signal, call);
    // Another signal is better than none. One that has ended is told by the engine's answer.
    if (!sent && !cancel.cancelled()) co_await stop_in_engine(until_kill + engine_backup, cancel);
}

Task<void> ContainerStop::stop_in_engine(Duration timeout, CancelToken cancel) {
    for (unsigned attempt = 0; !cancel.cancelled(); ++attempt) {
        const Call call = ports_.clock->call_within(timeout + engine_margin, cancel);
        const Status stopped = co_await ports_.runtime->stop_container(request_.container_id, timeout, call);
        if (stopped || stopped.error().code == Code::not_found) {
            ended_();
            co_return;
        }
        const Duration delay = retry_delay(attempt, first_retry, slowest_retry);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(delay, cancel));
    }
}

}  // namespace hooklet
