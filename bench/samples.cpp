// SPDX-License-Identifier: Apache-2.0
#include "bench/samples.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::bench {

namespace {

std::string cell(std::optional<double> ms) {
    return ms ? fmt::format("{:.2f}", *ms) : "-";
}

std::string comparison(std::optional<double> floor, std::optional<double> hooklet, Compare compare) {
    if (!floor || !hooklet || compare == Compare::nothing) return "";
    if (compare == Compare::difference) return fmt::format("{:+.2f} ms", *hooklet - *floor);
    return fmt::format("{:.2f} x", *hooklet / *floor);
}

}  // namespace

std::optional<double> Samples::median_ms() const {
    if (lengths_.empty()) return std::nullopt;
    std::vector<Duration> sorted = lengths_;
    std::ranges::sort(sorted);
    const std::size_t middle = sorted.size() / 2;
    const Duration lower = sorted.size() % 2 == 0 ? sorted[middle - 1] : sorted[middle];
    return std::chrono::duration<double, std::milli>(lower + sorted[middle]).count() / 2;
}

std::string head(std::string_view title) {
    return fmt::format("{:<32}{:>10}{:>10}{:>12}  {}\n", title, "floor", "hooklet", "", "aim");
}

std::string row(std::string_view what, const Samples& floor, const Samples& hooklet, Compare compare,
                std::string_view aim) {
    const std::optional<double> low = floor.median_ms();
    const std::optional<double> ours = hooklet.median_ms();
    std::string line = fmt::format("{:<32}{:>10}{:>10}{:>12}  {}", what, cell(low), cell(ours),
                                   comparison(low, ours, compare), aim);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace hooklet::bench
