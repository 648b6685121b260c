// SPDX-License-Identifier: Apache-2.0
#include "cli/object_list.hpp"

#include "api/issue.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

/// `TYPE/NAME`, or what kubectl takes for it: `TYPE,TYPE NAME`.
bool in_pairs(const std::vector<std::string>& what) {
    const auto is_pair = [](const std::string& text) { return text.contains('/'); };
    return std::ranges::any_of(what, is_pair) || (what.size() > 1 && what.front().contains(','));
}

Status check_beside_files(const Selected& selected) {
    if (!selected.fields.empty()) return no_sense("field selectors cannot be used when a path is specified");
    if (selected.what.empty()) return {};
    return no_sense(in_pairs(selected.what)
                        ? "resource/name arguments cannot be provided when a path is specified"
                        : "when paths, URLs, or stdin is provided as input, you may not specify resource "
                          "arguments as well");
}

/// What of the options excludes each other.
Status check_options(const Selected& selected) {
    const bool selector = !selected.labels.empty() || !selected.fields.empty();
    // The blank at the end is kubectl's.
    if (selected.all && selector) return no_sense("setting 'all' parameter but found a non empty selector. ");
    if (selected.by_files()) return check_beside_files(selected);
    const bool pairs = in_pairs(selected.what);
    const bool names = pairs || selected.what.size() > 1;
    if (!names || !(selected.all || selector)) return {};
    return no_sense(pairs ? "selectors and the all flag cannot be used when passing resource/name arguments"
                          : "name cannot be provided when a selector is specified");
}

Result<std::vector<Named>> named_in_files(ApiSession& session, const Selected& selected) {
    const auto labels = read_selector(selected.labels);
    if (!labels) return std::unexpected(labels.error());
    const auto manifests = read_objects(*session.env, selected.manifests);
    if (!manifests) return std::unexpected(manifests.error());
    std::vector<Named> found;
    for (const ManifestObject& manifest : *manifests) {
        auto named = name_of(session, manifest);
        if (!named) return std::unexpected(named.error());
        if (has_labels(manifest.object, *labels)) found.push_back(*std::move(named));
    }
    if (Status checked = check_namespaces(session, found); !checked) return std::unexpected(checked.error());
    return found;
}

Task<Status> add_listed(ApiSession* session, client::ResourceType type, Selected selected,
                        std::vector<Named>* found) {
    std::string path = type.path(selected.all_namespaces ? "" : session->namespace_);
    Parameters parameters{{"labelSelector", selected.labels}, {"fieldSelector", selected.fields}};
    const auto list = co_await read_list(session, std::move(path), std::move(parameters));
    if (!list) co_return std::unexpected(list.error());
    for (const api::Node& item : client::items(*list, "items"))
        found->push_back(
            {type, client::text_at(item, "metadata.namespace"), client::text_at(item, "metadata.name")});
    co_return Status{};
}

/// A selector of blanks is none, not one that every object matches.
std::string trimmed(const std::string& text) {
    return boost::algorithm::trim_copy(text);
}

}  // namespace

Result<api::LabelRequirements> read_selector(const std::string& labels) {
    auto read = api::parse_label_selector(labels);
    if (!read)
        return no_sense(fmt::format("the provided selector {} is not valid: {}", api::quote(labels),
                                    read.error().text()));
    return read;
}

bool has_labels(const api::Node& object, const api::LabelRequirements& labels) {
    std::map<std::string, std::string> own;
    const api::Node* found = client::find(object, "metadata.labels");
    if (found != nullptr && found->as_object() != nullptr) {
        for (const api::Member& member : *found->as_object())
            own.emplace(member.key, client::shown(member.value));
    }
    return api::matches(labels, own);
}

void add_label_selector(CLI::App& verb, std::string& labels) {
    verb.add_option("-l,--selector", labels, "Those with these labels: a=b,c!=d,e")
        ->type_name("LABELS")
        ->transform(trimmed);
}

