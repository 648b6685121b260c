// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"

#include "cli/option_checks.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::cli {

namespace {

std::string runtime_problem(const std::string& runtime) {
    if (runtime == "auto") return {};
    if (runtime.starts_with("unix:///") && runtime.size() > std::string_view("unix:///").size()) return {};
    return fmt::format("{} is not an engine that hooklet knows; use auto or unix:///path/to/cri.sock",
                       runtime);
}

void add_globals(CLI::App& app, SessionOptions& options) {
    app.add_option("--root", options.root,
                   "Keep all of this agent below DIR, instead of in\n"
                   "/var/lib/hooklet, /run/hooklet and /var/log")
        ->type_name("DIR");
    app.add_option("--runtime", options.runtime,
                   "Container engine: auto (hooklet's own containerd)\nor unix:///path")
        ->type_name("ENGINE")
        ->capture_default_str()
        ->check(runtime_problem);
}

std::vector<std::string> verb_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(verb->get_name());
    }
    return names;
}

/// The innermost command that was typed.
const CLI::App& typed_command(const CLI::App& app) {
    const CLI::App* command = &app;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    return *command;
}

/// `Could not convert: --wait = maybe` is the flag's only complaint that is left: all else is checked before.
std::string no_flag_value(std::string_view complaint) {
    constexpr std::string_view before = "Could not convert: ";
    constexpr std::string_view between = " = ";
    const std::size_t middle = complaint.find(between);
    if (!complaint.starts_with(before) || middle == std::string_view::npos) return std::string(complaint);
    return fmt::format("{}: expected true or false, not \"{}\"",
                       complaint.substr(before.size(), middle - before.size()),
                       complaint.substr(middle + between.size()));
}

/// `--for: 1 required DURATION missing` and `--for: At Most 1 required but received 2`
std::string wrong_count(std::string_view complaint) {
    const std::string_view option = complaint.substr(0, complaint.find(':'));
    const bool repeated = complaint.contains("At Most");
    return fmt::format("{} {}", option, repeated ? "is given more than once" : "needs a value");
}

/// What is wrong with the words after a command that has no commands below it.
std::string problem_of_words(const std::vector<std::string>& rest, const CLI::ParseError& error) {
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) return no_flag_value(error.what());
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return wrong_count(error.what());
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr || rest.empty()) return error.what();
    const auto option =
        std::ranges::find_if(rest, [](const std::string& arg) { return arg.starts_with('-'); });
    return option != rest.end() ? "unknown option " + *option
                                : fmt::format("unexpected argument \"{}\"", rest.front());
}

/// What is wrong with a command line, in words better than CLI11's.
std::string problem_of(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& command = typed_command(app);
    const std::vector<std::string> verbs = verb_names(command);
    const std::vector<std::string> rest =
        app.remaining(true);  // what a command does not take falls to its parent
    if (verbs.empty()) return problem_of_words(rest, error);
    const auto word =
        std::ranges::find_if(rest, [](const std::string& arg) { return !arg.starts_with('-'); });
    if (word != rest.end()) {
        return fmt::format("unknown command \"{}\"; the commands are {}", *word, fmt::join(verbs, ", "));
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr) return problem_of_words(rest, error);
    return fmt::format("a command is missing; the commands are {}", fmt::join(verbs, ", "));
}

std::string full_name(const CLI::App& command) {
    if (command.get_parent() == nullptr) return command.get_name();
    return full_name(*command.get_parent()) + " " + command.get_name();
}

std::string help_of(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return command.help(parent == nullptr ? "" : full_name(*parent));
}

Answer refusal(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& command = typed_command(app);
    return {exit_bad_input,
            {},
            fmt::format("hooklet: {}\nRun '{} --help' for how it is used.\n", problem_of(app, error),
                        full_name(command))};
}

}  // namespace

void add_hook_http_status(CLI::App& verb, std::shared_ptr<SessionOptions> options) {
    verb.add_option_function<std::string>(
            "--hook-http-status",
            [options](const std::string& text) { options->any_http_status = text == "any"; },
            "any: httpGet hooks succeed with every HTTP status,\nas on a kubelet")
        ->type_name("success|any")
        ->default_str("success")
        ->check(one_of({"success", "any"}));
}

std::variant<Verb, Answer> parse(std::vector<std::string> args) {
    CLI::App app("Runs Kubernetes Pods on this machine, with all their lifecycle hooks.", "hooklet");
    const auto options = std::make_shared<SessionOptions>();
    Verb chosen;
    app.fallthrough();
    app.require_subcommand(1);
    add_globals(app, *options);
    add_run(app, options, chosen);
    add_agent(app, options, chosen);
    add_kubeconfig(app, options, chosen);
    for (const auto add :
         {add_apply, add_get, add_describe, add_logs, add_exec, add_delete, add_wait, add_events})
        add(app, options, chosen);
    add_image(app, options, chosen);
    add_version(app, chosen);
    std::ranges::reverse(args);  // the order that CLI11 takes a vector in
    try {
        app.parse(args);
    } catch (const CLI::CallForHelp&) {
        return Answer{exit_ok, help_of(typed_command(app)), {}};
    } catch (const CLI::ParseError& error) {
        return refusal(app, error);
    }
    return chosen;
}

void complain(Environment& env, std::string_view message) {
    env.err(fmt::format("hooklet: {}\n", message));
}

Task<int> run_cli(Environment* env, std::vector<std::string> args) {
    const auto parsed = parse(std::move(args));
    if (const auto* answer = std::get_if<Answer>(&parsed)) {
        env->out(answer->out);
        env->err(answer->err);
        co_return answer->exit_code;
    }
    const Verb verb = std::get<Verb>(parsed);
    co_return co_await verb(env);
}

}  // namespace hooklet::cli
