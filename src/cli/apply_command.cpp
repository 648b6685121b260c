// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "cli/manifest_files.hpp"
#include "cli/object_output.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"
#include "client/three_way_patch.hpp"
#include "kinds/kind.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

/// The owner of fields that kubectl apply gives; objects applied by either are one owner's.
constexpr const char* client_side_manager = "kubectl-client-side-apply";
constexpr const char* server_side_manager = "kubectl";

struct ApplyOptions {
    ApiOptions api;
    std::vector<std::string> files;
    std::string dry_run = "none";
    std::string validate = "strict";
    std::string output;
    bool server_side = false;
    bool force_conflicts = false;
    std::string field_manager;
};

/// What became of an object.
struct Applied {
    api::Node object;
    std::string how;  ///< `created`, `configured`, `unchanged`, `serverside-applied`
};

/// The description of the type, when it is one of those that this program knows.
const api::TypeDescriptor* known_type(const ResourceType& type) {
    const kinds::Kind* kind = kinds::find(type.group, type.version, type.plural);
    return kind == nullptr ? nullptr : kind->type;
}

class Apply {
  public:
    Apply(ApiSession* session, ApplyOptions options)
        : session_(session), options_(std::move(options)), output_(*parse_output(options_.output)) {}

    Task<Result<int>> run() {
        const auto objects = read_objects(*session_->env, options_.files);
        if (!objects) co_return std::unexpected(objects.error());
        for (const api::Node& object : *objects) {
            const Status applied = co_await apply(object);
            if (!applied) session_->complain(applied.error());
        }
        co_return exit_ok;
    }

  private:
    [[nodiscard]] Parameters parameters(const char* manager) const {
        const std::string& validate = options_.validate;
        const bool strict = validate == "strict" || validate == "true";
        return {{"dryRun", options_.dry_run == "server" ? "All" : ""},
                {"fieldManager", options_.field_manager.empty() ? manager : options_.field_manager},
                {"fieldValidation", strict               ? "Strict"
                                    : validate == "warn" ? "Warn"
                                                         : "Ignore"}};
    }

    Task<Status> apply(api::Node wanted) {
        const auto type = client::type_of(session_->types, wanted);
        if (!type) co_return std::unexpected(type.error());
        const std::string name = client::text_at(wanted, "metadata.name");
        if (name.empty()) {
            co_return fail(Code::invalid,
                           "error: from the manifest: resource name may not be empty; objects with "
                           "generateName can be created, not applied");
        }
        std::string namespace_ = client::text_at(wanted, "metadata.namespace");
        if (namespace_.empty()) namespace_ = session_->namespace_;
        if (type->namespaced) wanted.find("metadata")->set("namespace", api::Node(namespace_));
        Result<Applied> applied;
        if (options_.server_side) {
            applied = co_await apply_on_server(*type, std::move(wanted), namespace_, name);
        } else {
            applied = co_await apply_here(*type, std::move(wanted), namespace_, name);
        }
        if (!applied) co_return std::unexpected(applied.error());
        show(*type, *applied);
        co_return Status{};
    }

    Task<Result<Applied>> apply_on_server(ResourceType type, api::Node wanted, std::string namespace_,
                                          std::string name) {
        Parameters given = parameters(server_side_manager);
        given.emplace_back("force", options_.force_conflicts ? "true" : "");
        std::string target = with_query(type.path(namespace_, name), given);
        auto object = co_await session_->api->send("PATCH", std::move(target), std::move(wanted),
                                                   "application/apply-patch+yaml");
        if (!object) co_return std::unexpected(object.error());
        Applied applied{*std::move(object), "serverside-applied"};
        co_return applied;
    }

    Task<Result<Applied>> apply_here(ResourceType type, api::Node wanted, std::string namespace_,
                                     std::string name) {
        const api::Node annotated = client::with_last_applied(wanted);
        const auto current = co_await session_->api->get(type.path(namespace_, name));
        if (!current && current.error().code != Code::not_found) co_return std::unexpected(current.error());
        Applied applied{annotated, current ? "unchanged" : "created"};
        const bool nothing_is_sent = options_.dry_run == "client";
        if (!current) {
            if (nothing_is_sent) co_return applied;
            std::string target = with_query(type.path(namespace_), parameters(client_side_manager));
            auto made = co_await session_->api->send("POST", std::move(target), annotated);
            if (!made) co_return std::unexpected(made.error());
            applied.object = *std::move(made);
            co_return applied;
        }
        applied.object = *current;
        const api::TypeDescriptor* known = known_type(type);
        api::Node patch =
            client::three_way_patch(known, client::last_applied_of(*current), annotated, *current);
        if (patch.as_object()->empty()) co_return applied;
        applied.how = "configured";
        if (nothing_is_sent) co_return applied;
        std::string target = with_query(type.path(namespace_, name), parameters(client_side_manager));
        std::string patch_type =
            known == nullptr ? "application/merge-patch+json" : "application/strategic-merge-patch+json";
        auto patched =
            co_await session_->api->send("PATCH", std::move(target), std::move(patch), std::move(patch_type));
        if (!patched) co_return std::unexpected(patched.error());
        const std::string version = "metadata.resourceVersion";
        if (options_.dry_run == "none" &&
            client::text_at(*patched, version) == client::text_at(*current, version))
            applied.how = "unchanged";
        applied.object = *std::move(patched);
        co_return applied;
    }

    void show(const ResourceType& type, const Applied& applied) {
        if (!output_.is_table()) {
            api::Node readable = applied.object;
            hide_managed_fields(readable);
            const auto text = print(output_, type, readable);
            if (!text) return session_->complain(text.error());
            return session_->env->out(*text);
        }
        const std::string dry = options_.dry_run == "none"     ? ""
                                : options_.dry_run == "client" ? " (dry run)"
                                                               : " (server dry run)";
        session_->env->out(fmt::format(
            "{} {}{}\n", type.named(client::text_at(applied.object, "metadata.name")), applied.how, dry));
    }

    ApiSession* session_;
    ApplyOptions options_;
    ObjectOutput output_;
};

Task<Result<int>> apply_files(ApiSession* session, ApplyOptions options) {
    Apply command(session, std::move(options));
    co_return co_await command.run();
}

}  // namespace

void add_apply(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<ApplyOptions>();
    CLI::App* verb =
        app.add_subcommand("apply", "Make objects what manifests say")
            ->footer(
                "FILE is YAML or JSON, - for standard input, or a directory. It goes together with\n"
                "kubectl apply: both keep what was applied last at the object.");
    verb->add_option("-f,--filename", typed->files, "Manifests")->required()->type_name("FILE");
    verb->add_option("--dry-run", typed->dry_run,
                     "client: only say what would be done; server: let the\nAPI check it")
        ->type_name("none|client|server")
        ->check(one_of({"none", "client", "server"}));
    verb->add_option("--validate", typed->validate,
                     "What unknown fields are: an error, a warning, or\nnothing")
        ->type_name("strict|warn|ignore")
        ->check(one_of({"strict", "true", "warn", "ignore", "false"}));
    verb->add_flag("--server-side", typed->server_side, "Let the API merge, with owners of fields");
    verb->add_flag("--force-conflicts", typed->force_conflicts,
                   "With --server-side: take fields of other owners");
    verb->add_option("--field-manager", typed->field_manager, "The owner of the fields")->type_name("NAME");
    verb->add_option("-o,--output", typed->output, "json, yaml, name or jsonpath=TEMPLATE")
        ->type_name("FORM")
        ->check(output_problem);
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, apply_files);
}

}  // namespace hooklet::cli