void add_selectors(CLI::App& verb, std::string& labels, std::string& fields) {
    add_label_selector(verb, labels);
    verb.add_option("--field-selector", fields, "Those with these fields: status.phase=Running")
        ->type_name("FIELDS")
        ->transform(trimmed);
}

void add_selection(CLI::App& verb, Selected& selected) {
    verb.add_option("TYPE", selected.what, "TYPE NAME... or TYPE/NAME...")->type_name("");
    add_manifest_paths(verb, selected.manifests, manifests_of_objects);
    add_selectors(verb, selected.labels, selected.fields);
    verb.add_flag("--all", selected.all, "All of the type");
    verb.add_flag("-A,--all-namespaces", selected.all_namespaces, "Of every namespace");
}

Result<std::vector<Target>> read_targets(const ApiSession& session, const Selected& selected) {
    if (Status checked = check_options(selected); !checked) return std::unexpected(checked.error());
    std::vector<Target> targets;
    if (selected.by_files()) return targets;
    const auto wanted = client::read_wanted(selected.what);
    if (!wanted) return std::unexpected(wanted.error());
    for (const client::Wanted& one : *wanted) {
        const auto types = client::find_types(session.types, one.type);
        if (!types) return std::unexpected(types.error());
        if (one.name.empty() && selected.what.size() > 1) return no_sense("resource name may not be empty");
        for (const client::ResourceType& type : *types) {
            if (selected.all_namespaces && type.namespaced && !one.name.empty())
                return no_sense("a resource cannot be retrieved by name across all namespaces");
            targets.push_back({type, one.name});
        }
    }
    return targets;
}

Result<Named> name_of(const ApiSession& session, const ManifestObject& manifest) {
    const std::string name = client::text_at(manifest.object, "metadata.name");
    std::string namespace_ = client::text_at(manifest.object, "metadata.namespace");
    auto type = client::type_of(session.types, manifest.object);
    if (!type) {
        const std::string_view why = std::string_view(type.error().message).substr(sizeof("error: ") - 1);
        return fail(type.error().code,
                    fmt::format("error: resource mapping not found for name: {} namespace: {} from {}: {}\n"
                                "ensure CRDs are installed first",
                                api::quote(name), api::quote(namespace_), api::quote(manifest.file), why));
    }
    if (name.empty())
        return no_sense(
            fmt::format("from {}: resource name may not be empty; objects with generateName can "
                        "only be created",
                        api::quote(manifest.file)));
    if (!type->namespaced) namespace_.clear();
    if (type->namespaced && namespace_.empty()) namespace_ = session.namespace_;
    return Named{*std::move(type), std::move(namespace_), name, manifest.file};
}

Status check_namespaces(const ApiSession& session, const std::vector<Named>& objects) {
    if (!session.namespace_typed) return {};
    for (const Named& object : objects) {
        if (!object.type.namespaced || object.namespace_ == session.namespace_) continue;
        return no_sense(
            fmt::format("the namespace from the provided object {} does not match the namespace {}. "
                        "You must pass '--namespace={}' to perform this operation.",
                        api::quote(object.namespace_), api::quote(session.namespace_), object.namespace_));
    }
    return {};
}

Task<Result<std::vector<Named>>> find_objects(ApiSession* session, Selected selected) {
    const auto targets = read_targets(*session, selected);
    if (!targets) co_return std::unexpected(targets.error());
    if (selected.by_files()) co_return named_in_files(*session, selected);
    const bool chosen = selected.all || !selected.labels.empty() || !selected.fields.empty();
    std::vector<Named> found;
    for (const Target& one : *targets) {
        if (!one.name.empty()) {
            found.push_back({one.type, session->namespace_, one.name});
            continue;
        }
        if (!chosen) co_return no_sense("resource(s) were provided, but no name was specified");
        const Status listed = co_await add_listed(session, one.type, selected, &found);
        if (!listed) co_return std::unexpected(listed.error());
    }
    co_return found;
}

}  // namespace hooklet::cli
