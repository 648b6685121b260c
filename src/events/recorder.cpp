// SPDX-License-Identifier: Apache-2.0
#include "events/recorder.hpp"

namespace hooklet {

void Recorder::event(event::Text text) const {
    EventRecord record;
    record.pod = pod_;
    record.container = container_;
    record.warning = text.warning;
    record.reason = std::move(text.reason);
    record.message = std::move(text.message);
    record.annotations = std::move(text.annotations);
    journal_->event(std::move(record));
}

void Recorder::step(LifecycleStep step) const {
    step.pod = pod_;
    step.container = container_;
    journal_->step(std::move(step));
}

void Recorder::step(StepKind kind, std::string detail) const {
    LifecycleStep record;
    record.step = kind;
    record.detail = std::move(detail);
    step(std::move(record));
}

}  // namespace hooklet
