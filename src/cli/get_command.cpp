// SPDX-License-Identifier: Apache-2.0
#include "api/json.hpp"
#include "cli/list_watch.hpp"
#include "cli/object_list.hpp"
#include "cli/object_output.hpp"
#include "client/document.hpp"
#include "client/table.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

constexpr const char* table_accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

struct GetOptions {
    ApiOptions api;
    Selected selected;
    OutputOptions output;
    std::string sort_by;
    std::string subresource;
    std::string raw;
    std::vector<std::string> label_columns;
    std::int64_t chunk_size = default_chunk_size;
    bool watch = false;
    bool watch_only = false;
    bool watch_events = false;
    bool no_headers = false;
    bool show_labels = false;
    bool show_kind = false;
    bool show_managed_fields = false;
    bool ignore_not_found = false;
};

/// Some objects of one type, as they were asked for.
struct Request {
    ResourceType type;
    std::vector<Named> objects;  ///< Empty: all.
};

/// The one for the type, which is the last or a new one.
Request& request_of(const ResourceType& type, std::vector<Request>& requests) {
    if (requests.empty() || requests.back().type.resource() != type.resource())
        requests.push_back({type, {}});
    return requests.back();
}

Task<Result<std::vector<Request>>> requests_of(ApiSession* session, Selected selected) {
    std::vector<Request> requests;
    if (selected.by_files()) {
        const auto objects = co_await find_objects(session, selected);
        if (!objects) co_return std::unexpected(objects.error());
        for (const Named& one : *objects) request_of(one.type, requests).objects.push_back(one);
        co_return requests;
    }
    const auto targets = read_targets(*session, selected);
    if (!targets) co_return std::unexpected(targets.error());
    for (const Target& one : *targets) {
        Request& request = request_of(one.type, requests);
        if (!one.name.empty()) request.objects.push_back({one.type, session->namespace_, one.name});
    }
    co_return requests;
}

api::Node as_event(const std::string& type, api::Node object) {
    api::Node event;
    event.set("type", api::Node(type));
    event.set("object", std::move(object));
    return event;
}

class Get {
  public:
    Get(ApiSession* session, GetOptions options, ObjectOutput output)
        : session_(session), options_(std::move(options)), output_(std::move(output)) {}

    Task<Result<int>> run() {
        if (const Status read = read_order(); !read) co_return std::unexpected(read.error());
        const auto requests = co_await requests_of(session_, options_.selected);
        if (!requests) co_return std::unexpected(requests.error());
        several_ = requests->size() > 1;
        if (const Status checked = check(*requests); !checked) co_return std::unexpected(checked.error());
        for (const Request& request : *requests) {
            const Status shown = co_await show(request);
            if (!shown) co_return std::unexpected(shown.error());
        }
        if (!output_.is_table()) co_return print_collected(*requests);
        if (!watches() && !printed_ && !session_->failed) none_found(*requests);
        co_return exit_ok;
    }

  private:
    [[nodiscard]] Status check(const std::vector<Request>& requests) const {
        const auto single = [](const Request& request) { return request.objects.size() <= 1; };
        if (watches() && (requests.size() != 1 || !single(requests.front())))
            return fail(Code::invalid, "error: you may only specify a single resource type to watch");
        if (options_.watch_events && !watches())
            return fail(Code::invalid,
                        "error: --output-watch-events option can only be used with --watch or --watch-only");
        const bool by_name = std::ranges::none_of(requests, &std::vector<Named>::empty, &Request::objects);
        if (!options_.subresource.empty() && (!by_name || watches()))
            return fail(Code::invalid, "error: --subresource takes objects by name, and no --watch");
        return {};
    }
    Status read_order() {
        if (options_.sort_by.empty()) return {};
        if (watches()) return fail(Code::invalid, "error: --watch and --sort-by do not go together");
        auto order = client::parse_path(options_.sort_by);
        if (!order) return fail(order.error().code, fmt::format("error: {}", order.error().message));
        order_ = *std::move(order);
        // The rows of a table have their object below `object`.
        if (output_.is_table()) order_.insert(order_.begin(), client::PathStep{.name = "object"});
        return {};
    }

    /// A single object's own, or the one in which all are asked for.
    [[nodiscard]] std::string namespace_of(const Request& request) const {
        if (!request.objects.empty()) return request.objects.front().namespace_;
        return options_.selected.all_namespaces ? "" : session_->namespace_;
    }
    [[nodiscard]] bool watches() const { return options_.watch || options_.watch_only; }
    [[nodiscard]] std::string accept() const {
        return output_.is_table() ? table_accept : "application/json";
    }

