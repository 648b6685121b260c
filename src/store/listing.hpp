// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/selection.hpp"

#include <cstddef>
#include <map>
#include <optional>

namespace hooklet::store {

/// Which state of the objects a list shows.
enum class Match {
    newest,          ///< resourceVersion unset or `0`
    not_older_than,  ///< The newest, once it is at least `revision`.
    exact,           ///< As it was at `revision`.
};

struct ListQuery {
    Selection selection;
    Match match = Match::newest;
    Revision revision = 0;
    std::size_t limit = 0;  ///< 0: all.
    std::string continue_;  ///< What the page before gave. It decides about the revision then.
};

struct Page {
    Revision revision = 0;           ///< Of the state that is shown; the same on all pages.
    std::vector<ObjectPtr> objects;  ///< In the order of `namespace/name`, by bytes.
    std::string continue_;           ///< Empty on the last page.
    /// How many are on later pages. Only where nothing but a namespace is selected.
    std::optional<std::size_t> remaining;
};

/// Where a later page goes on. As text it is opaque for clients: the API's own form.
struct ContinueToken {
    Revision revision = 0;  ///< -1: the newest state, whatever the first page showed.
    std::string after;      ///< The last place that was shown.
};
std::string encode(const ContinueToken& token);
/// Code::invalid with the API's words.
Result<ContinueToken> decode(std::string_view text);
/// For an answer to an expired token: one that goes on at the same place in the newest state. Empty when
/// `text` is no token.
std::string without_revision(std::string_view text);

/// The API's resourceVersion as a number; empty is 0. Code::invalid with the API's text.
Result<Revision> parse_revision(std::string_view text);

/// The object's place in the order of its resource: `namespace/name`, or the name alone.
std::string place_of(const ObjectKey& key);

/// Objects by their place.
using Objects = std::map<std::string, ObjectPtr, std::less<>>;

/// Places from `first` to before `last`; an empty `last` is the end.
struct PlaceRange {
    std::string first;
    std::string last;
};
/// Where the selection's objects can be, behind the place `after`; an empty `after` is the beginning.
PlaceRange range_of(const Selection& selection, std::string_view after);

/// Walks through the objects of a range as they were: those of `now`, but where `then` has the place, what it
/// has (none: there was no object).
class Snapshot {
  public:
    Snapshot(const Objects& now, Objects then, const PlaceRange& range);
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    /// nullptr at the end.
    ObjectPtr next();

  private:
    Objects then_;
    Objects::const_iterator now_at_;
    Objects::const_iterator now_end_;
    Objects::const_iterator then_at_;
    Objects::const_iterator then_end_;
};

/// The first objects of the snapshot that the query asks for. `continue_` is the last place, when there are
/// more.
Page read_page(Snapshot& snapshot, const ListQuery& query);

}  // namespace hooklet::store
