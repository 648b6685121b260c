// SPDX-License-Identifier: Apache-2.0
#include "cli/pull_progress.hpp"

#include "insight/wording.hpp"

#include <fmt/format.h>

namespace hooklet::cli {

std::string pull_text(const std::string& image, Duration since) {
    return fmt::format("pulling {} ... {}s", image, std::chrono::floor<std::chrono::seconds>(since).count());
}

void PullProgress::follow(const JournalEntry& entry) {
    if (const auto* step = std::get_if<LifecycleStep>(&entry)) {
        // Any later step, of the container or of its Pod's end, means that the pull is over.
        end(step->pod, step->container);
        if (step->step == StepKind::pulling)
            pulls_.push_back({step->pod, step->container, step->detail, step->at});
    }
    const auto* event = std::get_if<EventRecord>(&entry);
    if (event != nullptr && event->warning) end(event->pod, event->container);
}

void PullProgress::end(const PodRef& pod, const std::string& container) {
    std::erase_if(pulls_, [&](const Pull& pull) {
        return pull.pod == pod && (container.empty() || pull.container == container);
    });
}

std::string PullProgress::text(WallTime now) const {
    if (pulls_.empty()) return {};
    const Pull& oldest = pulls_.front();
    std::string text = fmt::format("{}: {}", insight::subject(oldest.pod, oldest.container),
                                   pull_text(oldest.image, now - oldest.begun));
    if (pulls_.size() > 1) text += fmt::format(" (and {} more)", pulls_.size() - 1);
    return text;
}

}  // namespace hooklet::cli
