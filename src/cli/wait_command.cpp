// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "cli/object_list.hpp"
#include "cli/observe.hpp"
#include "cli/option_checks.hpp"
#include "client/wait_for.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

/// What kubectl waits for when it is told not to end.
constexpr Duration a_week = std::chrono::hours{24 * 7};

struct WaitOptions {
    ApiOptions api;
    Selected selected;
    std::string condition;
    std::string timeout = "30s";
};

std::string wait_for_problem(const std::string& text) {
    const auto wanted = client::parse_wait_for(text);
    return wanted ? "" : wanted.error().message.substr(std::string_view("error: ").size());
}

Task<Status> wait_for_one(ApiSession* session, Named object, client::WaitFor wanted, Call call) {
    bool missing = false;
    Result<bool> done = false;
    const bool may_be_missing =
        wanted.kind == client::WaitFor::Kind::deletion || wanted.kind == client::WaitFor::Kind::creation;
    std::function<bool(const api::Node*)> seen = [&wanted, &missing, &done,
                                                  may_be_missing](const api::Node* found) {
        missing = found == nullptr && !may_be_missing;
        if (found == nullptr) return missing || wanted.kind == client::WaitFor::Kind::deletion;
        done = client::is_met(wanted, *found);
        return !done || *done;
    };
    const Status met = co_await observe(session, object, std::move(seen), std::move(call));
    if (!met) co_return met;
    if (!done) co_return std::unexpected(done.error());
    if (missing) {
        co_return fail(Code::not_found, fmt::format("Error from server (NotFound): {} \"{}\" not found",
                                                    object.type.resource(), object.name));
    }
    session->env->out(object.type.named(object.name) + " condition met\n");
    co_return Status{};
}

Task<Result<int>> wait(ApiSession* session, WaitOptions options) {
    const client::WaitFor wanted = *client::parse_wait_for(options.condition);
    const auto objects = co_await find_objects(session, options.selected);
    if (!objects) co_return std::unexpected(objects.error());
    if (objects->empty() && wanted.kind != client::WaitFor::Kind::deletion)
        co_return fail(Code::not_found, "error: no matching resources found");
    const Duration given = *parse_go_duration(options.timeout);
    const Call call =
        session->env->clock().call_within(given < Duration::zero() ? a_week : given, session->api->cancel());
    for (const Named& object : *objects) {
        const Status met = co_await wait_for_one(session, object, wanted, call);
        if (!met) session->complain(met.error());
    }
    co_return exit_ok;
}

}  // namespace

void add_wait(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<WaitOptions>();
    CLI::App* verb = app.add_subcommand("wait", "Wait until objects are what they should be");
    typed->selected.manifests.recursive = true;  // kubectl's default, here alone
    add_selection(*verb, typed->selected);
    verb->add_option("--for", typed->condition,
                     "condition=NAME[=VALUE], jsonpath={PATH}[=VALUE],\ndelete or create")
        ->required()
        ->type_name("WHAT")
        ->check(wait_for_problem);
    verb->add_option("--timeout", typed->timeout,
                     "No longer than this for all together; 0s: look\nonce, -1s: a week")
        ->type_name("DURATION")
        ->capture_default_str()
        ->check(signed_duration_problem);
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, wait);
}

}  // namespace hooklet::cli
