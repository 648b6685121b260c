// SPDX-License-Identifier: Apache-2.0
// Lines of container logs: the same text comes out, however the bytes are cut into pieces, and never more
// than the limit.
#include "fuzz/target.hpp"
#include "streams/log_filter.hpp"

#include <string>

namespace {

using namespace hooklet;

std::string filtered(std::string_view bytes, std::size_t piece, const LogView& view) {
    LogFilter filter(view);
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) out += filter.feed(bytes.substr(at, piece));
    return out;
}

}  // namespace

HOOKLET_FUZZ(input) {
    for (const LogView& view : {LogView{}, LogView{.timestamps = true, .limit_bytes = 64},
                                LogView{.since = WallTime{}, .skip_lines = 1}}) {
        const std::string whole = filtered(input, input.size() + 1, view);
        fuzz::require(whole == filtered(input, 3, view));
        fuzz::require(!view.limit_bytes || std::cmp_less_equal(whole.size(), *view.limit_bytes));
    }
}
