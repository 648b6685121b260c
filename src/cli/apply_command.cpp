// SPDX-License-Identifier: Apache-2.0
#include "api/issue.hpp"
#include "api/json.hpp"
#include "cli/api_session.hpp"
#include "cli/last_applied_command.hpp"
#include "cli/object_list.hpp"
#include "cli/object_output.hpp"
#include "cli/option_checks.hpp"
#include "cli/prune.hpp"
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
    ManifestPaths manifests;
    PruneOptions prune;
    std::string dry_run = "none";
    std::string validate = "strict";
    OutputOptions output;
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

/// What of the options excludes each other, in the order in which kubectl looks.
Status check_together(const ApplyOptions& options) {
    const PruneOptions& prune = options.prune;
    if (options.force_conflicts && !options.server_side)
        return no_sense("--force-conflicts only works with --server-side");
    if (options.dry_run == "client" && options.server_side)
        return no_sense(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (options.manifests.paths.empty()) return no_sense("must specify one of -f and -k");
    if (prune.all && !prune.labels.empty())
        return no_sense("cannot set --all and --selector at the same time");
    if (prune.wanted && !prune.all && prune.labels.empty())
        return no_sense(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass "
            "the --all flag. If you did not mean to prune all resources, specify a label selector");
    return {};
}

/// What a refusal of server-side apply says after its conflicts.
constexpr const char* ways_out =
    "\nOthers manage these fields. Take them over with --force-conflicts, leave them out of the manifest,\n"
    "or give them the values that they have and share them.";

Error refusal_of_server_side(const Error& error) {
    constexpr std::string_view conflict = "Error from server (Conflict): ";
    const std::string text = error.text();
    if (!text.starts_with(conflict)) return error;
    return {error.code, fmt::format("error: {}{}", text.substr(conflict.size()), ways_out)};
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
    Apply(ApiSession* session, ApplyOptions options, ObjectOutput output)
        : session_(session), options_(std::move(options)), output_(std::move(output)) {}

    Task<Result<int>> run() {
        if (Status checked = check_together(options_); !checked) co_return std::unexpected(checked.error());
        if (Status read = read_manifests(); !read) co_return std::unexpected(read.error());
        if (session_->namespace_typed) visited_.namespaces.insert(session_->namespace_);
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (names_[i].type.namespaced) visited_.namespaces.insert(names_[i].namespace_);
            const Status applied = co_await apply(names_[i], objects_[i]);
            if (!applied) session_->complain(applied.error());
        }
        if (session_->failed) co_return exit_ok;
        print_collected();
        if (options_.prune.wanted) {
            options_.prune.dry_run = options_.dry_run;
            OnPruned show_pruned = [this](const ResourceType& type, const api::Node& object) {
                show(type, Applied{object, "pruned"});
            };
            const Status pruned = co_await prune(session_, options_.prune, visited_, std::move(show_pruned));
            if (!pruned) co_return std::unexpected(pruned.error());
            print_collected();
        }
        co_return exit_ok;
    }

  private:
    /// All of them, before the first is touched.
    Status read_manifests() {
        const auto labels = read_selector(options_.prune.labels);
        if (!labels) return std::unexpected(labels.error());
        auto manifests = read_objects(*session_->env, options_.manifests);
        if (!manifests) return std::unexpected(manifests.error());
        for (ManifestObject& manifest : *manifests) {
            auto named = name_of(*session_, manifest);
            if (!named) session_->complain(named.error());
            if (!named || !has_labels(manifest.object, *labels)) continue;
            names_.push_back(*std::move(named));
            objects_.push_back(std::move(manifest.object));
        }
        several_ = manifests->size() > 1;
        if (names_.empty() && !session_->failed)
            return fail(Code::invalid, "error: no objects passed to apply");
        return check_namespaces(*session_, names_);
    }

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
        if (client::find(applied->object, "metadata.deletionTimestamp") != nullptr &&
            applied->how != "created")
            session_->env->err(fmt::format(
                "Warning: Detected changes to resource {} which is currently being deleted.\n", named.name));
        visited_.uids.insert(client::text_at(applied->object, "metadata.uid"));
        show(named.type, *applied);
        co_return Status{};
    }

    Task<Result<Applied>> apply_on_server(Named named, api::Node wanted) {
        Parameters given = parameters(server_side_manager);
        given.emplace_back("force", options_.force_conflicts ? "true" : "");
        std::string target = with_query(path_of(named), given);
        auto object = co_await session_->api->send("PATCH", std::move(target), std::move(wanted),
                                                   "application/apply-patch+yaml");
        if (!object) co_return std::unexpected(refusal_of_server_side(object.error()));
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

    void warn_of_first_apply(const Named& named) {
        session_->env->err(fmt::format(
            "Warning: resource {}/{} is missing the {} annotation which is required by hooklet apply. "
            "hooklet apply should only be used on resources created declaratively by either kubectl create "
            "--save-config or hooklet apply. The missing annotation will be patched automatically.\n",
            named.type.plural, named.name, client::last_applied));
    }

    /// Makes an object that is there what the manifest says.
    Task<Result<Applied>> change(Named named, api::Node annotated, api::Node current) {
        Applied applied{current, "unchanged"};
        const api::TypeDescriptor* known = known_type(named.type);
        const api::Node before = client::last_applied_of(current);
        if (before.is_null() && options_.dry_run != "client") warn_of_first_apply(named);
        const api::Node patch = client::three_way_patch(known, before, annotated, current);
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
        const bool by_name = output_.form == ObjectOutput::Form::name;
        const std::string name = type.named(client::text_at(applied.object, "metadata.name"));
        if (by_name) return session_->env->out(name + "\n");
        if (!output_.is_table()) {
            collected_.push_back(applied.object);
            return hide_managed_fields(collected_.back());
        }
        const std::string dry = options_.dry_run == "none"     ? ""
                                : options_.dry_run == "client" ? " (dry run)"
                                                               : " (server dry run)";
        session_->env->out(fmt::format("{} {}{}\n", name, applied.how, dry));
    }

    /// What -o has asked for: one object, or the list of all.
    void print_collected() {
        if (collected_.empty()) return;
        const bool one = collected_.size() == 1;
        std::string text;
        const Status printed =
            print(output_, {}, one ? collected_.front() : list_of(std::move(collected_)), text);
        collected_.clear();
        session_->env->out(text);
        if (!printed) session_->complain(printed.error());
    }

    ApiSession* session_;
    ApplyOptions options_;
    ObjectOutput output_;
    std::vector<Named> names_;
    std::vector<api::Node> objects_;  ///< What the manifests say of `names_`.
    Visited visited_;
    api::Node::Array collected_;
    bool several_ = false;  ///< The files hold more than one object.
};