    client::TableText table_for(const ResourceType& type) const {
        return client::TableText({.wide = output_.form == ObjectOutput::Form::wide,
                                  .headers = !options_.no_headers,
                                  .namespaces = options_.selected.all_namespaces && type.namespaced,
                                  .label_columns = options_.label_columns,
                                  .labels = options_.show_labels,
                                  .prefix = several_ || options_.show_kind ? type.named("") : ""});
    }
    [[nodiscard]] Parameters selection(const Request& request) const {
        std::string fields = options_.selected.fields;
        if (!request.objects.empty()) fields = "metadata.name=" + request.objects.front().name;
        const bool sorted_rows = output_.is_table() && !order_.empty();
        return {{"labelSelector", options_.selected.labels},
                {"fieldSelector", fields},
                {"includeObject", sorted_rows ? "Object" : ""}};
    }

    Task<Status> show(Request request) {
        client::TableText table = table_for(request.type);
        // A watch of one object begins with the list of one.
        if (request.objects.empty() || watches()) co_return co_await show_list(std::move(request), &table);
        api::Node rows;  // of all, so that the columns fit each
        for (const Named& one : request.objects) {
            std::string path = request.type.path(one.namespace_, one.name);
            if (!options_.subresource.empty()) path += "/" + options_.subresource;
            const auto object = co_await session_->api->get(std::move(path), accept());
            if (!object) {
                complain_of(object.error());
            } else if (output_.is_table() && !rows.is_null()) {
                append_items(rows, *object);
            } else if (output_.is_table()) {
                rows = *object;
            } else {
                take(*object, request.type, &table);
            }
        }
        if (!rows.is_null()) take(rows, request.type, &table);
        co_return Status{};
    }

    void complain_of(const Error& error) {
        if (!options_.ignore_not_found || error.code != Code::not_found) session_->complain(error);
    }

    Task<Status> show_list(Request request, client::TableText* table) {
        std::string path = request.type.path(namespace_of(request));
        ListForm form;
        form.accept = accept();
        form.chunk_size = options_.chunk_size;
        if (watches()) co_return co_await watch(std::move(request), std::move(path), std::move(form), table);
        auto list = co_await read_list(session_, std::move(path), selection(request), std::move(form));
        if (!list) co_return std::unexpected(list.error());
        co_return take_list(*list, request.type, table);
    }

    Task<Status> watch(Request request, std::string path, ListForm form, client::TableText* table) {
        ListWatch::Listener listener;
        listener.listed = [this, table, type = request.type](api::Node& list) {
            return options_.watch_only ? Status{} : take_list(list, type, table);
        };
        listener.changed = [this, table, type = request.type](const client::WatchedChange& change) {
            take(change.object, type, table, change.type);
        };
        WatchedList what;
        what.type = request.type;
        what.path = std::move(path);
        what.selection = selection(request);
        what.form = std::move(form);
        ListWatch changes(session_, std::move(what), std::move(listener));
        co_return co_await changes.run();
    }

    /// Puts the list in the order that was asked for.
    Status take_list(api::Node& list, const ResourceType& type, client::TableText* table) {
        api::Node* entries = list.find(output_.is_table() ? "rows" : "items");
        if (!order_.empty() && entries != nullptr && entries->as_array() != nullptr) {
            if (Status sorted = client::sort_by(order_, *entries->as<api::Node::Array>()); !sorted)
                return sorted;
        }
        if (output_.is_table()) {
            take(list, type, table);
            return {};
        }
        for (const api::Node& item : client::items(list, "items")) take(with_type(type, item), type, table);
        return {};
    }

    /// `event`: what came of it; what was there has been added.
    void take(const api::Node& object, const ResourceType& type, client::TableText* table,
              const std::string& event = "ADDED") {
        if (output_.is_table()) {
            const std::string lines = table->lines(object, options_.watch_events ? event : "");
            if (printed_ && several_ && !lines.empty()) session_->env->out("\n");
            printed_ = printed_ || !lines.empty();
            return session_->env->out(lines);
        }
        api::Node readable = object;
        if (!options_.show_managed_fields) hide_managed_fields(readable);
        if (options_.watch_events && output_.form != ObjectOutput::Form::name)
            readable = as_event(event, std::move(readable));
        if (output_.form == ObjectOutput::Form::columns && watches()) {
            print_columns({std::move(readable)}, *table);
        } else if (watches() || output_.form == ObjectOutput::Form::name) {
            print_one(type, readable);
        } else {
            collected_.push_back(std::move(readable));
        }
    }

    void print_columns(const api::Node::Array& objects, client::TableText& table) {
        const auto rows = client::table_of(output_.columns, objects);
        return rows ? session_->env->out(table.lines(*rows)) : session_->complain(rows.error());
    }

