// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario.hpp"

#include "adapters/yaml/yaml.hpp"
#include "api/manifest.hpp"

#include <algorithm>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace hooklet::sim {

namespace {

const std::string& text_of(const api::Node& node) {
    if (const std::string* text = node.as_string()) return *text;
    throw std::invalid_argument("not a text: " + node.describe());
}

std::vector<std::string> lines_of(const api::Node& node) {
    std::istringstream in(text_of(node));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

Step read_step(const std::string& line) {
    std::istringstream in(line);
    std::string time;
    Step step{.written = line};
    in >> time >> step.verb;
    step.at = duration_of(time);
    for (std::string word; in >> word;) step.words.push_back(word);
    return step;
}

std::vector<std::vector<Expectation>> read_expected(const api::Node& node) {
    std::vector<std::vector<Expectation>> lists(1);
    for (const std::string& line : lines_of(node)) {
        if (line.empty()) {
            lists.emplace_back();
        } else {
            lists.back().push_back(read_expectation(line));
        }
    }
    return lists;
}

/// `error=0.01 delay=0.02 hang=0.01 lost-answer=0.01 duplicate-event=.. late-event=.. lost-event=..
/// stop-after=60s`
Faults read_faults(const std::string& text) {
    Faults faults;
    const std::map<std::string, double*> rates{{"error", &faults.error},
                                               {"hang", &faults.hang},
                                               {"delay", &faults.delay},
                                               {"lost-answer", &faults.lost_answer},
                                               {"duplicate-event", &faults.duplicate_event},
                                               {"late-event", &faults.late_event},
                                               {"lost-event", &faults.lost_event}};
    std::istringstream in(text);
    for (std::string word; in >> word;) {
        const std::size_t equals = std::min(word.find('='), word.size() - 1);
        const std::string key = word.substr(0, equals);
        const std::string value = word.substr(equals + 1);
        if (key == "stop-after") {
            faults.stop_after = duration_of(value);
        } else {
            *rates.at(key) = std::stod(value);
        }
    }
    return faults;
}

std::map<std::string, Goal> read_goals(const api::Node& node) {
    const std::map<std::string, Goal> known{{"running", Goal::running}, {"finished", Goal::finished}};
    std::map<std::string, Goal> goals;
    for (const api::Member& member : *node.as_object()) {
        goals[member.key] = known.at(text_of(member.value));
    }
    return goals;
}

void read_header(const api::Node& header, Scenario& scenario) {
    using Reader = std::function<void(const api::Node&)>;
    const std::map<std::string, Reader> readers{
        {"scenario", [&](const api::Node& n) { scenario.about = text_of(n); }},
        {"do",
         [&](const api::Node& n) {
             for (const std::string& line : lines_of(n)) scenario.steps.push_back(read_step(line));
         }},
        {"expect", [&](const api::Node& n) { scenario.expected = read_expected(n); }},
        {"never", [&](const api::Node& n) { scenario.never = read_expected(n).front(); }},
        {"for", [&](const api::Node& n) { scenario.length = duration_of(text_of(n)); }},
        {"seeds", [&](const api::Node& n) { scenario.seeds = static_cast<std::uint64_t>(*n.as_int()); }},
        {"faults", [&](const api::Node& n) { scenario.faults = read_faults(text_of(n)); }},
        {"converge", [&](const api::Node& n) { scenario.goals = read_goals(n); }},
    };
    if (header.as_object() == nullptr) throw std::invalid_argument("no header");
    for (const api::Member& member : *header.as_object()) {
        const auto reader = readers.find(member.key);
        if (reader == readers.end()) throw std::invalid_argument("unknown in a scenario: " + member.key);
        reader->second(member.value);
    }
    std::ranges::stable_sort(scenario.steps, {}, &Step::at);
}

}  // namespace

Scenario read_scenario(const std::string& text) {
    Scenario scenario;
    const auto without_header = [&scenario](std::string_view all) {
        auto documents = yaml::parse_documents(all);
        if (documents && !documents->empty()) {
            read_header(documents->front(), scenario);
            documents->erase(documents->begin());
        }
        return documents;
    };
    api::Manifest manifest = api::load_manifest("scenario", text, without_header);
    for (const api::Issue& issue : manifest.issues) {
        throw std::invalid_argument(issue.path + ": " + issue.message);
    }
    scenario.pods = std::move(manifest.pods);
    return scenario;
}

}  // namespace hooklet::sim
