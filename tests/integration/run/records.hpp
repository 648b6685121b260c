// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet::testing {

/// One line of `hooklet run -o json`.
class Record {
  public:
    explicit Record(api::Node node) : node_(std::move(node)) {}
    [[nodiscard]] const api::Node& node() const { return node_; }
    /// Empty when the field is missing.
    [[nodiscard]] std::string text(std::string_view field) const;
    /// nullopt when the field is missing.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view field) const;
    /// When it happened; a hook's record has the time of its begin.
    [[nodiscard]] WallTime at() const;
    /// at() and `tookMs`.
    [[nodiscard]] WallTime end() const;
    [[nodiscard]] bool is(std::string_view type, std::string_view pod) const;
    /// Whether it is about this `pod`, or about this container of it: `pod/container`.
    [[nodiscard]] bool concerns(std::string_view subject) const;
    /// A short name for what happened: a step's or an event's (`Started`, `event Killing`), or `postStart`
    /// for a hook's begin and `postStart Failed` for its end.
    [[nodiscard]] std::string what() const;

  private:
    api::Node node_;
};

/// What a run told, in its order.
class Records {
  public:
    /// Of complete lines; a line that is not JSON is a failure of the test.
    static Records parse(std::string_view lines);

    // A Pod may be narrowed down to one of its containers: `pod/container`.

    /// Everything about one Pod, as what() names it.
    [[nodiscard]] std::vector<std::string> course(std::string_view pod) const;
    [[nodiscard]] int count(std::string_view pod, std::string_view what) const;
    [[nodiscard]] bool has(std::string_view pod, std::string_view what) const { return count(pod, what) > 0; }
    /// The first of this name. When there is none, the test fails and the record is empty.
    [[nodiscard]] const Record& find(std::string_view pod, std::string_view what) const;
    /// Seconds from one to the other.
    [[nodiscard]] double seconds(std::string_view pod, std::string_view from, std::string_view to) const;
    /// The `result` at the end.
    [[nodiscard]] const Record& result() const;
    /// Whether the result tells of a SIGKILL, in the first run of a Pod's only container.
    [[nodiscard]] bool killed(std::string_view pod) const;
    [[nodiscard]] std::vector<std::string> failures() const;

  private:
    std::vector<Record> records_;
};

/// `expected` are found in `course` in this order; others may be between them.
::testing::AssertionResult in_order(const std::vector<std::string>& course,
                                    const std::vector<std::string>& expected);

}  // namespace hooklet::testing