    void print_one(const ResourceType& type, const api::Node& object) {
        printed_ = true;
        if (options_.watch_events && output_.form == ObjectOutput::Form::json)
            return session_->env->out(api::write_json(object) + "\n");
        std::string text = output_.form == ObjectOutput::Form::yaml && watches() ? "---\n" : "";
        const Status printed = print(output_, type, object, text);
        session_->env->out(text);
        if (!printed) session_->complain(printed.error());
    }

    Result<int> print_collected(const std::vector<Request>& requests) {
        if (output_.form == ObjectOutput::Form::name || watches()) return exit_ok;
        if (output_.form == ObjectOutput::Form::columns) {
            client::TableText table({.headers = !options_.no_headers});
            print_columns(collected_, table);
            return exit_ok;
        }
        const bool one = requests.size() == 1 && requests.front().objects.size() == 1;
        if (one && collected_.empty()) return exit_ok;
        // The types count for names alone, which are printed already.
        print_one({}, one ? collected_.front() : list_of(std::move(collected_)));
        return exit_ok;
    }

    void none_found(const std::vector<Request>& requests) {
        if (!requests.empty() && !requests.front().objects.empty()) return;
        const auto namespaced = [](const Request& request) { return request.type.namespaced; };
        const bool in_one = !options_.selected.all_namespaces && std::ranges::all_of(requests, namespaced);
        session_->env->err(in_one ? fmt::format("No resources found in {} namespace.\n", session_->namespace_)
                                  : "No resources found\n");
    }

    ApiSession* session_;
    GetOptions options_;
    ObjectOutput output_;
    bool several_ = false;
    bool printed_ = false;
    client::Path order_;  ///< Empty: the server's.
    api::Node::Array collected_;
};

Task<Result<int>> get(ApiSession* session, GetOptions options) {
    const bool named = !options.selected.what.empty() || options.selected.by_files();
    if (options.raw.empty() != named)
        co_return fail(Code::invalid, "error: name what to show: TYPE [NAME...], or --raw alone");
    if (!options.raw.empty()) {
        BodyReader reader;
        reader.take = [session](const std::string& piece) { session->env->out(piece); };
        const Status shown = co_await read_body(session, options.raw, std::move(reader));
        if (!shown) co_return std::unexpected(shown.error());
        co_return exit_ok;
    }
    auto output = read_output(*session->env, options.output);
    if (!output) co_return std::unexpected(output.error());
    Get command(session, std::move(options), *std::move(output));
    co_return co_await command.run();
}

}  // namespace

void add_get(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<GetOptions>();
    CLI::App* verb =
        app.add_subcommand("get", "Show objects of the API")
            ->footer(
                "TYPE is pods (po), hookruns, events, nodes ...; several with commas, or all. One\n"
                "object: TYPE NAME or TYPE/NAME.");
    Selected& selected = typed->selected;
    verb->add_option("TYPE", selected.what, "What to show: TYPE [NAME...] or TYPE/NAME...")->type_name("");
    add_manifest_paths(*verb, selected.manifests, manifests_of_objects);
    add_output(*verb, typed->output,
               "wide, json, yaml, name, jsonpath=TEMPLATE,\ngo-template=TEMPLATE, jsonpath-file=FILE,\n"
               "go-template-file=FILE or\ncustom-columns=NAME:PATH,...");
    verb->add_flag("-A,--all-namespaces", selected.all_namespaces, "Of every namespace");
    add_selectors(*verb, selected.labels, selected.fields);
    verb->add_option("--sort-by", typed->sort_by, "In the order of this: .metadata.creationTimestamp")
        ->type_name("PATH");
    verb->add_flag("-w,--watch", typed->watch, "Then show each change");
    verb->add_flag("--watch-only", typed->watch_only, "Only show changes");
    verb->add_flag("--output-watch-events", typed->watch_events,
                   "With -w: what came of each object, too; those that\nwere there are ADDED");
    verb->add_flag("--no-headers", typed->no_headers, "Without the line of headings");
    add_chunk_size(*verb, typed->chunk_size);
    verb->add_flag("--show-kind", typed->show_kind, "With the type before each name");
    verb->add_flag("--show-managed-fields", typed->show_managed_fields,
                   "In json and yaml, managedFields too");
    verb->add_flag("--show-labels", typed->show_labels, "With the labels as last column");
    verb->add_option("-L,--label-columns", typed->label_columns, "With columns for these labels: app,tier")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("LABELS");
    verb->add_option("--subresource", typed->subresource, "This part of each object: status, resize")
        ->type_name("NAME");
    verb->add_option("--raw", typed->raw, "What the server answers to this path, as it is")->type_name("URI");
    verb->add_flag("--ignore-not-found", typed->ignore_not_found, "What is not there is no failure");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, get);
}

}  // namespace hooklet::cli
