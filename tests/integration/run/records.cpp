// SPDX-License-Identifier: Apache-2.0
#include "integration/run/records.hpp"

#include "api/json.hpp"

#include <algorithm>
#include <chrono>

namespace hooklet::testing {

namespace {

const Record nothing{api::Node::object()};

std::vector<std::string> texts_of(const api::Node* array) {
    std::vector<std::string> texts;
    if (array == nullptr || array->as_array() == nullptr) return texts;
    for (const api::Node& item : *array->as_array()) texts.push_back(*item.as_string());
    return texts;
}

const api::Node* item_of(const api::Node* node, std::string_view key, std::size_t index) {
    const api::Node* list = node == nullptr ? nullptr : node->find(key);
    const auto* array = list == nullptr ? nullptr : list->as_array();
    return array == nullptr || array->size() <= index ? nullptr : &(*array)[index];
}

}  // namespace

std::string Record::text(std::string_view field) const {
    const api::Node* found = node_.find(field);
    return found != nullptr && found->as_string() != nullptr ? *found->as_string() : std::string();
}

std::optional<std::int64_t> Record::number(std::string_view field) const {
    const api::Node* found = node_.find(field);
    if (found == nullptr || found->as_int() == nullptr) return std::nullopt;
    return *found->as_int();
}

WallTime Record::at() const {
    const Result<WallTime> time = parse_rfc3339(text("time"));
    return time ? *time : WallTime{};
}

WallTime Record::end() const {
    return at() + std::chrono::milliseconds(number("tookMs").value_or(0));
}

bool Record::is(std::string_view type, std::string_view pod) const {
    return text("type") == type && text("pod") == pod;
}

bool Record::concerns(std::string_view subject) const {
    return subject == text("pod") || subject == text("pod") + "/" + text("container");
}

std::string Record::what() const {
    const std::string type = text("type");
    if (type == "step") return text("step");
    if (type == "event") return "event " + text("reason");
    const std::string outcome = text("outcome");
    return outcome.empty() ? text("hook") : text("hook") + " " + outcome;
}

Records Records::parse(std::string_view lines) {
    Records all;
    while (true) {
        const std::size_t end = lines.find('\n');
        if (end == std::string_view::npos) return all;
        const auto node = api::parse_json(lines.substr(0, end));
        if (node) {
            all.records_.emplace_back(*node);
        } else {
            ADD_FAILURE() << "not JSON: " << lines.substr(0, end);
        }
        lines.remove_prefix(end + 1);
    }
}

std::vector<std::string> Records::course(std::string_view pod) const {
    std::vector<std::string> names;
    for (const Record& record : records_) {
        if (record.concerns(pod)) names.push_back(record.what());
    }
    return names;
}

int Records::count(std::string_view pod, std::string_view what) const {
    return static_cast<int>(std::ranges::count(course(pod), what));
}

const Record& Records::find(std::string_view pod, std::string_view what) const {
    const auto found = std::ranges::find_if(
        records_, [&](const Record& record) { return record.concerns(pod) && record.what() == what; });
    if (found != records_.end()) return *found;
    ADD_FAILURE() << pod << " has no " << what << " but " << ::testing::PrintToString(course(pod));
    return nothing;
}

double Records::seconds(std::string_view pod, std::string_view from, std::string_view to) const {
    return std::chrono::duration<double>(find(pod, to).at() - find(pod, from).at()).count();
}

const Record& Records::result() const {
    if (!records_.empty() && records_.back().text("type") == "result") return records_.back();
    ADD_FAILURE() << "the run told no result";
    return nothing;
}

bool Records::killed(std::string_view pod) const {
    const api::Node& end = result().node();
    for (std::size_t i = 0; const api::Node* story = item_of(&end, "pods", i); ++i) {
        if (*story->find("pod")->as_string() != pod) continue;
        const api::Node* run = item_of(item_of(story, "containers", 0), "runs", 0);
        if (run != nullptr) return *run->find("killed")->as_bool();
    }
    ADD_FAILURE() << "the result tells nothing of a run of " << pod;
    return false;
}

std::vector<std::string> Records::failures() const {
    return texts_of(result().node().find("failures"));
}

::testing::AssertionResult in_order(const std::vector<std::string>& course,
                                    const std::vector<std::string>& expected) {
    auto from = course.begin();
    for (const std::string& what : expected) {
        from = std::find(from, course.end(), what);
        if (from == course.end()) {
            return ::testing::AssertionFailure()
                   << "no \"" << what << "\" where it is expected in " << ::testing::PrintToString(course);
        }
        ++from;
    }
    return ::testing::AssertionSuccess();
}

}  // namespace hooklet::testing
