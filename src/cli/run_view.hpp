// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"
#include "cli/line_format.hpp"
#include "cli/pull_progress.hpp"
#include "cli/status_line.hpp"
#include "insight/line.hpp"
#include "insight/story.hpp"

#include <map>
#include <set>

namespace hooklet::cli {

/// What `hooklet run` prints besides its report.
enum class Output {
    lines,  ///< A line for each thing that happens.
    json,   ///< A JSON object for each journal record, and one for the result.
    quiet,  ///< Only what went wrong.
};

/// Everything that `hooklet run` shows.
class RunView {
  public:
    RunView(Environment* env, Output output, const std::vector<api::Pod>& pods);
    RunView(const RunView&) = delete;
    RunView& operator=(const RunView&) = delete;
    ~RunView() { print_until(waiting_.end()); }

    void show(const JournalEntry& entry);
    /// Something about the run itself, such as what an interrupt did.
    void note(std::string_view text);
    /// The end: reports, failures and the exit code.
    void finish(const std::vector<insight::PodStory>& stories, const std::vector<std::string>& failures,
                int exit_code);

  private:
    struct Waiting {
        std::string text;
        MonotonicTime due;
    };
    /// What waits for something tells so again and again: an event is shown once, until something else than
    /// an event has happened to its subject.
    [[nodiscard]] bool is_repeated(const JournalEntry& entry, const insight::Line& line);
    /// Lines appear in the order of what they tell of: each waits a moment for what becomes known later of an
    /// earlier time, as the exit code of a container does.
    void print_soon(WallTime at, std::string text);
    void print_due();
    void print_until(std::multimap<WallTime, Waiting>::iterator end);
    [[nodiscard]] std::string progress() const;

    Environment* env_;
    Output output_;
    Terminal terminal_;
    LineFormat format_;
    PullProgress pulls_;
    StatusLine status_;
    std::map<std::string, std::set<std::string>> shown_events_;  ///< By subject.
    std::multimap<WallTime, Waiting> waiting_;                   ///< By the time that they tell of.
    Timer next_;
};

}  // namespace hooklet::cli
