// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "cli/object_list.hpp"
#include "cli/observe.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr const char* force_warning =
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been "
    "terminated. "
    "The resource may continue to run on the cluster indefinitely.\n";

struct DeleteOptions {
    ApiOptions api;
    Selected selected;
    std::optional<std::int64_t> grace_s;
    bool now = false;
    bool force = false;
    bool wait = true;
    bool ignore_not_found = false;
    std::string cascade = "background";
    std::string dry_run = "none";
    std::string output;
    std::string timeout = "0s";
};

/// -1 says it too, as kubectl's default. Without `--force` it is at least a second: nobody shall lose data by
/// a 0 alone.
std::optional<std::int64_t> grace_of(const DeleteOptions& options) {
    if (options.now) return 1;
    const std::int64_t given = options.grace_s.value_or(-1);
    if (options.force) return std::max<std::int64_t>(given, 0);
    if (given < 0) return std::nullopt;
    return std::max<std::int64_t>(given, 1);
}

Status check_grace(const DeleteOptions& options) {
    if (options.now && options.grace_s.value_or(-1) != -1)
        return no_sense("--now and --grace-period cannot be specified together");
    if (options.force && grace_of(options).value_or(0) > 0)
        return no_sense("--force and --grace-period greater than 0 cannot be specified together");
    return {};
}

/// `pod "demo" deleted`
std::string line_of(const DeleteOptions& options, const Named& object) {
    if (options.output == "name") return object.type.named(object.name) + "\n";
    const std::string named = object.type.named("");
    const char* how = options.force ? "force deleted" : "deleted";
    const char* dry = options.dry_run == "none"     ? ""
                      : options.dry_run == "client" ? " (dry run)"
                                                    : " (server dry run)";
    return fmt::format("{} \"{}\" {}{}\n", named.substr(0, named.size() - 1), object.name, how, dry);
}

/// The uid of what is being deleted; empty when the object is gone at once.
Task<Result<std::string>> remove(ApiSession* session, DeleteOptions options, Named object) {
    const std::string path = object.type.path(object.namespace_, object.name);
    if (options.dry_run == "client") {
        const auto there = co_await session->api->get(path);
        if (!there) co_return std::unexpected(there.error());
        co_return std::string();
    }
    std::string target = options.dry_run == "server" ? path + "?dryRun=All" : path;
    api::Node body = delete_options(options.cascade, grace_of(options));
    const auto answer = co_await session->api->send("DELETE", std::move(target), std::move(body));
    if (!answer) co_return std::unexpected(answer.error());
    co_return client::text_at(*answer, "metadata.uid");
}

Error of_file(const Error& error, const Named& object, bool several) {
    return object.file.empty() ? error : about_file(error, "deleting", object.file, several);
}

Task<Status> wait_until_gone(ApiSession* session, Named object, std::string uid, Call call) {
    const auto gone = [uid](const api::Node* found) {
        return found == nullptr || client::text_at(*found, "metadata.uid") != uid;
    };
    std::function<bool(const api::Node*)> seen = gone;
    co_return co_await observe(session, std::move(object), std::move(seen), std::move(call));
}

Task<Result<int>> remove_all(ApiSession* session, DeleteOptions options) {
    if (const Status checked = check_grace(options); !checked) co_return std::unexpected(checked.error());
    const auto objects = co_await find_objects(session, options.selected);
    if (!objects) co_return std::unexpected(objects.error());
    if (options.force) session->env->err(force_warning);
    // What a selector has found may go by itself in the meantime.
    const bool selected =
        options.selected.all || !options.selected.labels.empty() || !options.selected.fields.empty();
    if (objects->empty()) session->env->out("No resources found\n");
    std::vector<std::pair<Named, std::string>> going;
    for (const Named& object : *objects) {
        const auto uid = co_await remove(session, options, object);
        const bool missing = !uid && uid.error().code == Code::not_found;
        if (missing && (options.ignore_not_found || selected)) continue;
        if (!uid) {
            session->complain(of_file(uid.error(), object, objects->size() > 1));
            continue;
        }
        session->env->out(line_of(options, object));
        if (!uid->empty()) going.emplace_back(object, *uid);
    }
    if (!options.wait || options.dry_run != "none") co_return exit_ok;
    const Duration limit = *parse_go_duration(options.timeout);
    const Call call = limit > Duration::zero()
                          ? session->env->clock().call_within(limit, session->api->cancel())
                          : session->api->unlimited();
    for (const auto& [object, uid] : going) {
        const Status gone = co_await wait_until_gone(session, object, uid, call);
        if (!gone) session->complain(gone.error());
    }
    co_return exit_ok;
}

}  // namespace

void add_delete(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<DeleteOptions>();
    CLI::App* verb = app.add_subcommand("delete", "Delete objects; Pods stop gracefully")
                         ->footer("Returns when the objects are gone, unless --wait=false.");
    add_selection(*verb, typed->selected);
    verb->add_option("--grace-period", typed->grace_s, "Seconds for the stop, instead of the Pod's own")
        ->type_name("SECONDS")
        ->check(whole_number(-1));
    verb->add_flag("--now", typed->now, "The same as --grace-period=1");
    verb->add_flag("--force", typed->force, "The same as --grace-period=0: gone at once");
    verb->add_flag("--wait,!--no-wait", typed->wait, "Wait until they are gone (default); --wait=false");
    verb->add_option("--timeout", typed->timeout, "Wait no longer; 0s: until they are gone")
        ->type_name("DURATION")
        ->check(duration_problem);
    verb->add_flag("--ignore-not-found", typed->ignore_not_found, "What is not there is no failure");
    verb->add_option("--cascade", typed->cascade, "What becomes of what they own")
        ->type_name("background|foreground|orphan")
        ->check(one_of({"background", "foreground", "orphan"}));
    verb->add_option("--dry-run", typed->dry_run, "Delete nothing")
        ->type_name("none|client|server")
        ->check(one_of({"none", "client", "server"}));
    verb->add_option("-o,--output", typed->output, "name: print TYPE/NAME")
        ->type_name("name")
        ->check(one_of({"name"}));
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, remove_all);
}

}  // namespace hooklet::cli
