// SPDX-License-Identifier: Apache-2.0
#include "cli/list_watch.hpp"
#include "cli/object_output.hpp"
#include "cli/option_checks.hpp"
#include "client/description.hpp"
#include "client/document.hpp"
#include "client/table.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

struct EventsOptions {
    ApiOptions api;
    std::string object;
    std::vector<std::string> types;
    OutputOptions output;
    bool all_namespaces = false;
    bool watch = false;
    bool no_headers = false;
};

/// The events as the table that kubectl has for them.
api::Node table_of(const std::vector<api::Node>& events, WallTime now) {
    api::Node columns;
    for (const char* name : {"Last Seen", "Type", "Reason", "Object", "Message"}) {
        api::Node column;
        column.set("name", api::Node(name));
        columns.push(std::move(column));
    }
    api::Node rows;
    for (const api::Node& event : events) {
        const std::string kind = client::text_at(event, "involvedObject.kind");
        api::Node cells;
        cells.push(api::Node(client::event_interval(event, now)));
        cells.push(api::Node(client::text_at(event, "type")));
        cells.push(api::Node(client::text_at(event, "reason")));
        cells.push(api::Node(kind + "/" + client::text_at(event, "involvedObject.name")));
        cells.push(api::Node(client::text_at(event, "message")));
        api::Node row;
        row.set("cells", std::move(cells));
        row.set("object", event);
        rows.push(std::move(row));
    }
    api::Node table;
    table.set("columnDefinitions", std::move(columns));
    table.set("rows", std::move(rows));
    return table;
}

class Events {
  public:
    Events(ApiSession* session, EventsOptions options, ObjectOutput output)
        : session_(session),
          options_(std::move(options)),
          output_(std::move(output)),
          table_({.headers = !options_.no_headers, .namespaces = options_.all_namespaces}) {}

    Task<Result<int>> run() {
        const Result<std::string> fields = selector();
        if (!fields) co_return std::unexpected(fields.error());
        std::string path = type_.path(options_.all_namespaces ? "" : session_->namespace_);
        Parameters selection{{"fieldSelector", *fields}};
        if (options_.watch) {
            const Status ended = co_await watch(std::move(path), std::move(selection));
            co_return std::unexpected(ended.error());
        }
        std::string listed = with_query(std::move(path), selection);
        const auto list = co_await session_->api->get(std::move(listed));
        if (!list) co_return std::unexpected(list.error());
        show_list(*list);
        co_return exit_ok;
    }

  private:
    Task<Status> watch(std::string path, Parameters selection) {
        ListWatch::Listener listener;
        listener.listed = [this](const api::Node& list) {
            show_list(list);
            return Status{};
        };
        listener.changed = [this](const client::WatchedChange& change) {
            const bool news = change.type == "ADDED" || change.type == "MODIFIED";
            if (news && wanted(change.object)) show({change.object});
        };
        WatchedList what;
        what.type = type_;
        what.path = std::move(path);
        what.selection = std::move(selection);
        what.form.chunk_size = 0;
        ListWatch changes(session_, std::move(what), std::move(listener));
        co_return co_await changes.run();
    }
    /// Of `--for TYPE/NAME`.
    Result<std::string> selector() const {
        if (options_.object.empty()) return "";
        const auto wanted = client::read_wanted({options_.object});
        if (!wanted || wanted->front().name.empty())
            return fail(Code::invalid, "error: --for must be in resource/name form");
        const auto type = client::find_type(session_->types, wanted->front().type);
        if (!type) return std::unexpected(type.error());
        return fmt::format("involvedObject.kind={},involvedObject.name={}", type->kind, wanted->front().name);
    }
    [[nodiscard]] bool wanted(const api::Node& event) const {
        const std::string type = client::text_at(event, "type");
        const auto same = [&type](const std::string& one) { return boost::algorithm::iequals(one, type); };
        return options_.types.empty() || std::ranges::any_of(options_.types, same);
    }
    void show_list(const api::Node& list) {
        std::vector<api::Node> events;
        for (const api::Node& event : client::items(list, "items")) {
            if (wanted(event)) events.push_back(event);
        }
        std::ranges::stable_sort(events, {}, client::event_time);
        if (!events.empty()) return show(std::move(events));
        if (options_.watch) return;
        if (output_.is_table()) {
            session_->env->err(options_.all_namespaces
                                   ? "No events found.\n"
                                   : fmt::format("No events found in {} namespace.\n", session_->namespace_));
            return;
        }
        show({});
    }
    void show(std::vector<api::Node> events) {
        if (output_.is_table())
            return session_->env->out(table_.lines(table_of(events, session_->env->clock().wall())));
        for (api::Node& event : events) {
            event.set("kind", api::Node(type_.kind));
            event.set("apiVersion", api::Node(type_.api_version()));
            hide_managed_fields(event);
        }
        if (output_.form == ObjectOutput::Form::columns) {
            const auto table = client::table_of(output_.columns, events);
            return table ? session_->env->out(table_.lines(*table)) : session_->complain(table.error());
        }
        const bool one_by_one = options_.watch || output_.form == ObjectOutput::Form::name;
        if (!one_by_one) return print_one(list_of(std::move(events)));
        for (const api::Node& event : events) print_one(event);
    }
    /// An object, or the list of them.
    void print_one(const api::Node& object) {
        std::string text = output_.form == ObjectOutput::Form::yaml && options_.watch ? "---\n" : "";
        const Status printed = print(output_, type_, object, text);
        session_->env->out(text);
        if (!printed) session_->complain(printed.error());
    }

    ApiSession* session_;
    EventsOptions options_;
    ObjectOutput output_;
    client::TableText table_;
    client::ResourceType type_{.kind = "Event", .plural = "events", .singular = "event"};
};

std::string type_problem(const std::string& text) {
    const std::string known = one_of({"normal", "warning"})(boost::algorithm::to_lower_copy(text));
    return known.empty() ? "" : one_of({"Normal", "Warning"})(text);
}

Task<Result<int>> events(ApiSession* session, EventsOptions options) {
    auto output = read_output(*session->env, options.output);
    if (!output) co_return std::unexpected(output.error());
    Events command(session, std::move(options), *std::move(output));
    co_return co_await command.run();
}

}  // namespace

void add_events(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<EventsOptions>();
    CLI::App* verb = app.add_subcommand("events", "Show events, oldest first");
    verb->add_option("--for", typed->object, "Of one object")->type_name("TYPE/NAME");
    verb->add_option("--types", typed->types, "Only these: Normal, Warning")
        ->delimiter(',')
        ->type_name("TYPES")
        ->check(type_problem);
    verb->add_flag("-A,--all-namespaces", typed->all_namespaces, "Of every namespace");
    verb->add_flag("-w,--watch", typed->watch, "Then show each new one");
    verb->add_flag("--no-headers", typed->no_headers, "Without the line of headings");
    add_output(*verb, typed->output, "json, yaml, name, jsonpath=TEMPLATE or\ngo-template=TEMPLATE");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, events);
}

}  // namespace hooklet::cli
