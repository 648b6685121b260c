// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <array>
#include <string_view>

/// The annotations by which a manifest tunes hooklet and still runs anywhere else.
namespace hooklet::api::annotation {

inline constexpr std::string_view prefix = "hooklet.dev/";
/// How long a postStart hook may take, as a Go duration > 0.
inline constexpr std::string_view post_start_timeout = "hooklet.dev/post-start-timeout";
/// How long a preStop hook may take within the grace period, as a Go duration > 0.
inline constexpr std::string_view pre_stop_timeout = "hooklet.dev/pre-stop-timeout";

/// How long an on-exit hook may take, as a Go duration > 0.
inline constexpr std::string_view on_exit_timeout = "hooklet.dev/on-exit-timeout";
/// `true`: hooks are told why they run (HOOKLET_REASON and its like).
inline constexpr std::string_view pass_reason = "hooklet.dev/pass-reason";
/// `at-most-once`: a hook that the end of the agent has cut off is not delivered again; `at-least-once`, the
/// default, is the contrary.
inline constexpr std::string_view delivery = "hooklet.dev/delivery";
/// Followed by a container's name: the handler, in JSON, that runs after every end of that container.
inline constexpr std::string_view on_exit_prefix = "hooklet.dev/on-exit.";

/// The first and the longest delay between starts of a container that keeps ending, and between pulls of an
/// image that keep failing, as Go durations from 1s to 5m.
inline constexpr std::string_view back_off_base = "hooklet.dev/back-off-base";
inline constexpr std::string_view back_off_max = "hooklet.dev/back-off-max";
inline constexpr Duration least_back_off = std::chrono::seconds{1};
inline constexpr Duration longest_back_off = std::chrono::minutes{5};

inline constexpr std::array known{post_start_timeout, pre_stop_timeout, on_exit_timeout, pass_reason,
                                  delivery,           back_off_base,    back_off_max};

}  // namespace hooklet::api::annotation
