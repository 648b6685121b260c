// SPDX-License-Identifier: Apache-2.0
#include "cli/object_list.hpp"
#include "client/description.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

struct DescribeOptions {
    ApiOptions api;
    Selected selected;
    bool show_events = true;
    std::int64_t chunk_size = default_chunk_size;
};

/// Whether kubectl's description of the type has a section for events.
bool has_events(const ResourceType& type) {
    constexpr std::array<std::string_view, 4> without{"limitranges", "namespaces", "resourcequotas",
                                                      "secrets"};
    return std::ranges::find(without, type.resource()) == without.end();
}

/// What the description of one type tells of another.
struct Relation {
    const char* of;
    const char* to;
    bool same_name = false;
};
constexpr std::array<Relation, 4> relations{{{"services", "endpoints", true},
                                             {"serviceaccounts", "secrets"},
                                             {"namespaces", "resourcequotas"},
                                             {"namespaces", "limitranges"}}};

class Describe {
  public:
    Describe(ApiSession* session, DescribeOptions options)
        : session_(session), options_(std::move(options)) {}

    Task<Result<int>> run() {
        const auto targets = read_targets(*session_, options_.selected);
        if (!targets) co_return std::unexpected(targets.error());
        if (options_.selected.by_files()) {
            const Status read = co_await show_files();
            if (!read) co_return std::unexpected(read.error());
        }
        for (const Target& one : *targets) {
            Status shown;
            if (one.name.empty()) {
                shown = co_await show_all(one.type, "");
            } else {
                shown = co_await show(one.type, one.name);
            }
            if (!shown) session_->complain(shown.error());
        }
        if (count_ == 0 && !session_->failed) none_found();
        co_return exit_ok;
    }

  private:
    void none_found() {
        session_->env->err(options_.selected.all_namespaces
                               ? "No resources found\n"
                               : fmt::format("No resources found in {} namespace.\n", session_->namespace_));
    }

    Task<Status> show_files() {
        const auto objects = co_await find_objects(session_, options_.selected);
        if (!objects) co_return std::unexpected(objects.error());
        for (const Named& one : *objects) {
            auto object = co_await session_->api->get(one.type.path(one.namespace_, one.name));
            if (object) {
                co_await print(one.type, *std::move(object));
            } else {
                session_->complain(object.error());
            }
        }
        co_return Status{};
    }

    [[nodiscard]] std::string namespace_() const {
        return options_.selected.all_namespaces ? "" : session_->namespace_;
    }

    Task<Status> show(ResourceType type, std::string name) {
        auto object = co_await session_->api->get(type.path(session_->namespace_, name));
        if (object) {
            co_await print(type, *std::move(object));
            co_return Status{};
        }
        if (object.error().code != Code::not_found) co_return std::unexpected(object.error());
        const std::size_t before = count_;
        const Status shown = co_await show_all(type, name);
        if (!shown) co_return shown;
        if (count_ == before) co_return std::unexpected(object.error());
        co_return Status{};
    }

    /// Those whose names begin so.
    Task<Status> show_all(ResourceType type, std::string prefix) {
        Parameters parameters{{"labelSelector", options_.selected.labels}};
        ListForm form;
        form.chunk_size = options_.chunk_size;
        const auto list =
            co_await read_list(session_, type.path(namespace_()), std::move(parameters), std::move(form));
        if (!list) co_return std::unexpected(list.error());
        for (const api::Node& item : client::items(*list, "items")) {
            if (!client::text_at(item, "metadata.name").starts_with(prefix)) continue;
            api::Node object = item;
            object.set("kind", api::Node(type.kind));
            object.set("apiVersion", api::Node(type.api_version()));
            co_await print(type, std::move(object));
        }
        co_return Status{};
    }

    /// What can be had of a list; a description is worth having without it.
    Task<std::vector<api::Node>> listed(std::string target) {
        const auto list = co_await session_->api->get(std::move(target));
        co_return list ? client::items(*list, "items") : std::vector<api::Node>{};
    }

