// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include "cli/cli.hpp"
#include "insight/wording.hpp"
#include "pods/names.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

std::vector<PodRef> refs_of(const std::vector<api::Pod>& pods) {
    std::vector<PodRef> refs;
    std::ranges::transform(pods, std::back_inserter(refs), ref_of);
    return refs;
}

}  // namespace

PodView view_of(const api::Pod& pod) {
    PodView view;
    const api::PodStatus& status = pod.status;
    view.running = status.phase == "Running";
    view.ready = std::ranges::any_of(status.conditions, [](const api::PodCondition& condition) {
        return condition.type == "Ready" && condition.status == "True";
    });
    view.succeeded = status.phase == "Succeeded";
    view.failed = status.phase == "Failed";
    if (!status.reason.empty()) view.reason = fmt::format("{}: {}", status.reason, status.message);
    return view;
}

Run::Run(Environment* env, Session* session, RunGoal goal, Output output, std::vector<api::Pod> pods)
    : env_(env),
      session_(session),
      pods_(std::move(pods)),
      began_(env->clock().wall()),
      machine_(goal, refs_of(pods_)),
      view_(env, output, pods_) {}

Run::~Run() {
    env_->on_interrupt(nullptr);
    env_->on_output_lost(nullptr);
}

void Run::listen() {
    session_->journal().listen([this](const JournalEntry& entry) { view_.show(entry); });
    session_->pods().on_status([this](const api::Pod& pod) {
        post([uid = pod.metadata.uid, view = view_of(pod)](RunMachine& machine) {
            return machine.pod_changed(uid, view);
        });
    });
    session_->pods().on_gone([this](const api::Pod& pod) {
        post([uid = pod.metadata.uid](RunMachine& machine) { return machine.pod_gone(uid); });
    });
    env_->on_interrupt([this] { post([](RunMachine& machine) { return machine.interrupted(); }); });
    env_->on_output_lost([this] {
        complain(*env_, "nobody reads the output any more: stopping all Pods");
        post([](RunMachine& machine) { return machine.interrupted(); });
    });
}

Task<void> Run::start_pods() {
    const Result<std::size_t> leftovers = co_await session_->pods().remove_leftovers();
    if (!leftovers) {
        complain(*env_, "removing what an earlier run left behind: " + leftovers.error().text());
    } else if (*leftovers > 0) {
        view_.note(fmt::format("Removed {} Pod sandbox(es) that an earlier run left behind", *leftovers));
    }
    for (const api::Pod& pod : pods_) session_->pods().add(pod);
}

Task<void> Run::watch() {
    while (true) {
        co_await changed_.wait();
        while (!events_.empty()) {
            const Event event = std::move(events_.front());
            events_.pop_front();
            if (!perform(event(machine_))) co_return;
        }
    }
}

bool Run::perform(const RunAction& action) {
    if (const auto* hold = std::get_if<StartHold>(&action)) {
        hold_ = env_->clock().at(env_->clock().now() + hold->length,
                                 [this] { post([](RunMachine& machine) { return machine.hold_over(); }); });
    }
    if (const auto* removal = std::get_if<Remove>(&action)) remove(*removal);
    abandoned_ = std::holds_alternative<Abandon>(action);
    return !abandoned_ && !std::holds_alternative<Finish>(action);
}

void Run::remove(const Remove& action) {
    hold_ = Timer{};
    view_.note(action.why);
    session_->pods().remove_all(action.grace_s);
}

void Run::tell_abandoned() {
    for (const PodRef& pod : machine_.remaining()) {
        complain(*env_,
                 fmt::format("abandoned {}; what is left of it is removed by the next run of this --root",
                             insight::subject(pod, "")));
    }
}

std::vector<std::string> Run::failures(const std::vector<insight::PodStory>& stories) const {
    std::vector<std::string> all = insight::failures(stories);
    for (const auto& [pod, reason] : machine_.failed()) {
        const std::string who = insight::subject(pod, "");
        if (!reason.empty()) {
            all.push_back(fmt::format("{}: {}", who, reason));
            continue;
        }
        // The Pod's own problem, its containers or hooks mostly say why already.
        const auto told = [&who](const std::string& failure) {
            return failure.starts_with(who + "/") || failure.starts_with(who + ": ");
        };
        if (std::ranges::none_of(all, told)) all.push_back(who + ": the Pod failed");
    }
    std::ranges::copy(machine_.problems(), std::back_inserter(all));
    return all;
}

Task<int> Run::conclude() {
    // Named: g++ 12 destroys an aggregate written inside a co_await expression twice.
    const JournalQuery query{{}, began_};
    const Result<JournalContents> contents = co_await session_->read_journal(query);
    if (!contents) {
        complain(*env_, "reading the journal: " + contents.error().text());
        co_return exit_code(machine_.was_interrupted(), {"no journal"});
    }
    const std::vector<insight::PodStory> stories = insight::stories(*contents);
    const std::vector<std::string> failed = failures(stories);
    const int code = exit_code(machine_.was_interrupted(), failed);
    view_.finish(stories, failed, code);
    co_return code;
}

Task<int> Run::execute() {
    listen();
    co_await start_pods();
    co_await watch();
    if (!abandoned_) co_return co_await conclude();
    tell_abandoned();
    co_return exit_interrupted;
}

}  // namespace hooklet::cli