Task<Result<int>> apply_files(ApiSession* session, ApplyOptions options) {
    auto output = read_output(*session->env, options.output);
    if (!output) co_return std::unexpected(output.error());
    Apply command(session, std::move(options), *std::move(output));
    co_return co_await command.run();
}

}  // namespace

void add_apply(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<ApplyOptions>();
    CLI::App* verb = app.add_subcommand("apply", "Make objects what manifests say")
                         ->footer(
                             "FILE is YAML or JSON, - for standard input, or a directory. It goes together\n"
                             "with kubectl apply: both keep what was applied last at the object.");
    add_manifest_paths(*verb, typed->manifests, "Manifests");
    add_label_selector(*verb, typed->prune.labels);
    verb->add_flag("--prune", typed->prune.wanted,
                   "Delete what was applied once and is in no manifest\nany more");
    verb->add_flag("--all", typed->prune.all, "With --prune: whatever its labels");
    verb->add_option("--prune-allowlist", typed->prune.allowlist, "Only prune these types: core/v1/ConfigMap")
        ->allow_extra_args(false)
        ->type_name("GROUP/VERSION/KIND");
    verb->add_option("--dry-run", typed->dry_run,
                     "client: only say what would be done; server: let\nthe API check it")
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
    add_output(*verb, typed->output, "json, yaml, name, jsonpath=TEMPLATE or\ngo-template=TEMPLATE");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, apply_files);
    add_last_applied(*verb, session, chosen);
}

}  // namespace hooklet::cli
