// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/signal.hpp"
#include "cli/run_machine.hpp"
#include "cli/run_view.hpp"
#include "cli/session.hpp"

#include <deque>

namespace hooklet::cli {

/// What a Pod's status means for a run.
PodView view_of(const api::Pod& pod);

/// One run of Pods in an open session: hands what happens to a RunMachine and does what it says.
class Run {
  public:
    /// `session` outlives this; it is closed before this goes away, for its journal reports here.
    Run(Environment* env, Session* session, RunGoal goal, Output output, std::vector<api::Pod> pods);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    /// Returns the exit code.
    Task<int> execute();
    /// After execute(): Pods were left as they are.
    [[nodiscard]] bool abandoned() const { return abandoned_; }

  private:
    using Event = std::function<RunAction(RunMachine&)>;

    /// Listeners only note what happened: they are called from inside what they would act on.
    void post(Event event) {
        events_.push_back(std::move(event));
        changed_.notify();
    }
    void listen();
    Task<void> start_pods();
    Task<void> watch();
    /// Returns false when the run is over.
    bool perform(const RunAction& action);
    void remove(const Remove& action);
    Task<int> conclude();
    void tell_abandoned();
    std::vector<std::string> failures(const std::vector<insight::PodStory>& stories) const;

    Environment* env_;
    Session* session_;
    std::vector<api::Pod> pods_;
    WallTime began_;
    RunMachine machine_;
    RunView view_;
    std::deque<Event> events_;
    Signal changed_;
    Timer hold_;
    bool abandoned_ = false;
};

}  // namespace hooklet::cli
