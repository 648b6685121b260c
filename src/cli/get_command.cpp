// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
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
    std::vector<std::string> what;
    std::string output;
    std::string labels;
    std::string fields;
    std::string sort_by;
    std::string subresource;
    std::string raw;
    std::vector<std::string> label_columns;
    bool all_namespaces = false;
    bool watch = false;
    bool watch_only = false;
    bool no_headers = false;
    bool show_labels = false;
    bool ignore_not_found = false;
};

/// Some objects of one type, as they were asked for.
struct Request {
    ResourceType type;
    std::vector<std::string> names;  ///< Empty: all.
};

Result<std::vector<Request>> requests_of(const ApiSession& session, const GetOptions& options) {
    const auto targets = read_targets(session, {.what = options.what,
                                                .labels = options.labels,
                                                .fields = options.fields,
                                                .all_namespaces = options.all_namespaces});
    if (!targets) return std::unexpected(targets.error());
    std::vector<Request> requests;
    for (const Target& one : *targets) {
        if (requests.empty() || requests.back().type.resource() != one.type.resource())
            requests.push_back({one.type, {}});
        if (!one.name.empty()) requests.back().names.push_back(one.name);
    }
    return requests;
}

class Get {
  public:
    Get(ApiSession* session, GetOptions options)
        : session_(session), options_(std::move(options)), output_(*parse_output(options_.output)) {}

    Task<Result<int>> run() {
        if (const Status read = read_order(); !read) co_return std::unexpected(read.error());
        const auto requests = requests_of(*session_, options_);
        if (!requests) co_return std::unexpected(requests.error());
        several_ = requests->size() > 1;
        if ((options_.watch || options_.watch_only) && (several_ || requests->front().names.size() > 1))
            co_return fail(Code::invalid, "error: you may only specify a single resource type to watch");
        const bool by_name =
            std::ranges::none_of(*requests, &std::vector<std::string>::empty, &Request::names);
        if (!options_.subresource.empty() && (!by_name || watches()))
            co_return fail(Code::invalid, "error: --subresource takes objects by name, and no --watch");
        for (const Request& request : *requests) {
            const Status shown = co_await show(request);
            if (!shown) co_return std::unexpected(shown.error());
        }
        if (!output_.is_table()) co_return print_collected(requests->front());
        if (!options_.watch && !options_.watch_only && !printed_ && !session_->failed)
            none_found(requests->front());
        co_return exit_ok;
    }

  private:
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

    [[nodiscard]] std::string namespace_() const {
        return options_.all_namespaces ? "" : session_->namespace_;
    }
    [[nodiscard]] bool watches() const { return options_.watch || options_.watch_only; }
    [[nodiscard]] std::string accept() const {
        return output_.is_table() ? table_accept : "application/json";
    }

    client::TableText table_for(const ResourceType& type) const {
        return client::TableText({.wide = output_.form == ObjectOutput::Form::wide,
                                  .headers = !options_.no_headers,
                                  .namespaces = options_.all_namespaces && type.namespaced,
                                  .label_columns = options_.label_columns,
                                  .labels = options_.show_labels,
                                  .prefix = several_ ? type.named("") : ""});
    }
    [[nodiscard]] Parameters selection(const Request& request) const {
        std::string fields = options_.fields;
        if (watches() && !request.names.empty()) fields = "metadata.name=" + request.names.front();
        const bool sorted_rows = output_.is_table() && !order_.empty();
        return {{"labelSelector", options_.labels},
                {"fieldSelector", fields},
                {"includeObject", sorted_rows ? "Object" : ""}};
    }

    Task<Status> show(Request request) {
        client::TableText table = table_for(request.type);
        // A watch of one object begins with the list of one.
        const bool by_name = !request.names.empty() && !watches();
        if (!by_name) co_return co_await show_list(std::move(request), &table);
        for (const std::string& name : request.names) {
            std::string path = request.type.path(namespace_(), name);
            if (!options_.subresource.empty()) path += "/" + options_.subresource;
            const auto object = co_await session_->api->get(std::move(path), accept());
            if (object) {
                take(*object, request.type, &table);
            } else if (!(options_.ignore_not_found && object.error().code == Code::not_found)) {
                session_->complain(object.error());
            }
        }
        co_return Status{};
    }

