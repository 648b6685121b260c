// SPDX-License-Identifier: Apache-2.0
#include "cli/object_list.hpp"

#include "cli/manifest_files.hpp"
#include "client/document.hpp"

#include <CLI/CLI.hpp>

namespace hooklet::cli {

namespace {

Result<std::vector<Named>> named_in_files(ApiSession& session, const std::vector<std::string>& files) {
    const auto objects = read_objects(*session.env, files);
    if (!objects) return std::unexpected(objects.error());
    std::vector<Named> found;
    for (const api::Node& object : *objects) {
        auto type = client::type_of(session.types, object);
        if (!type) return std::unexpected(type.error());
        std::string namespace_ = client::text_at(object, "metadata.namespace");
        if (namespace_.empty()) namespace_ = session.namespace_;
        found.push_back({*std::move(type), std::move(namespace_), client::text_at(object, "metadata.name")});
    }
    return found;
}

Task<Status> add_listed(ApiSession* session, client::ResourceType type, Selected selected,
                        std::vector<Named>* found) {
    const std::string path = type.path(selected.all_namespaces ? "" : session->namespace_);
    std::string target =
        with_query(path, {{"labelSelector", selected.labels}, {"fieldSelector", selected.fields}});
    const auto list = co_await session->api->get(std::move(target));
    if (!list) co_return std::unexpected(list.error());
    for (const api::Node& item : client::items(*list, "items"))
        found->push_back(
            {type, client::text_at(item, "metadata.namespace"), client::text_at(item, "metadata.name")});
    co_return Status{};
}

}  // namespace

void add_selectors(CLI::App& verb, std::string& labels, std::string& fields) {
    verb.add_option("-l,--selector", labels, "Those with these labels: a=b,c!=d,e")->type_name("LABELS");
    verb.add_option("--field-selector", fields, "Those with these fields: status.phase=Running")
        ->type_name("FIELDS");
}

void add_selection(CLI::App& verb, Selected& selected) {
    verb.add_option("TYPE", selected.what, "TYPE NAME... or TYPE/NAME...")->type_name("");
    verb.add_option("-f,--filename", selected.files, "The objects in these files, - or directories")
        ->type_name("FILE");
    add_selectors(verb, selected.labels, selected.fields);
    verb.add_flag("--all", selected.all, "All of the type");
    verb.add_flag("-A,--all-namespaces", selected.all_namespaces, "Of every namespace");
}

Task<Result<std::vector<Named>>> find_objects(ApiSession* session, Selected selected) {
    if (!selected.files.empty()) co_return named_in_files(*session, selected.files);
    const auto wanted = client::read_wanted(selected.what);
    if (!wanted) co_return std::unexpected(wanted.error());
    const bool chosen = selected.all || !selected.labels.empty() || !selected.fields.empty();
    std::vector<Named> found;
    for (const client::Wanted& one : *wanted) {
        auto type = client::find_type(session->types, one.type);
        if (!type) co_return std::unexpected(type.error());
        if (!one.name.empty()) {
            found.push_back({*std::move(type), session->namespace_, one.name});
            continue;
        }
        if (!chosen)
            co_return fail(Code::invalid, "error: resource(s) were provided, but no name was specified");
        const Status listed = co_await add_listed(session, *std::move(type), selected, &found);
        if (!listed) co_return std::unexpected(listed.error());
    }
    co_return found;
}

}  // namespace hooklet::cli
