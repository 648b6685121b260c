// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::bench {

/// Repeated measurements of one length of time.
class Samples {
  public:
    void add(Duration length) { lengths_.push_back(length); }
    [[nodiscard]] std::size_t count() const { return lengths_.size(); }
    [[nodiscard]] std::optional<double> median_ms() const;

  private:
    std::vector<Duration> lengths_;
};

/// What a row says about its two medians.
enum class Compare { ratio, difference, nothing };

/// A heading: what the columns are.
std::string head(std::string_view title);
/// One line of at most 80 columns: floor, hooklet, both in ms, how they compare, what is aimed at.
std::string row(std::string_view what, const Samples& floor, const Samples& hooklet, Compare compare,
                std::string_view aim);

}  // namespace hooklet::bench
