// SPDX-License-Identifier: Apache-2.0
#include "support/sim_behavior.hpp"

#include <charconv>
#include <functional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace hooklet::sim {

namespace {

using Text = std::string_view;

Duration duration_of(Text text) {
    const auto parsed = parse_go_duration(text);
    if (!parsed) throw std::invalid_argument(parsed.error().message);
    return *parsed;
}

std::int32_t number_of(Text text) {
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::invalid_argument("not a number: " + std::string(text));
    }
    return value;
}

std::optional<ServerBehavior> server_of(Text how) {
    if (how == "closed") return std::nullopt;
    if (how == "http") return ServerBehavior{};
    if (how == "hang") return ServerBehavior::silent();
    if (how == "tls") return ServerBehavior{.tls = true};
    if (how == "serving") return ServerBehavior::with_health(1);
    if (how == "not-serving") return ServerBehavior::with_health(2);
    return ServerBehavior::with_status(number_of(how));
}

void add_server(ContainerBehavior& b, Text text) {
    const std::size_t at = text.find('@');
    const Text what = text.substr(0, at);
    const std::size_t colon = what.find(':');
    const auto server = server_of(colon == Text::npos ? "200" : what.substr(colon + 1));
    const auto port = static_cast<std::uint16_t>(number_of(what.substr(0, colon)));
    if (at != Text::npos) {
        b.changes.push_back({duration_of(text.substr(at + 1)), port, server});
    } else if (server) {
        b.listens[port] = *server;
    }
}

template <class B>
using Words = std::map<Text, std::function<void(B&, Text)>>;

const Words<ContainerBehavior>& container_words() {
    using B = ContainerBehavior;
    static const Words<B> words{
        {"run", [](B& b, Text v) { b.runs_for = duration_of(v); }},
        {"exit", [](B& b, Text v) { b.exit_code = number_of(v); }},
        {"oom", [](B& b, Text) { b.oom = true; }},
        {"stop", [](B& b, Text v) { b.stops_after = duration_of(v); }},
        {"stop-exit", [](B& b, Text v) { b.stop_exit_code = number_of(v); }},
        {"ignore-stop", [](B& b, Text) { b.ignores_stop_signal = true; }},
        {"start-error", [](B& b, Text v) { b.start_error = v; }},
        {"message", [](B& b, Text v) { b.message = v; }},
        {"prints", [](B& b, Text v) { b.prints = v; }},
        {"listen", add_server},
    };
    return words;
}

const Words<ExecBehavior>& exec_words() {
    using B = ExecBehavior;
    static const Words<B> words{
        {"takes", [](B& b, Text v) { b.takes = duration_of(v); }},
        {"hang", [](B& b, Text) { b.takes = std::nullopt; }},
        {"exit", [](B& b, Text v) { b.exit_code = number_of(v); }},
        {"stdout", [](B& b, Text v) { b.stdout_ = v; }},
        {"stderr", [](B& b, Text v) { b.stderr_ = v; }},
        {"error", [](B& b, Text v) { b.start_error = v; }},
        {"app-exit", [](B& b, Text v) { b.ends_app = {{}, number_of(v)}; }},
        {"until", [](B& b, Text v) { b.until = duration_of(v); }},
        {"app-after", [](B& b, Text v) { b.ends_app.value().after = duration_of(v); }},
    };
    return words;
}

template <class B>
void apply(B& behavior, const Words<B>& words, Text word) {
    const std::size_t equals = word.find('=');
    const auto known = words.find(word.substr(0, equals));
    if (known == words.end()) throw std::invalid_argument("unknown word: " + std::string(word));
    known->second(behavior, equals == Text::npos ? Text{} : word.substr(equals + 1));
}

}  // namespace

std::optional<std::vector<ContainerBehavior>> parse_container_behavior(const std::vector<std::string>& argv) {
    if (argv.empty() || argv.front() != "sim") return std::nullopt;
    std::vector<ContainerBehavior> starts(1);
    for (const std::string& word : std::span(argv).subspan(1)) {
        if (word == "then") {
            starts.emplace_back();
        } else {
            apply(starts.back(), container_words(), word);
        }
    }
    return starts;
}

std::optional<ExecBehavior> parse_exec_behavior(const std::vector<std::string>& argv, Duration age) {
    if (argv.empty()) return std::nullopt;
    ExecBehavior behavior;
    if (argv.front() == "true" && argv.size() == 1) return behavior;
    if (argv.front() == "false" && argv.size() == 1) {
        behavior.exit_code = 1;
        return behavior;
    }
    if (argv.front() == "sleep" && argv.size() == 2) {
        behavior.takes.reset();
        if (argv[1] != "infinity") behavior.takes = std::chrono::seconds{number_of(argv[1])};
        return behavior;
    }
    if (argv.front() != "sim") return std::nullopt;
    for (const std::string& word : std::span(argv).subspan(1)) {
        if (word != "then") {
            apply(behavior, exec_words(), word);
        } else if (age < behavior.until.value()) {
            break;
        } else {
            behavior = {};
        }
    }
    return behavior;
}

std::string join(const std::vector<std::string>& argv) {
    std::string out;
    for (const std::string& word : argv) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

}  // namespace hooklet::sim
