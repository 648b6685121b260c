// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/api_session.hpp"
#include "cli/comeback.hpp"

#include <functional>
#include <map>
#include <string>

namespace hooklet::cli {

/// What is listed and watched. Not an aggregate on purpose, as Call.
struct WatchedList {
    WatchedList() = default;
    client::ResourceType type{};
    std::string path{};
    Parameters selection{};
    ListForm form{};
};

/// An item of a list with its type, which in lists stands above them.
api::Node with_type(const client::ResourceType& type, const api::Node& item);

/// Lists objects, or rows of a table, and tells of each change after that. A watch that has ended goes on
/// where it was. One that is too old, as after a restart of the agent, begins again with a new list, of which
/// only what differs from what was told is told: nothing is new twice, and nothing that went away is missed.
class ListWatch {
  public:
    struct Listener {
        /// The first list; an error ends the watch.
        std::function<Status(api::Node& list)> listed;
        /// The object is one with its type, or a table with one row.
        std::function<void(const client::WatchedChange& change)> changed;
    };
    ListWatch(ApiSession* session, WatchedList what, Listener listener)
        : session_(session), what_(std::move(what)), listener_(std::move(listener)) {}

    /// Does not end by itself: returns what the API refuses, Code::unavailable when it has not answered for
    /// comeback_limit, or the session's interrupt.
    Task<Status> run();

  private:
    /// An object, or a table's row, as it was told last.
    struct Known {
        std::string uid;
        std::string revision;
        api::Node entry;
    };
    using Contents = std::map<std::string, Known>;

    Task<Result<api::Node>> list();
    /// From the revision that was seen last, until the watch ends. Why it has.
    Task<Error> watch(Comeback* comeback);
    Task<Status> list_again();

    [[nodiscard]] static const api::Node::Array& entries(const api::Node& list);
    static void remember(const api::Node& entry, Contents& contents);
    void note(const client::WatchedChange& change);
    /// Tells what is different now.
    void tell_difference(const api::Node& list);
    void tell(std::string type, const api::Node& entry, const api::Node& list) const;

    ApiSession* session_;
    WatchedList what_;
    Listener listener_;
    std::string revision_{};
    Contents known_{};
};

}  // namespace hooklet::cli
