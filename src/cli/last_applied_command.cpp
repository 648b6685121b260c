// SPDX-License-Identifier: Apache-2.0
#include "cli/last_applied_command.hpp"

#include "api/json.hpp"
#include "cli/api_session.hpp"
#include "cli/object_list.hpp"
#include "cli/object_output.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"
#include "client/three_way_patch.hpp"
#include "client/yaml_text.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

struct ViewOptions {
    ApiOptions api;
    Selected selected;
    std::string output = "yaml";
};

Task<Result<int>> view_last_applied(ApiSession* session, ViewOptions options) {
    const auto objects = co_await find_objects(session, options.selected);
    if (!objects) co_return std::unexpected(objects.error());
    std::string text;
    for (const Named& named : *objects) {
        const auto object = co_await session->api->get(named.type.path(named.namespace_, named.name));
        if (!object) co_return std::unexpected(object.error());
        const api::Node applied = client::last_applied_of(*object);
        if (applied.is_null())
            co_return no_sense(
                fmt::format("no last-applied-configuration annotation found on resource: {}", named.name));
        text += options.output == "json" ? api::write_json(applied, api::JsonStyle::pretty) + "\n"
                                         : client::write_yaml(applied);
    }
    session->env->out(text);
    co_return exit_ok;
}

struct SetOptions {
    ApiOptions api;
    ManifestPaths manifests;
    OutputOptions output;
    std::string dry_run = "none";
    bool create_annotation = false;
};

class SetLastApplied {
  public:
    SetLastApplied(ApiSession* session, SetOptions options, ObjectOutput output)
        : session_(session), options_(std::move(options)), output_(std::move(output)) {}

    /// Looks at all objects before the first is changed.
    Task<Result<int>> run() {
        if (options_.manifests.paths.empty()) co_return no_sense("must specify one of -f and -k");
        const auto manifests = read_objects(*session_->env, options_.manifests);
        if (!manifests) co_return std::unexpected(manifests.error());
        for (const ManifestObject& manifest : *manifests) {
            const Status checked = co_await check(manifest);
            if (!checked) co_return std::unexpected(checked.error());
        }
        for (std::size_t i = 0; i < changes_.size(); ++i) {
            const Status set = co_await set_one(changes_[i]);
            if (!set) co_return std::unexpected(set.error());
        }
        co_return exit_ok;
    }

  private:
    struct Change {
        Named named;
        api::Node object;  ///< As it is.
        std::string text;  ///< What the annotation will be.
    };

    Task<Status> check(ManifestObject manifest) {
        const auto named = name_of(*session_, manifest);
        if (!named) co_return std::unexpected(named.error());
        std::vector<Named> one{*named};
        if (Status checked = check_namespaces(*session_, one); !checked) co_return checked;
        if (named->type.namespaced)
            manifest.object.find("metadata")->set("namespace", api::Node(named->namespace_));
        const auto current = co_await session_->api->get(named->type.path(named->namespace_, named->name));
        if (!current) co_return std::unexpected(current.error());
        const api::Node before = client::last_applied_of(*current);
        if (before.is_null() && !options_.create_annotation)
            co_return no_sense(fmt::format(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, "
                "run the command with --create-annotation",
                named->name));
        if (api::same_value(before, manifest.object)) {
            session_->env->out(fmt::format("set-last-applied {}: no changes required.\n", named->name));
            co_return Status{};
        }
        Change change{*named, *current, client::json_of_kubectl(manifest.object) + "\n"};
        changes_.push_back(std::move(change));
        co_return Status{};
    }

    Task<Status> set_one(Change change) {
        const bool sent = options_.dry_run != "client";
        if (sent) {
            std::string path = change.named.type.path(change.named.namespace_, change.named.name);
            const Parameters parameters{{"dryRun", options_.dry_run == "server" ? "All" : ""},
                                        {"fieldManager", "kubectl"}};
            std::string target = with_query(std::move(path), parameters);
            auto changed = co_await session_->api->send("PATCH", std::move(target), patch_of(change.text),
                                                        "application/merge-patch+json");
            if (!changed) co_return std::unexpected(changed.error());
            change.object = *std::move(changed);
        }
        co_return show(change);
    }

    static api::Node patch_of(const std::string& text) {
        api::Node annotations;
        annotations.set(client::last_applied, api::Node(text));
        api::Node metadata;
        metadata.set("annotations", std::move(annotations));
        api::Node patch;
        patch.set("metadata", std::move(metadata));
        return patch;
    }

    Status show(Change& change) {
        std::string text;
        Status shown;
        if (output_.is_table()) {
            const char* dry = options_.dry_run == "none"     ? ""
                              : options_.dry_run == "client" ? " (dry run)"
                                                             : " (server dry run)";
            text = fmt::format("{} configured{}\n", change.named.type.named(change.named.name), dry);
        } else {
            hide_managed_fields(change.object);
            shown = print(output_, change.named.type, change.object, text);
        }
        session_->env->out(text);
        return shown;
    }

    ApiSession* session_;
    SetOptions options_;
    ObjectOutput output_;
    std::vector<Change> changes_;
};

Task<Result<int>> set_last_applied(ApiSession* session, SetOptions options) {
    auto output = read_output(*session->env, options.output);
    if (!output) co_return std::unexpected(output.error());
    SetLastApplied command(session, std::move(options), *std::move(output));
    co_return co_await command.run();
}

}  // namespace

void add_last_applied(CLI::App& apply, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto viewed = std::make_shared<ViewOptions>();
    CLI::App* view = apply.add_subcommand("view-last-applied", "Show what was applied to objects last");
    view->add_option("TYPE", viewed->selected.what, "TYPE NAME... or TYPE/NAME...")->type_name("");
    add_manifest_paths(*view, viewed->selected.manifests, manifests_of_objects);
    add_label_selector(*view, viewed->selected.labels);
    view->add_flag("--all", viewed->selected.all, "All of the type");
    view->add_option("-o,--output", viewed->output, "yaml (default) or json")
        ->type_name("FORM")
        ->check(one_of({"yaml", "json"}));
    add_api_options(*view, viewed->api);
    choose_api_verb(*view, session, viewed, chosen, view_last_applied);

    const auto typed = std::make_shared<SetOptions>();
    CLI::App* set =
        apply.add_subcommand("set-last-applied", "Record what was applied last; change nothing else");
    add_manifest_paths(*set, typed->manifests, "Manifests");
    set->add_flag("--create-annotation", typed->create_annotation, "Also where nothing was applied so far");
    set->add_option("--dry-run", typed->dry_run,
                    "client: only say what would be done; server: let\nthe API check it")
        ->type_name("none|client|server")
        ->check(one_of({"none", "client", "server"}));
    add_output(*set, typed->output, "json, yaml, name, jsonpath=TEMPLATE or\ngo-template=TEMPLATE");
    add_api_options(*set, typed->api);
    choose_api_verb(*set, session, typed, chosen, set_last_applied);
}

}  // namespace hooklet::cli
