// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "events/event_texts.hpp"
#include "events/journal.hpp"

#include <string>

namespace hooklet {

/// Records what happens to one Pod or to one of its containers.
class Recorder {
  public:
    Recorder(Journal* journal, PodRef pod, std::string container = {})
        : journal_(journal), pod_(std::move(pod)), container_(std::move(container)) {}

    /// The same Pod, about one container.
    [[nodiscard]] Recorder about(std::string container) const {
        return {journal_, pod_, std::move(container)};
    }

    void event(event::Text text) const;
    /// `step.pod` and `step.container` are filled in.
    void step(LifecycleStep step) const;
    void step(StepKind kind, std::string detail = {}) const;
    [[nodiscard]] const PodRef& pod() const { return pod_; }

  private:
    Journal* journal_;
    PodRef pod_;
    std::string container_;
};

}  // namespace hooklet
