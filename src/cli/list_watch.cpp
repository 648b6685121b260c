// SPDX-License-Identifier: Apache-2.0
#include "cli/list_watch.hpp"

#include "client/document.hpp"

#include <utility>

namespace hooklet::cli {

namespace {

/// Objects have metadata of their own, rows have not.
bool is_row(const api::Node& entry) {
    return entry.find("cells") != nullptr && entry.find("metadata") == nullptr;
}

bool is_table(const api::Node& document) {
    return client::text_at(document, "kind") == "Table";
}

/// The object itself, or what a table's row says of it.
const api::Node& object_of(const api::Node& entry) {
    const api::Node* inner = is_row(entry) ? entry.find("object") : nullptr;
    return inner == nullptr ? entry : *inner;
}

}  // namespace

api::Node with_type(const client::ResourceType& type, const api::Node& item) {
    api::Node object;
    object.set("apiVersion", api::Node(type.api_version()));
    object.set("kind", api::Node(type.kind));
    if (item.as_object() == nullptr) return object;
    for (const api::Member& member : *item.as_object()) object.set(member.key, member.value);
    return object;
}

Task<Status> ListWatch::run() {
    auto first = co_await list();
    if (!first) co_return std::unexpected(first.error());
    for (const api::Node& entry : entries(*first)) remember(entry, known_);
    if (Status taken = listener_.listed(*first); !taken) co_return taken;
    Comeback comeback(session_->env, session_->api->unlimited(), comeback_limit, true);
    while (true) {
        const Error ended = co_await watch(&comeback);
        Status next = std::unexpected(ended);
        if (ended.code == Code::expired) next = co_await list_again();
        if (!next) next = co_await comeback.wait(next.error());
        if (!next) co_return next;
    }
}

Task<Result<api::Node>> ListWatch::list() {
    auto list = co_await read_list(session_, what_.path, what_.selection, what_.form);
    if (list) revision_ = client::text_at(*list, "metadata.resourceVersion");
    co_return list;
}

Task<Error> ListWatch::watch(Comeback* comeback) {
    Parameters parameters = what_.selection;
    parameters.emplace_back("watch", "true");
    parameters.emplace_back("resourceVersion", revision_);
    auto changes = co_await session_->api->watch(with_query(what_.path, parameters), what_.form.accept);
    if (!changes) co_return changes.error();
    comeback->answered();
    while (true) {
        const auto change = co_await changes->next(session_->api->unlimited());
        if (!change) co_return change.error();
        if (!*change) break;
        note(**change);
        if ((*change)->type != "BOOKMARK") listener_.changed(**change);
    }
    Error ended;
    ended.code = Code::unavailable;
    ended.message = "error: the API ends each watch";
    co_return ended;
}

Task<Status> ListWatch::list_again() {
    const auto now = co_await list();
    if (!now) co_return std::unexpected(now.error());
    tell_difference(*now);
    co_return Status{};
}

const api::Node::Array& ListWatch::entries(const api::Node& list) {
    return client::items(list, is_table(list) ? "rows" : "items");
}

void ListWatch::remember(const api::Node& entry, Contents& contents) {
    const api::Node& object = object_of(entry);
    const std::string key =
        client::text_at(object, "metadata.namespace") + "/" + client::text_at(object, "metadata.name");
    contents[key] = {client::text_at(object, "metadata.uid"),
                     client::text_at(object, "metadata.resourceVersion"), entry};
}

void ListWatch::note(const client::WatchedChange& change) {
    const api::Node::Array& rows = client::items(change.object, is_table(change.object) ? "rows" : "");
    const api::Node& entry = rows.empty() ? change.object : rows.front();
    const std::string revision = client::text_at(object_of(entry), "metadata.resourceVersion");
    if (!revision.empty()) revision_ = revision;
    if (change.type == "BOOKMARK") return;
    Contents one;
    remember(entry, one);
    known_.erase(one.begin()->first);
    if (change.type != "DELETED") known_.merge(one);
}

void ListWatch::tell_difference(const api::Node& list) {
    Contents now;
    for (const api::Node& entry : entries(list)) remember(entry, now);
    const Contents before = std::exchange(known_, now);
    for (const auto& [key, known] : before) {
        const auto same = now.find(key);
        if (same == now.end() || same->second.uid != known.uid) tell("DELETED", known.entry, list);
    }
    for (const auto& [key, known] : now) {
        const auto same = before.find(key);
        const bool added = same == before.end() || same->second.uid != known.uid;
        if (added || same->second.revision != known.revision)
            tell(added ? "ADDED" : "MODIFIED", known.entry, list);
    }
}

void ListWatch::tell(std::string type, const api::Node& entry, const api::Node& list) const {
    client::WatchedChange change{.type = std::move(type), .object = {}};
    if (is_row(entry)) {
        api::Node rows;
        rows.push(entry);
        change.object.set("kind", api::Node("Table"));
        if (const api::Node* columns = list.find("columnDefinitions"))
            change.object.set("columnDefinitions", *columns);
        change.object.set("rows", std::move(rows));
    } else {
        change.object = with_type(what_.type, entry);
    }
    listener_.changed(change);
}

}  // namespace hooklet::cli
