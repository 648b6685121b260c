// SPDX-License-Identifier: Apache-2.0
#include "api/signal_name.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <array>
#include <csignal>

namespace hooklet::api {

namespace {

struct Named {
    std::string_view name;
    int number;
};
constexpr std::array<Named, 34> signals{{
    {"SIGABRT", SIGABRT}, {"SIGALRM", SIGALRM}, {"SIGBUS", SIGBUS},   {"SIGCHLD", SIGCHLD},
    {"SIGCLD", SIGCHLD},  {"SIGCONT", SIGCONT}, {"SIGFPE", SIGFPE},   {"SIGHUP", SIGHUP},
    {"SIGILL", SIGILL},   {"SIGINT", SIGINT},   {"SIGIO", SIGIO},     {"SIGIOT", SIGABRT},
    {"SIGKILL", SIGKILL}, {"SIGPIPE", SIGPIPE}, {"SIGPOLL", SIGIO},   {"SIGPROF", SIGPROF},
    {"SIGPWR", SIGPWR},   {"SIGQUIT", SIGQUIT}, {"SIGSEGV", SIGSEGV}, {"SIGSTKFLT", 16},
    {"SIGSTOP", SIGSTOP}, {"SIGSYS", SIGSYS},   {"SIGTERM", SIGTERM}, {"SIGTRAP", SIGTRAP},
    {"SIGTSTP", SIGTSTP}, {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU}, {"SIGURG", SIGURG},
    {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGVTALRM", 26},    {"SIGWINCH", 28},
    {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ},
}};
// The kernel's numbers as containers see them; the C library keeps the first two of the range for itself.
constexpr int first_real_time = 34;
constexpr int last_real_time = 64;

std::optional<int> real_time(std::string_view name) {
    const bool from_first = name.starts_with("SIGRTMIN");
    if (!from_first && !name.starts_with("SIGRTMAX")) return std::nullopt;
    name.remove_prefix(8);
    if (name.empty()) return from_first ? first_real_time : last_real_time;
    if (name.front() != (from_first ? '+' : '-')) return std::nullopt;
    name.remove_prefix(1);
    const auto offset = parse_number<int>(name);
    if (!offset || *offset < 1 || *offset > (from_first ? 15 : 14)) return std::nullopt;
    return from_first ? first_real_time + *offset : last_real_time - *offset;
}

}  // namespace

std::optional<int> signal_number(std::string_view name) {
    const auto it =
        std::find_if(signals.begin(), signals.end(), [&](const Named& s) { return s.name == name; });
    if (it != signals.end()) return it->number;
    return real_time(name);
}

}  // namespace hooklet::api
