// SPDX-License-Identifier: Apache-2.0
#include "base/cancel.hpp"

#include <map>
#include <optional>
#include <utility>

namespace hooklet {

struct detail::CancelState {
    std::optional<Error> reason;
    std::uint64_t next_id = 1;
    std::map<std::uint64_t, std::move_only_function<void()>> callbacks;
};

CancelRegistration::CancelRegistration(std::weak_ptr<detail::CancelState> state, std::uint64_t id)
    : state_(std::move(state)), id_(id) {}

CancelRegistration::CancelRegistration(CancelRegistration&& other) noexcept
    : state_(std::exchange(other.state_, {})), id_(std::exchange(other.id_, 0)) {}

CancelRegistration& CancelRegistration::operator=(CancelRegistration&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(id_, other.id_);
    return *this;
}

CancelRegistration::~CancelRegistration() {
    // Taken out before it is destroyed: that may withdraw other callbacks.
    if (auto state = state_.lock()) state->callbacks.extract(id_);
}

bool CancelToken::cancelled() const {
    return state_ && state_->reason.has_value();
}

const Error& CancelToken::reason() const {
    return *state_->reason;
}

CancelRegistration CancelToken::on_cancel(std::move_only_function<void()> callback) const {
    if (!state_) return {};
    if (state_->reason) {
        callback();
        return {};
    }
    const std::uint64_t id = state_->next_id++;
    state_->callbacks.emplace(id, std::move(callback));
    return CancelRegistration(state_, id);
}

CancelSource::CancelSource() : state_(std::make_shared<detail::CancelState>()) {}

CancelSource::CancelSource(const CancelToken& parent) : CancelSource() {
    parent_ = parent.on_cancel([state = std::weak_ptr(state_), parent] {
        if (auto s = state.lock()) {
            CancelSource self;
            self.state_ = s;
            self.cancel(parent.reason());
        }
    });
}

void CancelSource::cancel(Error why) {
    if (state_->reason) return;
    state_->reason = std::move(why);
    // A callback may withdraw others, so each is taken out before it runs.
    const auto keep = state_;
    while (!keep->callbacks.empty()) {
        auto node = keep->callbacks.extract(keep->callbacks.begin());
        node.mapped()();
    }
}

}  // namespace hooklet
