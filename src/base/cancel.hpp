// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace hooklet {

namespace detail {
struct CancelState;
}

/// Keeps a cancellation callback alive; destroying it withdraws the callback.
class CancelRegistration {
  public:
    CancelRegistration() = default;
    CancelRegistration(CancelRegistration&& other) noexcept;
    CancelRegistration& operator=(CancelRegistration&& other) noexcept;
    ~CancelRegistration();

  private:
    friend class CancelToken;
    CancelRegistration(std::weak_ptr<detail::CancelState> state, std::uint64_t id);
    std::weak_ptr<detail::CancelState> state_;
    std::uint64_t id_ = 0;
};

/// The receiving end of a cancellation. Copyable and cheap. A default-made token is never cancelled.
/// Tokens belong to the loop's thread.
class CancelToken {
  public:
    CancelToken() = default;
    [[nodiscard]] bool cancelled() const;
    /// Why it was cancelled. Precondition: cancelled().
    [[nodiscard]] const Error& reason() const;
    /// Calls `callback` once when the source is cancelled, or at once if that has happened already.
    [[nodiscard]] CancelRegistration on_cancel(std::move_only_function<void()> callback) const;

  private:
    friend class CancelSource;
    explicit CancelToken(std::shared_ptr<detail::CancelState> state) : state_(std::move(state)) {}
    std::shared_ptr<detail::CancelState> state_;
};

/// The asking end of a cancellation. A source made from a parent token is cancelled with it, for the same
/// reason.
class CancelSource {
  public:
    CancelSource();
    explicit CancelSource(const CancelToken& parent);
    [[nodiscard]] CancelToken token() const { return CancelToken(state_); }
    /// Asks everything that holds the token to stop. Only the first call counts.
    /// `why` becomes the error of the interrupted operations; its code tells a deadline from a request.
    void cancel(Error why = {Code::cancelled, "cancelled"});

  private:
    std::shared_ptr<detail::CancelState> state_;
    CancelRegistration parent_;
};

}  // namespace hooklet
