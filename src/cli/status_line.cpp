// SPDX-License-Identifier: Apache-2.0
#include "cli/status_line.hpp"

#include "insight/wording.hpp"

#include <fmt/format.h>

namespace hooklet::cli {

namespace {
constexpr Duration refresh_period = std::chrono::seconds{1};
}

StatusLine::StatusLine(Environment* env, std::function<std::string()> text)
    : env_(env), terminal_(env->terminal()), text_(std::move(text)) {}

void StatusLine::refresh() {
    clear();
    if (!terminal_.present) return;
    const std::string text = text_();
    if (text.empty()) return;
    env_->out(insight::clip(insight::printable(text), terminal_.width - 1));
    shown_ = true;
    next_ = env_->clock().at(env_->clock().now() + refresh_period, [this] { refresh(); });
}

void StatusLine::clear() {
    next_ = Timer{};
    if (shown_) env_->out("\r\x1b[K");
    shown_ = false;
}

}  // namespace hooklet::cli
