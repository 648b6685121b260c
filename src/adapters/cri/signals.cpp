// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/signals.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace hooklet::cri {

namespace {

/// `sigrtmin+3` -> `RTMINPLUS3`
std::string bare_signal_name(std::string_view name) {
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    if (upper.starts_with("SIG")) upper.erase(0, 3);
    for (const auto& [sign, word] : {std::pair{'+', "PLUS"}, {'-', "MINUS"}}) {
        if (const auto at = upper.find(sign); at != std::string::npos) upper.replace(at, 1, word);
    }
    return upper;
}

}  // namespace

std::int32_t signal_number(std::string_view name) {
    // In the order of CRI's enum Signal, whose first value is 1.
    static constexpr std::array<std::string_view, 65> names{
        "ABRT",         "ALRM",        "BUS",          "CHLD",         "CLD",          "CONT",
        "FPE",          "HUP",         "ILL",          "INT",          "IO",           "IOT",
        "KILL",         "PIPE",        "POLL",         "PROF",         "PWR",          "QUIT",
        "SEGV",         "STKFLT",      "STOP",         "SYS",          "TERM",         "TRAP",
        "TSTP",         "TTIN",        "TTOU",         "URG",          "USR1",         "USR2",
        "VTALRM",       "WINCH",       "XCPU",         "XFSZ",         "RTMIN",        "RTMINPLUS1",
        "RTMINPLUS2",   "RTMINPLUS3",  "RTMINPLUS4",   "RTMINPLUS5",   "RTMINPLUS6",   "RTMINPLUS7",
        "RTMINPLUS8",   "RTMINPLUS9",  "RTMINPLUS10",  "RTMINPLUS11",  "RTMINPLUS12",  "RTMINPLUS13",
        "RTMINPLUS14",  "RTMINPLUS15", "RTMAXMINUS14", "RTMAXMINUS13", "RTMAXMINUS12", "RTMAXMINUS11",
        "RTMAXMINUS10", "RTMAXMINUS9", "RTMAXMINUS8",  "RTMAXMINUS7",  "RTMAXMINUS6",  "RTMAXMINUS5",
        "RTMAXMINUS4",  "RTMAXMINUS3", "RTMAXMINUS2",  "RTMAXMINUS1",  "RTMAX"};
    const auto found = std::ranges::find(names, bare_signal_name(name));
    return found == names.end() ? 0 : static_cast<std::int32_t>(found - names.begin()) + 1;
}

int kernel_signal(std::string_view name) {
    const std::string bare = bare_signal_name(name);
    for (const auto& [base, sign, first] :
         {std::tuple{"RTMINPLUS", 1, SIGRTMIN}, {"RTMAXMINUS", -1, SIGRTMAX}}) {
        if (!bare.starts_with(base)) continue;
        const auto offset = parse_number<int>(std::string_view(bare).substr(std::string_view(base).size()));
        if (!offset) return 0;
        const int number = first + sign * *offset;
        return number >= SIGRTMIN && number <= SIGRTMAX ? number : 0;
    }
    static const std::map<std::string_view, int> others{
        {"RTMIN", SIGRTMIN}, {"RTMAX", SIGRTMAX}, {"CLD", SIGCHLD}, {"IOT", SIGABRT}, {"IO", SIGIO}};
    if (const auto found = others.find(bare); found != others.end()) return found->second;
    for (int number = 1; number < SIGRTMIN; ++number) {
        const char* known = ::sigabbrev_np(number);
        if (known != nullptr && bare == known) return number;
    }
    return 0;
}

}  // namespace hooklet::cri
