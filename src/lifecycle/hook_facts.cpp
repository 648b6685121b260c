// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_facts.hpp"

#include <cctype>

namespace hooklet {

namespace {

/// `EXIT_CODE` -> `Exit-Code`
std::string title_case(const std::string& name) {
    std::string out;
    bool first = true;
    for (const char c : name) {
        const auto letter = static_cast<unsigned char>(c);
        out += c == '_' ? '-' : static_cast<char>(first ? std::toupper(letter) : std::tolower(letter));
        first = c == '_';
    }
    return out;
}

}  // namespace

std::vector<cri::KeyValue> as_environment(const HookFacts& facts) {
    std::vector<cri::KeyValue> out;
    for (const HookFact& fact : facts) out.push_back({"HOOKLET_" + fact.name, fact.value});
    return out;
}

std::vector<HttpHeader> as_headers(const HookFacts& facts) {
    std::vector<HttpHeader> out;
    for (const HookFact& fact : facts) out.push_back({"Hooklet-" + title_case(fact.name), fact.value});
    return out;
}

std::vector<std::string> with_environment(const HookFacts& facts, const std::vector<std::string>& command) {
    if (facts.empty()) return command;
    std::vector<std::string> out{"env"};
    for (const cri::KeyValue& variable : as_environment(facts))
        out.push_back(variable.key + "=" + variable.value);
    out.insert(out.end(), command.begin(), command.end());
    return out;
}

}  // namespace hooklet
