// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"
#include "cli/line_format.hpp"
#include "cli/pull_progress.hpp"
#include "cli/status_line.hpp"
#include "insight/story.hpp"

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

    void show(const JournalEntry& entry);
    /// Something about the run itself, such as what an interrupt did.
    void note(std::string_view text);
    /// The end: reports, failures and the exit code.
    void finish(const std::vector<insight::PodStory>& stories, const std::vector<std::string>& failures,
                int exit_code);

  private:
    void print(std::string_view text);
    [[nodiscard]] std::string progress() const;

    Environment* env_;
    Output output_;
    Terminal terminal_;
    LineFormat format_;
    PullProgress pulls_;
    StatusLine status_;
};

}  // namespace hooklet::cli