    Task<std::vector<api::Node>> events_of(api::Node object) {
        std::string fields = fmt::format("involvedObject.name={}", client::text_at(object, "metadata.name"));
        for (const auto& [field, path] :
             {std::pair{"namespace", "metadata.namespace"}, {"uid", "metadata.uid"}}) {
            const std::string value = client::text_at(object, path);
            // The events of a Node name it as its own uid.
            const bool known = !value.empty() && !(client::text_at(object, "kind") == "Node");
            if (known) fields += fmt::format(",involvedObject.{}={}", field, value);
        }
        const std::string namespace_ = client::text_at(object, "metadata.namespace");
        const std::string path = ResourceType{.kind = "Event", .plural = "events"}.path(namespace_);
        std::string target = with_query(path, {{"fieldSelector", fields}});
        co_return co_await listed(std::move(target));
    }

    Task<std::vector<api::Node>> hook_runs_of(api::Node pod) {
        const auto type = client::find_type(session_->types, "hookruns.hooklet.dev");
        if (!type) co_return std::vector<api::Node>{};
        const std::string fields = "spec.podUID=" + client::text_at(pod, "metadata.uid");
        const std::string path = type->path(client::text_at(pod, "metadata.namespace"));
        std::string target = with_query(path, {{"fieldSelector", fields}});
        co_return co_await listed(std::move(target));
    }

    Task<std::vector<api::Node>> related_to(ResourceType type, api::Node object) {
        std::vector<api::Node> found;
        const std::string name = client::text_at(object, "metadata.name");
        for (const Relation& relation : relations) {
            if (type.resource() != relation.of) continue;
            const auto other = client::find_type(session_->types, relation.to);
            if (!other) continue;
            const bool of_namespace = type.resource() == "namespaces";
            const std::string path =
                other->path(of_namespace ? name : client::text_at(object, "metadata.namespace"));
            const Parameters named{{"fieldSelector", relation.same_name ? "metadata.name=" + name : ""}};
            std::vector<api::Node> others = co_await listed(with_query(path, named));
            for (api::Node& one : others) {
                one.set("kind", api::Node(other->kind));
                found.push_back(std::move(one));
            }
        }
        co_return found;
    }

    Task<void> print(ResourceType type, api::Node object) {
        client::Subject subject{.object = std::move(object), .now = session_->env->clock().wall()};
        if (options_.show_events && has_events(type)) subject.events = co_await events_of(subject.object);
        if (type.resource() == "pods") subject.hook_runs = co_await hook_runs_of(subject.object);
        subject.related = co_await related_to(std::move(type), subject.object);
        if (count_++ > 0) session_->env->out("\n\n");
        session_->env->out(client::describe(subject));
    }

    ApiSession* session_;
    DescribeOptions options_;
    std::size_t count_ = 0;
};

Task<Result<int>> describe(ApiSession* session, DescribeOptions options) {
    Describe command(session, std::move(options));
    co_return co_await command.run();
}

}  // namespace

void add_describe(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<DescribeOptions>();
    CLI::App* verb = app.add_subcommand("describe", "Show all about objects: state, hooks, events")
                         ->footer("NAME may be the beginning of names.");
    Selected& selected = typed->selected;
    verb->add_option("TYPE", selected.what, "What to show: TYPE [NAME...] or TYPE/NAME...")->type_name("");
    add_manifest_paths(*verb, selected.manifests, manifests_of_objects);
    add_label_selector(*verb, selected.labels);
    verb->add_flag("-A,--all-namespaces", selected.all_namespaces, "Of every namespace");
    verb->add_flag("--show-events,!--no-show-events", typed->show_events, "With the events (default)");
    add_chunk_size(*verb, typed->chunk_size);
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, describe);
}

}  // namespace hooklet::cli
