// SPDX-License-Identifier: Apache-2.0
// Runs every case of bad_manifests/*.cases. A case is
//     #### case: NAME
//     the manifest
//     #### errors:
//     every error line, exactly
// Lines are counted from the manifest's first line, and its file is called `m.yaml`.

#include "adapters/yaml/yaml.hpp"
#include "api/manifest.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

struct Case {
    std::string name;
    std::string manifest;
    std::string errors;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

std::vector<Case> read_cases(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<Case> cases;
    std::string* target = nullptr;
    const std::string start = "#### case: ";
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(start)) {
            cases.push_back({file.stem().string() + "_" + line.substr(start.size()), "", ""});
            target = &cases.back().manifest;
        } else if (line == "#### errors:") {
            target = &cases.back().errors;
        } else if (target != nullptr) {
            *target += line + "\n";
        }
    }
    return cases;
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto& entry : std::filesystem::directory_iterator(HOOKLET_TEST_DATA "/bad_manifests")) {
        if (entry.path().extension() != ".cases") continue;
        for (Case& c : read_cases(entry.path())) all.push_back(std::move(c));
    }
    std::sort(all.begin(), all.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
    return all;
}

std::string errors_of(const std::string& manifest) {
    std::string lines;
    for (const Issue& issue : load_manifest("m.yaml", manifest, yaml::parse_documents).issues) {
        lines += to_string(issue) + "\n";
    }
    return lines;
}

class BadManifest : public testing::TestWithParam<Case> {};

TEST_P(BadManifest, IsRefusedWithExactlyTheseErrors) {
    EXPECT_EQ(errors_of(GetParam().manifest), GetParam().errors);
}

INSTANTIATE_TEST_SUITE_P(Table, BadManifest, testing::ValuesIn(all_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(BadManifests, AreMany) {
    EXPECT_GE(all_cases().size(), 60U);
}

}  // namespace
}  // namespace hooklet::api
