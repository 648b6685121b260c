// SPDX-License-Identifier: Apache-2.0
#include "store/history.hpp"

namespace hooklet::store {

namespace {

/// Of the texts that the change alone keeps: an object that has ended is there once more as `removed()`.
std::size_t size_of(const Change& change) {
    if (!change.before) return 0;
    return change.before->text->size() * (change.after ? 1 : 2);
}

}  // namespace

ObjectPtr Change::removed() const {
    if (!gone) gone = at_revision(*before, revision);
    return gone;
}

void History::add(ChangePtr change) {
    bytes_ += size_of(*change);
    changes_.push_back(std::move(change));
    while (changes_.size() > 1 && (changes_.size() > limits_.changes || bytes_ > limits_.bytes)) {
        bytes_ -= size_of(*changes_.front());
        complete_since_ = changes_.front()->revision;
        changes_.pop_front();
    }
}

}  // namespace hooklet::store
