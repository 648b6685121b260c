// SPDX-License-Identifier: Apache-2.0
#include "cli/run_view.hpp"

#include "api/json.hpp"
#include "insight/records.hpp"
#include "insight/report.hpp"
#include "insight/timeline.hpp"
#include "insight/wording.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr std::size_t report_width = 80;
constexpr Duration settling = std::chrono::milliseconds{250};

/// What the longest subject takes; on a terminal no more than three tenths of a line, which are 24 of 80.
std::size_t subject_width(const std::vector<api::Pod>& pods, const Terminal& terminal) {
    std::size_t width = 0;
    for (const api::Pod& pod : pods) {
        const PodRef ref{pod.metadata.namespace_, pod.metadata.name, pod.metadata.uid};
        for (const auto* containers : {&pod.spec.initContainers, &pod.spec.containers}) {
            for (const api::Container& container : *containers)
                width = std::max(width, insight::subject(ref, container.name).size());
        }
    }
    return terminal.present ? std::min(width, terminal.width * 3 / 10) : width;
}

}  // namespace

RunView::RunView(Environment* env, Output output, const std::vector<api::Pod>& pods)
    : env_(env), output_(output), terminal_(env->terminal()), status_(env, [this] { return progress(); }) {
    format_.start = env->clock().wall();
    format_.subject_width = subject_width(pods, terminal_);
    format_.colours = terminal_.colours;
    if (terminal_.present) format_.width = terminal_.width;
}

void RunView::show(const JournalEntry& entry) {
    if (output_ == Output::json) env_->out(api::write_json(insight::record_of(entry)) + "\n");
    if (output_ != Output::lines) return;
    const auto line = insight::line_for(entry);
    if (line && !is_repeated(entry, *line)) print_soon(line->at, format_line(*line, format_));
    pulls_.follow(entry);
    status_.refresh();
}

bool RunView::is_repeated(const JournalEntry& entry, const insight::Line& line) {
    if (std::holds_alternative<EventRecord>(entry))
        return !shown_events_[line.subject].insert(line.event + " " + line.detail).second;
    shown_events_.erase(line.subject);
    return false;
}

void RunView::note(std::string_view text) {
    if (output_ == Output::lines) {
        const WallTime now = env_->clock().wall();
        print_soon(now, fmt::format("{:>10} {}\n", insight::offset(now - format_.start), text));
    } else if (output_ == Output::json) {
        env_->err(fmt::format("hooklet: {}\n", text));
    }
}

void RunView::print_soon(WallTime at, std::string text) {
    const MonotonicTime due = env_->clock().now() + settling;
    waiting_.emplace(at, Waiting{std::move(text), due});
    if (waiting_.size() == 1) next_ = env_->clock().at(due, [this] { print_due(); });
}

void RunView::print_due() {
    const MonotonicTime now = env_->clock().now();
    auto end = waiting_.end();
    while (end != waiting_.begin() && std::prev(end)->second.due > now) --end;
    print_until(end);
    if (waiting_.empty()) return;
    const auto first =
        std::ranges::min_element(waiting_, {}, [](const auto& item) { return item.second.due; });
    next_ = env_->clock().at(first->second.due, [this] { print_due(); });
}

void RunView::print_until(std::multimap<WallTime, Waiting>::iterator end) {
    std::string text;
    for (auto line = waiting_.begin(); line != end; line = waiting_.erase(line)) text += line->second.text;
    if (text.empty()) return;
    status_.clear();
    env_->out(text);
    status_.refresh();
}

std::string RunView::progress() const {
    if (pulls_.empty()) return {};
    return fmt::format("{:>10} {}", "...", pulls_.text(env_->clock().wall()));
}

void RunView::finish(const std::vector<insight::PodStory>& stories, const std::vector<std::string>& failures,
                     int exit_code) {
    print_until(waiting_.end());
    status_.clear();
    if (output_ == Output::json) {
        env_->out(api::write_json(insight::result_record(stories, failures, exit_code)) + "\n");
        return;
    }
    if (output_ == Output::lines) {
        const std::size_t width = terminal_.present ? std::min(terminal_.width, report_width) : report_width;
        for (const insight::PodStory& story : stories) {
            env_->out(
                fmt::format("\n{}\n{}", insight::report(story, width), insight::timeline(story, width)));
        }
        if (!failures.empty()) env_->out("\n");
    }
    for (const std::string& failure : failures) {
        env_->err(fmt::format("hooklet: failed: {}\n", insight::printable(failure)));
    }
}

}  // namespace hooklet::cli
