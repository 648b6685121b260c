// SPDX-License-Identifier: Apache-2.0
#include "cli/run_command.hpp"

#include "cli/cli.hpp"
#include "cli/option_checks.hpp"
#include "cli/run.hpp"
#include "cli/run_input.hpp"

#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr const char* run_description = "Run Pods in the foreground and report on them";

constexpr const char* run_footer =
    "FILE is YAML (several documents are fine) or JSON, - for standard input, or a\n"
    "directory. Beside Pods it may hold the ConfigMaps and Secrets that they refer\n"
    "to. Without --until and --for the Pods run until all have ended by themselves,\n"
    "or until Ctrl-C. A Pod that cannot start, for example because its image never\n"
    "comes, is tried again until Ctrl-C.\n\n"
    "Interrupts (Ctrl-C or SIGTERM): the first stops all Pods gracefully, the second\n"
    "shortens their grace period to 1s, the third leaves them and returns. Output\n"
    "that nobody reads any more (| head) counts as one.\n\n"
    "Exit code:\n"
    "  0    everything went well\n"
    "  1    something failed: a hook failed or timed out, a container's last run\n"
    "       ended with a code other than 0 before it was asked to stop, a Pod Failed\n"
    "       or could not become what --until asks for, or the engine could not be\n"
    "       started. What a container returns to a stop that was asked for, and a\n"
    "       SIGKILL at the end of the grace period, are reported but are no failure.\n"
    "  2    the input is wrong; nothing was started\n"
    "  130  interrupted";

/// The same options as they are typed.
struct Typed {
    RunOptions options;
    std::string until;
    std::string hold;
    bool quiet = false;
    std::string output = "text";
};

Until goal_of(const std::string& until) {
    if (until == "running") return Until::running;
    if (until == "ready") return Until::ready;
    return until == "completed" ? Until::completed : Until::ended;
}

void add_goal(CLI::App& run, Typed& typed) {
    run.add_option("--until", typed.until, "Stop when every Pod is running, ready or completed")
        ->type_name("running|ready|completed")
        ->check(one_of({"running", "ready", "completed"}));
    run.add_option("--for", typed.hold,
                   "Stop so long after every Pod runs or has ended;\n"
                   "with --until: wait for it no longer than this")
        ->type_name("DURATION")
        ->check(duration_problem);
    run.add_option("--grace-period", typed.options.goal.grace_s,
                   "Seconds for the stop of all Pods at the end,\n"
                   "instead of each Pod's own grace period")
        ->type_name("SECONDS")
        ->check(whole_number(0));
}

void add_display(CLI::App& run, Typed& typed) {
    run.add_option("-o,--output", typed.output, "json prints one JSON object a line")
        ->type_name("text|json")
        ->check(one_of({"text", "json"}));
    run.add_flag("-q,--quiet", typed.quiet, "Print only what went wrong");
}

RunOptions options_of(const Typed& typed, const SessionOptions& session) {
    RunOptions options = typed.options;
    options.session = session;
    options.goal.until = goal_of(typed.until);
    if (!typed.hold.empty()) options.goal.hold = *parse_go_duration(typed.hold);
    if (typed.output == "json") options.output = Output::json;
    if (typed.quiet) options.output = Output::quiet;
    return options;
}

}  // namespace

void add_run(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen) {
    const auto typed = std::make_shared<Typed>();
    CLI::App* run = app.add_subcommand("run", run_description)->footer(run_footer);
    run->add_option("FILE", typed->options.files, "Manifests")->required()->type_name("");
    add_goal(*run, *typed);
    add_display(*run, *typed);
    add_hook_http_status(*run, options);
    run->callback([&chosen, options, typed] {
        chosen = [ready = options_of(*typed, *options)](Environment* env) { return run_command(env, ready); };
    });
}

Task<int> run_command(Environment* env, RunOptions options) {
    RunInput input = read_manifests(*env, options.files);
    for (const api::Issue& issue : input.issues) env->err(api::to_string(issue) + "\n");
    if (!input.issues.empty()) co_return exit_bad_input;

    const auto opening = std::make_shared<CancelSource>();
    env->on_interrupt([opening] { opening->cancel({Code::cancelled, "interrupted"}); });
    Result<std::unique_ptr<Session>> session = co_await env->open(options.session, opening->token());
    if (!session) {
        if (opening->token().cancelled()) co_return exit_interrupted;
        complain(*env, session.error().text());
        co_return exit_failed;
    }
    int code = exit_interrupted;
    std::optional<Run> run;
    if (!opening->token().cancelled()) {
        // Closes the attempts that an earlier run left open, before this one listens.
        const std::vector<std::string> no_containers;
        (void)co_await (*session)->journal().recall(no_containers);
        for (api::ConfigMap& object : input.config_maps) (*session)->objects().put(std::move(object));
        for (api::Secret& object : input.secrets) (*session)->objects().put(std::move(object));
        run.emplace(env, session->get(), options.goal, options.output, std::move(input.pods));
        code = co_await run->execute();
    }
    const Containers fate = run && run->abandoned() ? Containers::left_alone : Containers::ended;
    co_await (*session)->close(fate);
    co_return code;
}

}  // namespace hooklet::cli
