// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace hooklet {

/// Values of Secrets that must not be read in what is recorded about a Pod.
class HiddenValues {
  public:
    /// Adds to those known of this Pod: each value, and each line of one that has several. Texts of less than
    /// four bytes are not hidden; they would be found everywhere.
    void add(const std::string& pod_uid, const std::set<std::string>& values);
    void forget(const std::string& pod_uid) { by_pod_.erase(pod_uid); }
    /// What is hidden for this Pod.
    [[nodiscard]] std::set<std::string> of(const std::string& pod_uid) const;
    [[nodiscard]] std::size_t count(const std::string& pod_uid) const;
    /// The text with `***` in the place of each value.
    [[nodiscard]] std::string hide(const std::string& pod_uid, std::string text) const;

  private:
    struct LongestFirst {
        bool operator()(const std::string& a, const std::string& b) const {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };
    std::map<std::string, std::set<std::string, LongestFirst>> by_pod_;
};

}  // namespace hooklet
