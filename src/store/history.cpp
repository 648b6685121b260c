// SPDX-License-Identifier: Apache-2.0
#include "store/history.hpp"

namespace hooklet::store {

namespace {

std::size_t size_of(const Change& change) {
    return change.before ? change.before->text->size() : 0;
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
