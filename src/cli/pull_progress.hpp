// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "events/journal.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// `pulling nginx:1 ... 12s`
std::string pull_text(const std::string& image, Duration since);

/// The image pulls that are under way.
class PullProgress {
  public:
    void follow(const JournalEntry& entry);
    /// One line about them, without line break; empty when there are none.
    [[nodiscard]] std::string text(WallTime now) const;
    [[nodiscard]] bool empty() const { return pulls_.empty(); }

  private:
    struct Pull {
        PodRef pod;
        std::string container;
        std::string image;
        WallTime begun;
    };
    void end(const PodRef& pod, const std::string& container);
    std::vector<Pull> pulls_;  // oldest first
};

}  // namespace hooklet::cli