    Task<Status> show_list(Request request, client::TableText* table) {
        const std::string path = request.type.path(namespace_());
        auto list = co_await session_->api->get(with_query(path, selection(request)), accept());
        if (!list) co_return std::unexpected(list.error());
        if (!options_.watch_only) {
            if (const Status taken = take_list(*list, request.type, table); !taken) co_return taken;
        }
        if (!watches()) co_return Status{};
        Parameters parameters = selection(request);
        parameters.emplace_back("watch", "true");
        parameters.emplace_back("resourceVersion", client::text_at(*list, "metadata.resourceVersion"));
        auto changes = co_await session_->api->watch(with_query(path, parameters), accept());
        if (!changes) co_return std::unexpected(changes.error());
        while (true) {
            const auto change = co_await changes->next(session_->api->unlimited());
            if (!change) co_return std::unexpected(change.error());
            if (!*change) co_return Status{};
            if ((*change)->type != "BOOKMARK") take((*change)->object, request.type, table);
        }
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
        for (api::Node item : client::items(list, "items")) {
            // In lists the items' type stands above them.
            api::Node object;
            object.set("apiVersion", api::Node(type.api_version()));
            object.set("kind", api::Node(type.kind));
            for (api::Member& member : *item.as<api::Node::Object>())
                object.set(std::move(member.key), std::move(member.value));
            take(object, type, table);
        }
        return {};
    }

    void take(const api::Node& object, const ResourceType& type, client::TableText* table) {
        if (output_.is_table()) {
            const std::string lines = table->lines(object);
            if (printed_ && several_ && !lines.empty()) session_->env->out("\n");
            printed_ = printed_ || !lines.empty();
            return session_->env->out(lines);
        }
        api::Node readable = object;
        hide_managed_fields(readable);
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
        const auto text = print(output_, type, object);
        if (!text) return session_->complain(text.error());
        if (output_.form == ObjectOutput::Form::yaml && watches()) session_->env->out("---\n");
        session_->env->out(*text);
    }

    Result<int> print_collected(const Request& request) {
        if (output_.form == ObjectOutput::Form::name || watches()) return exit_ok;
        if (output_.form == ObjectOutput::Form::columns) {
            client::TableText table({.headers = !options_.no_headers});
            print_columns(collected_, table);
            return exit_ok;
        }
        const bool one = request.names.size() == 1 && !several_;
        if (one && collected_.empty()) return exit_ok;
        if (one) {
            print_one(request.type, collected_.front());
            return exit_ok;
        }
        print_one(request.type, list_of(std::move(collected_)));
        return exit_ok;
    }

    void none_found(const Request& request) {
        if (!request.names.empty()) return;
        const bool in_one = request.type.namespaced && !options_.all_namespaces;
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
    if (options.raw.empty() == options.what.empty())
        co_return fail(Code::invalid, "error: name what to show: TYPE [NAME...], or --raw alone");
    if (!options.raw.empty()) {
        const auto print = [session](const std::string& piece) { session->env->out(piece); };
        const Status shown = co_await read_body(session, options.raw, print);
        if (!shown) co_return std::unexpected(shown.error());
        co_return exit_ok;
    }
    Get command(session, std::move(options));
    co_return co_await command.run();
}

}  // namespace

void add_get(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<GetOptions>();
    CLI::App* verb =
        app.add_subcommand("get", "Show objects of the API")
            ->footer(
                "TYPE is pods (po), hookruns, events, nodes ...; several with commas. One object:\n"
                "TYPE NAME or TYPE/NAME.");
    verb->add_option("TYPE", typed->what, "What to show: TYPE [NAME...] or TYPE/NAME...")->type_name("");
    verb->add_option("-o,--output", typed->output,
                     "wide, json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...")
        ->type_name("FORM")
        ->check(output_problem);
    verb->add_flag("-A,--all-namespaces", typed->all_namespaces, "Of every namespace");
    add_selectors(*verb, typed->labels, typed->fields);
    verb->add_option("--sort-by", typed->sort_by, "In the order of this: .metadata.creationTimestamp")
        ->type_name("PATH");
    verb->add_flag("-w,--watch", typed->watch, "Then show each change");
    verb->add_flag("--watch-only", typed->watch_only, "Only show changes");
    verb->add_flag("--no-headers", typed->no_headers, "Without the line of headings");
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
