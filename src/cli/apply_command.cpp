// SPDX-License-Identifier: Apache-2.0
#include "api/issue.hpp"
#include "api/json.hpp"
#include "cli/api_session.hpp"
#include "cli/object_list.hpp"
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

std::string path_of(const Named& named) {
    return named.type.path(named.namespace_, named.name);
}

/// An object in the form in which kubectl's errors tell which one it was.
std::string long_name(const Named& named) {
    const ResourceType& type = named.type;
    return fmt::format(R"(Resource: "{0}/{1}, Resource={2}", GroupVersionKind: "{0}/{1}, Kind={3}")"
                       "\nName: {4}, Namespace: {5}",
                       type.group, type.version, type.plural, type.kind, api::quote(named.name),
                       api::quote(named.namespace_));
}

class Apply {
  public:
    Apply(ApiSession* session, ApplyOptions options)
        : session_(session), options_(std::move(options)), output_(*parse_output(options_.output)) {}

    Task<Result<int>> run() {
        auto manifests = read_objects(*session_->env, options_.files);
        if (!manifests) co_return std::unexpected(manifests.error());
        several_ = manifests->size() > 1;
        std::vector<Named> names;
        std::vector<api::Node> objects;
        for (ManifestObject& manifest : *manifests) {
            auto named = name_of(*session_, manifest);
            if (named) {
                names.push_back(*std::move(named));
                objects.push_back(std::move(manifest.object));
            } else {
                session_->complain(named.error());
            }
        }
        // All of them, before the first is touched.
        if (Status checked = check_namespaces(*session_, names); !checked)
            co_return std::unexpected(checked.error());
        for (std::size_t i = 0; i < names.size(); ++i) {
            const Status applied = co_await apply(names[i], objects[i]);
            if (!applied) session_->complain(applied.error());
        }
        co_return exit_ok;
    }

  private:
    [[nodiscard]] std::unexpected<Error> failed(const Error& error, std::string_view doing,
                                                const Named& named) const {
        return std::unexpected(about_file(error, doing, named.file, several_));
    }

    [[nodiscard]] Parameters parameters(const char* manager) const {
        const std::string& validate = options_.validate;
        const bool strict = validate == "strict" || validate == "true";
        return {{"dryRun", options_.dry_run == "server" ? "All" : ""},
                {"fieldManager", options_.field_manager.empty() ? manager : options_.field_manager},
                {"fieldValidation", strict               ? "Strict"
                                    : validate == "warn" ? "Warn"
                                                         : "Ignore"}};
    }

    Task<Status> apply(Named named, api::Node wanted) {
        if (named.type.namespaced) wanted.find("metadata")->set("namespace", api::Node(named.namespace_));
        Result<Applied> applied;
        if (options_.server_side) {
            applied = co_await apply_on_server(named, std::move(wanted));
        } else {
            applied = co_await apply_here(named, std::move(wanted));
        }
        if (!applied) co_return std::unexpected(applied.error());
        show(named.type, *applied);
        co_return Status{};
    }

    Task<Result<Applied>> apply_on_server(Named named, api::Node wanted) {
        Parameters given = parameters(server_side_manager);
        given.emplace_back("force", options_.force_conflicts ? "true" : "");
        std::string target = with_query(path_of(named), given);
        auto object = co_await session_->api->send("PATCH", std::move(target), std::move(wanted),
                                                   "application/apply-patch+yaml");
        if (!object) co_return std::unexpected(object.error());
        Applied applied{*std::move(object), "serverside-applied"};
        co_return applied;
    }

    Task<Result<Applied>> apply_here(Named named, api::Node wanted) {
        const api::Node annotated = client::with_last_applied(wanted);
        const auto current = co_await session_->api->get(path_of(named));
        if (current) co_return co_await change(std::move(named), annotated, *current);
        if (current.error().code != Code::not_found)
            co_return failed(
                current.error(),
                fmt::format("retrieving current configuration of:\n{}\nfrom server for:", long_name(named)),
                named);
        Applied applied{annotated, "created"};
        if (options_.dry_run == "client") co_return applied;
        std::string target = with_query(named.type.path(named.namespace_), parameters(client_side_manager));
        auto made = co_await session_->api->send("POST", std::move(target), annotated);
        if (!made) co_return failed(made.error(), "creating", named);
        applied.object = *std::move(made);
        co_return applied;
    }

    /// Makes an object that is there what the manifest says.
    Task<Result<Applied>> change(Named named, api::Node annotated, api::Node current) {
        Applied applied{current, "unchanged"};
        const api::TypeDescriptor* known = known_type(named.type);
        const api::Node patch =
            client::three_way_patch(known, client::last_applied_of(current), annotated, current);
        if (patch.as_object()->empty()) co_return applied;
        applied.how = "configured";
        if (options_.dry_run == "client") co_return applied;
        std::string target = with_query(path_of(named), parameters(client_side_manager));
        std::string patch_type =
            known == nullptr ? "application/merge-patch+json" : "application/strategic-merge-patch+json";
        auto patched = co_await session_->api->send("PATCH", std::move(target), patch, std::move(patch_type));
        if (!patched)
            co_return failed(
                patched.error(),
                fmt::format("applying patch:\n{}\nto:\n{}\nfor:", api::write_json(patch), long_name(named)),
                named);
        const std::string version = "metadata.resourceVersion";
        if (options_.dry_run == "none" &&
            client::text_at(*patched, version) == client::text_at(current, version))
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
    bool several_ = false;  ///< The files hold more than one object.
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
